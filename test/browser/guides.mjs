// The guides of docs/guide, walked as a new user would: whoever a guide is for (its file's name, or `walked as:` in it) signs in and goes
// each way that it writes in italics, `*Group, Entry, Link*`, from the navigation on. A last step that is a button or a heading has to be
// there. A job for each guide.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { italics } from '../lib/guides.mjs'
import { fresh, leave, main, must, person } from './hands.mjs'

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../docs/guide')
const ROLES = ['trainee', 'mentor', 'assessor', 'coordinator', 'author', 'director', 'administrator']

// The entries of the navigation: name -> address.
const navigation = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('nav[aria-label=Main] a')].map(a => [a.textContent.trim(), a.getAttribute('href')])))

// The parts of a way, when it begins with a group or an entry that this person has.
const wayOf = (words, nav) => { const parts = words.split(', '); return parts.length > 1 && nav[parts[0]] ? parts : null }

async function go(page, base, parts, nav) {
  const rest = parts.slice(1), at = rest.length && nav[rest[0]] ? nav[rest.shift()] : nav[parts[0]]
  await page.goto(base + at)
  for (const [k, name] of rest.entries()) {
    const link = main(page).getByRole('link', { name }).first(), found = await link.count() ? link : main(page).getByText(name).first()
    must(await found.count(), `${parts.join(', ')}: there is no ${name} at ${page.url()}`)
    if (k < rest.length - 1) await page.goto(new URL(await link.getAttribute('href'), page.url()).href)
  }
}

// What one cannot do now (start a second round, for one), another of the same role can.
async function walk(site, name) {
  const text = readFileSync(join(folder, `${name}.md`), 'utf8'), role = /walked as: (\w+)/.exec(text)?.[1] ?? name
  must(ROLES.includes(role), `${name}.md is for nobody: add a line <!-- walked as: ROLE -->`)
  const pages = [], navs = []
  for (const who of role === 'trainee' ? [role, fresh(site).email] : [role]) {
    pages.push(await person(site, who))
    navs.push(await navigation(pages.at(-1)))
  }
  const ways = italics(text).map(words => wayOf(words, navs[0])).filter(Boolean)
  must(ways.length, `${name}.md leads nowhere`)
  for (const parts of ways) {
    const missed = []
    for (const [k, page] of pages.entries()) {
      if (missed.length === k) await go(page, site.server.base, parts, navs[k]).catch(e => missed.push(e))
    }
    if (missed.length === pages.length) throw missed[0]
  }
  for (const page of pages) await leave(page)
}

export const walks = Object.fromEntries(readdirSync(folder).filter(f => f.endsWith('.md')).map(f => f.slice(0, -3)).map(name => [`guide_${name}`, site => walk(site, name)]))
