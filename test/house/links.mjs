// Every link in what people read: docs/, README.md, STYLE.md and content/. Nothing is fetched; what can be wrong without a network is
// found here: a file or heading that is not there, an address that is none, a DOI whose words and address differ, a source without a year,
// a page of docs/ that no link leads to.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { italics, knownWords } from '../lib/guides.mjs'

const withoutCode = s => s.replace(/^( {4,}|\t).*$/gm, '').replace(/`[^`\n]*`/g, '')
// As pages of code forges make the anchor of a heading.
const anchors = s => new Set([...s.matchAll(/^#+ (.+)$/gm)].map(m => m[1].toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-')))

function walk(top, dir) {
  return readdirSync(join(top, dir), { withFileTypes: true }).flatMap(e => (e.isDirectory() ? walk(top, join(dir, e.name)) : [join(dir, e.name)]))
}

// [file, text of the link, where it leads], of texts in Markdown. A case has links of its own, [[like this]], which `story check` follows.
export function linksOf(file, text) {
  const plain = file.endsWith('.twee') ? text.split('\n').filter(l => /^- .*\]\(http/.test(l)).join('\n') : withoutCode(text)
  return [...plain.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(m => [file, m[1], m[2]])
}

function wrongAddress(text, to) {
  let url
  try { url = new URL(to) } catch { return 'is no address' }
  if (url.protocol !== 'https:' || !/\.[a-z]{2,}$/.test(url.hostname)) return 'is no address of the web'
  if (url.hostname !== 'doi.org') return /^doi:/.test(text) ? 'is said to be a DOI' : ''
  const doi = decodeURIComponent(url.pathname.slice(1))
  if (!/^10\.\d{4,9}\/\S+$/.test(doi)) return 'is no DOI'
  return /^doi:/.test(text) && text !== `doi:${doi}` ? `is another DOI than ${text}` : ''
}

export function problemsOfLinks(top, files, read) {
  return files.flatMap(file => linksOf(file, read(file)).flatMap(([, text, to]) => {
    const say = what => [`${file}: ${to} ${what}`]
    if (/^[a-z]+:/i.test(to)) return wrongAddress(text, to) ? say(wrongAddress(text, to)) : []
    const guide = /^\/guides\/([a-z0-9-]+)$/.exec(to) // an address of the program itself
    const [path, anchor] = to.split('#'), target = guide ? `content/guides/${guide[1]}.md` : path ? normalize(join(dirname(file), path)) : file
    if (!existsSync(join(top, target))) return say('is not there')
    return anchor && !anchors(read(target)).has(anchor) ? say('has no such heading') : []
  }))
}

// Under the heading of the sources: one to a line, each with the year by which it is found.
export function problemsOfSources(file, text) {
  const lines = text.split('\n'), from = lines.findIndex(l => /^#+ Sources$/.test(l))
  if (from < 0) return []
  const end = lines.findIndex((l, i) => i > from && /^(#+ |:: )/.test(l)), part = lines.slice(from + 1, end < 0 ? undefined : end).filter(l => l.startsWith('- '))
  return part.filter(l => !/\b(1[89]|20)\d\d\b/.test(l) && !/\]\(https:/.test(l) && !/\bmade up\b/.test(l)).map(l => `${file}: no year: ${l.slice(0, 80)}`)
}

export const linkRules = {
  'every link leads somewhere, and every source can be looked for': top => {
    const read = f => readFileSync(join(top, f), 'utf8')
    const files = ['README.md', 'STYLE.md', ...walk(top, 'docs'), ...walk(top, 'content')].filter(f => /\.(md|twee)$/.test(f))
    const problems = [...problemsOfLinks(top, files, read), ...files.filter(f => f.startsWith('content')).flatMap(f => problemsOfSources(f, read(f)))]
    const doi = files.flatMap(f => linksOf(f, read(f))).filter(l => l[2].startsWith('https://doi.org/')).length
    if (doi < 200) problems.push(`only ${doi} sources carry a DOI: are they still found?`)
    if (problems.length) throw new Error(problems.slice(0, 30).join('\n'))
  },

  'every page of docs/ is reached from README.md': top => {
    const read = f => readFileSync(join(top, f), 'utf8'), seen = new Set(['README.md']), next = ['README.md']
    for (let f; (f = next.pop());)
      for (const [, , to] of linksOf(f, read(f))) {
        const target = normalize(join(dirname(f), to.split('#')[0]))
        if (!/^[a-z]+:/i.test(to) && target.endsWith('.md') && existsSync(join(top, target)) && !seen.has(target)) { seen.add(target); next.push(target) }
      }
    const alone = walk(top, 'docs').filter(f => f.endsWith('.md') && !seen.has(relative('.', f)))
    if (alone.length) throw new Error(alone.join('\n'))
  },

  'what a guide calls a page or a button is called so in the program': top => {
    const known = knownWords(top)
    const wrong = walk(top, 'docs/guide').flatMap(f => italics(readFileSync(join(top, f), 'utf8')).filter(w => !known(w)).map(w => `${f}: ${w}`))
    if (wrong.length || known('No such button')) throw new Error(wrong.join('\n') || 'anything is known')
  },

  'what is wrong with a link is found': top => {
    const of = (text, file = 'docs/content.md') => [...problemsOfLinks(top, [file], f => (f === file ? text : readFileSync(join(top, f), 'utf8'))), ...problemsOfSources(file, text)].length
    const good = ['[a](house.md)', '[a](house.md#a-capability)', '[a](/guides/mentoring-agreement)', '[doi:10.1/x]', '[doi:10.1000/x(1)](https://doi.org/10.1000/x%281%29)', '    [a](gone.md)', '`[a](gone.md)`', '## Sources\n- A. B. 1999.']
    const bad = ['[a](gone.md)', '[a](house.md#gone)', '[a](/guides/gone)', '[a](/home)', '[a](http://example.org)', '[a](https://localhost/x)', '[doi:10.1000/x](https://doi.org/10.1000/y)', '[a](https://doi.org/11.1/x)', '## Sources\n- A. B.', '[a](https://exa mple.org)'.replace(' ', '%')]
    const wrong = [...good.filter(t => of(t) !== 0), ...bad.filter(t => of(t) === 0)]
    if (wrong.length) throw new Error(wrong.join('\n'))
  },
}
