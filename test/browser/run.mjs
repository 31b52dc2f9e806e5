// What people do, in Debian's Chromium, on both databases: the main job from start to end, without JavaScript, by keyboard, and
// every page looked at by the checkers. Two browsers work side by side. Options: --bin FILE, --shots DIR (keeps screenshots),
// --only WORD, --lanes N.
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { copy, counts, drop, engines, option, serve, template } from '../lib/site.mjs'
import { checkHtml, crawl, tour } from './crawl.mjs'
import * as cases from './cases.mjs'
import * as evidence from './evidence.mjs'
import { walks } from './guides.mjs'
import * as jobs from './jobs.mjs'
import * as own from './own.mjs'
import * as placements from './placements.mjs'
import * as projects from './projects.mjs'
import * as rooms from './rooms.mjs'

const bin = resolve(option('bin', 'build/release/cadre'))
const only = option('only', '')
const result = counts()

async function runJob(browser, name, job, t) {
  const db = copy(t), server = await serve(bin, db), start = Date.now()
  const title = `${name} (${t.engine})`
  try {
    const skipped = await job({ browser, bin, db, server })
    if (skipped) result.skip(title, skipped)
    else result.pass(`${title} ${((Date.now() - start) / 1000).toFixed(1)} s`)
  } catch (e) {
    const pages = browser.contexts().flatMap(c => c.pages())
    const seen = await Promise.all(pages.map(async p => `at ${p.url()}: ${(await p.innerText('main', { timeout: 1000 }).catch(() => '')).replace(/\s+/g, ' ').slice(0, 700)}`))
    result.fail(title, `${e.stack}\n${seen.join('\n')}\n${server.log().split('\n').filter(l => /level=error/.test(l)).slice(0, 5).join('\n')}`)
  }
  for (const c of browser.contexts()) await c.close()
  const problem = await server.stop()
  if (problem) result.fail(`${title} stops cleanly`, problem)
  drop(db)
}

const tasks = [], tours = []
for (const engine of engines()) {
  const t = template(bin, engine, { people: 60 })
  if ('crawl'.includes(only)) {
    const db = copy(t), site = tour({ bin, db, engine, server: await serve(bin, db), thorough: engine === 'sqlite' })
    tours.push(site)
    const roles = engine === 'sqlite' ? ['administrator', 'coordinator', 'author', 'director', 'trainee', 'mentor', 'assessor', 'nobody'] : ['coordinator', 'trainee']
    for (const role of roles) tasks.push(browser => crawl(browser, site, role, result))
  }
  for (const [name, job] of Object.entries({ ...jobs, ...own, ...rooms, ...placements, ...cases, ...projects, ...evidence, ...walks })) if (name.includes(only)) tasks.push(browser => runJob(browser, name, job, t))
}

await Promise.all(Array.from({ length: Math.min(Number(option('lanes', 2)), tasks.length) }, async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  for (let task; (task = tasks.shift());) await task(browser)
  await browser.close()
}))
for (const site of tours) {
  checkHtml(site, result)
  await site.server.stop()
  drop(site.db)
}
if (engines().length === 1) result.skip('everything on PostgreSQL', 'CADRE_TEST_PG is not set')
result.end()
