// What people do, in Debian's Chromium, on both databases: the main job from start to end, without JavaScript, by keyboard, and
// every page looked at by the checkers. Two browsers work side by side. Options: --bin FILE, --shots DIR (keeps screenshots),
// --only WORD, --lanes N.
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { copy, counts, drop, engines, onOneDay, option, serve, template } from '../lib/site.mjs'
import { checkHtml, crawl, tour } from './crawl.mjs'
import * as cases from './cases.mjs'
import * as evidence from './evidence.mjs'
import * as frames from './frames.mjs'
import { walks } from './guides.mjs'
import * as jobs from './jobs.mjs'
import * as own from './own.mjs'
import * as placements from './placements.mjs'
import * as projects from './projects.mjs'
import * as rooms from './rooms.mjs'

const bin = resolve(option('bin', 'build/release/cadre'))
const only = option('only', '')
const result = counts()

// A job on a site of its own; gives why it was skipped, or throws what went wrong and what there was to see.
async function once(browser, job, t) {
  const db = copy(t), server = await serve(bin, db)
  try {
    const skipped = await job({ browser, bin, db, server }).catch(async e => {
      const pages = browser.contexts().flatMap(c => c.pages())
      const seen = await Promise.all(pages.map(async p => `at ${p.url()}: ${(await p.innerText('main', { timeout: 1000 }).catch(() => '')).replace(/\s+/g, ' ').slice(0, 700)}`))
      throw new Error(`${e.stack}\n${seen.join('\n')}\n${server.log().split('\n').filter(l => /level=error/.test(l)).slice(0, 5).join('\n')}`)
    })
    for (const c of browser.contexts()) await c.close()
    const problem = await server.stop()
    if (problem) throw new Error(problem)
    return skipped
  } finally {
    for (const c of browser.contexts()) await c.close()
    await server.kill()
    drop(db)
  }
}

async function runJob(browser, name, job, t) {
  const title = `${name} (${t.engine})`, start = Date.now(), ms = () => Date.now() - start
  try {
    const skipped = await onOneDay(() => once(browser, job, t))
    if (skipped) result.skip(title, skipped)
    else result.pass(title, ms())
  } catch (e) {
    result.fail(title, e.message, ms())
  }
}

// What is a matter of the browser, of keys, of scripts and of words alone is the same on every engine: once is enough.
const OF_THE_BROWSER = /^(main_job_by_keyboard|drafts_survive|time_out_while_typing|form_errors_come_back_filled|phone|language_switch|case_taken_by_keyboard|exercise_checked_while_it_is_typed|\w+_without_javascript|guide_.*)$/

const tasks = [], checked = []
for (const engine of engines()) {
  const t = template(bin, engine, { people: 60 })
  if ('crawl'.includes(only)) {
    const db = copy(t), site = tour({ bin, db, engine, server: await serve(bin, db), thorough: engine === 'sqlite' })
    const roles = engine === 'sqlite' ? ['administrator', 'coordinator', 'author', 'director', 'trainee', 'mentor', 'assessor', 'nobody'] : ['coordinator', 'trainee']
    let left = roles.length
    for (const role of roles) tasks.push(async browser => {
      await crawl(browser, site, role, result)
      if (--left) return
      await site.server.stop()
      drop(db)
      checked.push(checkHtml(site, result))
    })
  }
  for (const [name, job] of Object.entries({ ...jobs, ...own, ...rooms, ...placements, ...cases, ...projects, ...evidence, ...frames, ...walks }))
    if (name.includes(only) && (engine === 'sqlite' || !OF_THE_BROWSER.test(name))) tasks.push(browser => runJob(browser, name, job, t))
}

await Promise.all(Array.from({ length: Math.min(Number(option('lanes', 2)), tasks.length) }, async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  for (let task; (task = tasks.shift());) await task(browser)
  await browser.close()
}))
await Promise.all(checked)
if (engines().length === 1) result.skip('everything on PostgreSQL', 'CADRE_TEST_PG is not set')
result.end()
