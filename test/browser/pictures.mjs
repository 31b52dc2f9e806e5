// The pictures of README.md and docs/: a demo programme, looked at by those who work in it. `./dev pictures` makes all of them anew in
// docs/pictures; the demo is the same on the same day, so between two days only dates differ. Options: --bin FILE, --only WORD, --out DIR.
import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { option, query, serve, template, drop } from '../lib/site.mjs'
import { PHONE, follow, leave, main, must, person, sees } from './hands.mjs'

const bin = resolve(option('bin', 'build/release/cadre')), out = resolve(option('out', 'docs/pictures')), only = option('only', '')
const MOST_BYTES = 1_500_000 // all of them together: whoever clones the project carries them
const WIDE = { width: 1280, height: 800 }

const t = template(bin, 'sqlite', { people: 200 }), server = await serve(bin, t.db)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
const site = { browser, bin, db: t.db, server }, one = sql => query(t.db, sql)
const emailOf = id => one(`SELECT email FROM identity WHERE person_id = ${id}`)

// name: who looks, on what, at which page; or what she does until it is there, and where on the page the picture begins.
const pictures = {
  home: { who: 'mentor', at: '/home' },
  'home-phone': { who: 'trainee', on: PHONE, at: '/home' },
  coverage: { who: 'director', at: '/coverage' },
  ledger: { who: 'director', at: '/ledger' },
  matching: { who: 'coordinator', at: () => `/rounds/${one("SELECT min(id) FROM match_round WHERE state = 'approved'")}` },
  chart: { who: 'coordinator', at: () => `/measures/${one("SELECT m.id FROM improve_measure m JOIN improve_project p ON p.id = m.project_id WHERE p.claim = 'improved' ORDER BY m.kind = 'outcome' DESC, m.id LIMIT 1")}` },
  rota: { who: 'coordinator', at: '/rota' },
  report: { who: () => emailOf(one("SELECT subject_id FROM feedback_round WHERE state = 'closed' ORDER BY id LIMIT 1")), at: () => `/feedback/${one("SELECT id FROM feedback_round WHERE state = 'closed' ORDER BY id LIMIT 1")}/report`, from: 'figure' },
  'worked-project': { who: 'trainee', at: '/guides/project-that-worked', from: 'figure' },
  'observe-phone': {
    who: 'trainee', on: PHONE, at: '/observations',
    async then(page) {
      await follow(page, 'My code')
      const address = await main(page).locator('.secret code').innerText()
      await page.context().clearCookies() // who saw her lead scans it, without an account
      await page.goto(address)
    },
  },
  'case-phone': {
    who: 'trainee', on: PHONE, at: () => `/practice/${one("SELECT id FROM exercise WHERE code = 'count-that-does-not-fit'")}`,
    async then(page) {
      await main(page).locator('form button').first().click()
      await sees(page, 'The surgeon has not looked up')
    },
  },
}

async function take(name, p) {
  const value = x => (typeof x === 'function' ? x() : x)
  const page = await person(site, value(p.who), { viewport: p.on ?? WIDE, reducedMotion: 'reduce', colorScheme: 'light' })
  const answer = await page.goto(`${server.base}${value(p.at)}`)
  must(answer.status() === 200, `${name}: ${answer.status()} at ${page.url()}`)
  if (p.then) await p.then(page)
  if (p.from) await page.locator(p.from).first().evaluate(e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 24))
  const file = join(out, `${name}.png`)
  await page.screenshot({ path: file, animations: 'disabled' })
  await leave(page)
  return statSync(file).size
}

mkdirSync(out, { recursive: true })
let sum = 0
try {
  for (const [name, p] of Object.entries(pictures)) {
    if (!name.includes(only)) continue
    const bytes = await take(name, p)
    sum += bytes
    console.log(`  ${name}.png ${Math.round(bytes / 1024)} kB`)
  }
  must(sum <= MOST_BYTES, `the pictures have ${sum} bytes, more than ${MOST_BYTES}`)
} finally {
  await browser.close()
  await server.stop()
  drop(t.db)
}
