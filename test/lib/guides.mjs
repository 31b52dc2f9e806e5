// What a guide of docs/guide names in italics: ways through the pages and words that stand on them.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// Not what is bold, and not what is code.
export const italics = text => [...text.replace(/`[^`]*`/g, '').replace(/\*\*[^*]*\*\*/g, '').matchAll(/(?<![*\w])\*([^*]+)\*(?![*\w])/g)].map(m => m[1].replace(/\s+/g, ' ').replace(/[.:]$/, '').trim())

const files = dir => readdirSync(dir, { withFileTypes: true }).flatMap(e => (e.isDirectory() ? files(join(dir, e.name)) : [join(dir, e.name)]))

// Is this a text of the program, or the title of something that ships: of words with a capital, whole or each part between commas.
export function knownWords(top) {
  const texts = files(join(top, 'locale/en')).flatMap(f => [...readFileSync(f, 'utf8').matchAll(/^msgstr(?:\[\d\])? "(.+)"$/gm)].map(m => m[1]))
  const titles = files(join(top, 'content')).filter(f => /\.(md|txt|twee)$/.test(f)).flatMap(f => [...readFileSync(f, 'utf8').matchAll(/^(?:title: |:: StoryTitle\n)(.+)$/gm)].map(m => m[1]))
  const known = new Set([...texts, ...titles])
  const filled = texts.filter(t => /\{/.test(t) && t.replace(/\{\w+\}/g, '').replace(/\W/g, '').length >= 6).map(t => new RegExp(`^${t.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+')}$`))
  const is = s => !/^[A-Z]/.test(s) || known.has(s) || known.has(`${s}.`) || filled.some(r => r.test(s))
  return words => is(words) || words.split(', ').every(is)
}
