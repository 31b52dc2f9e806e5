// What people do, in Debian's Chromium, on both databases: the main job from start to end, without JavaScript, by keyboard, and
// every page looked at by the checkers. Options: --bin FILE, --shots DIR (keeps screenshots), --only WORD.
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { copy, counts, drop, engines, option, serve, template } from '../lib/site.mjs'
import { crawl } from './crawl.mjs'
import * as jobs from './jobs.mjs'

const bin = resolve(option('bin', 'build/release/cadre'))
const only = option('only', '')
const result = counts()

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

for (const engine of engines()) {
  const t = template(bin, engine, { people: 60 })
  for (const [name, job] of Object.entries(jobs)) {
    if (!name.includes(only)) continue
    const start = Date.now()
    const db = copy(t)
    const server = await serve(bin, db)
    try {
      await job({ browser, bin, db, server })
      result.pass(`${name} (${engine}) ${((Date.now() - start) / 1000).toFixed(1)} s`)
    } catch (e) {
      const pages = browser.contexts().flatMap(c => c.pages())
      const seen = await Promise.all(pages.map(async p => `at ${p.url()}: ${(await p.innerText('main', { timeout: 1000 }).catch(() => '')).replace(/\s+/g, ' ').slice(0, 700)}`))
      result.fail(`${name} (${engine})`, `${e.stack}\n${seen.join('\n')}\n${server.log().split('\n').filter(l => /level=error/.test(l)).slice(0, 5).join('\n')}`)
    }
    for (const c of browser.contexts()) await c.close()
    const problem = await server.stop()
    if (problem) result.fail(`${name} stops cleanly (${engine})`, problem)
    drop(db)
  }
  if ('crawl'.includes(only) || only === '') {
    const db = copy(t)
    const server = await serve(bin, db)
    const roles = engine === 'sqlite' ? ['nobody', 'trainee', 'mentor', 'coordinator', 'author', 'director', 'administrator'] : ['coordinator']
    await crawl(browser, server, bin, db, roles, result, engine)
    await server.stop()
    drop(db)
  }
}
await browser.close()
if (engines().length === 1) result.skip('everything on PostgreSQL', 'CADRE_TEST_PG is not set')
result.end()
