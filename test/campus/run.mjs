// Cadre on the digital campus, beside real peers from npm: sign-on, launches, rosters, badges.
// node test/campus/run.mjs --bin FILE [--only WORD] [--engine sqlite|postgres]. On SQLite, and on PostgreSQL where CADRE_TEST_PG names a server.
// Each file in jobs/ exports `jobs`: {name: async site => {}}; a job that cannot run here returns why, and is skipped. The peers stand with the
// tools of the browser tests: site.peer('jose').
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cadre, copy, counts, drop, engines, onOneDay, option, query, serve, template } from '../lib/site.mjs'

const require = createRequire(new URL('../browser/package.json', import.meta.url))
const bin = resolve(option('bin', 'build/release/cadre')), only = option('only', ''), engineOnly = option('engine', '')
const tally = counts()
console.info = console.warn = () => {} // peers tell what they would want where they are used in earnest

// What a job works with: a demo of 40 people that nobody else uses, and servers on it that end with the job.
const templates = {}
function site(engine) {
  const db = copy(templates[engine] ??= template(bin, engine)), servers = []
  query(db, 'DELETE FROM outbox') // what the demo wants to send
  return {
    bin, engine, db,
    peer: async name => import(pathToFileURL(require.resolve(name))),
    query: sql => query(db, sql),
    run(args) { // a verb of the program; its standard output
      const r = cadre(bin, args)
      if (r.status !== 0) throw new Error(`cadre ${args.join(' ')}: ${r.err}`)
      return r.out
    },
    async serve(more = [], env = {}) {
      const server = await serve(bin, db, ['--no-rate-limits', '--no-access-log', ...more], env)
      servers.push(server)
      return server
    },
    async end() {
      for (const server of servers.reverse()) {
        const problem = await server.stop()
        if (problem) throw new Error(problem)
      }
      drop(db)
    },
  }
}

const files = readdirSync(new URL('jobs', import.meta.url)).filter(f => f.endsWith('.mjs')).sort()
for (const engine of engines().filter(e => !engineOnly || e === engineOnly))
  for (const file of files)
    for (const [name, job] of Object.entries((await import(`./jobs/${file}`)).jobs)) {
      if (!`${file} ${name}`.includes(only)) continue
      const begin = Date.now()
      try {
        const why = await onOneDay(async () => {
          const s = site(engine)
          const why = await job(s)
          await s.end()
          return why
        })
        if (why) tally.skip(`${name} (${engine})`, why)
        else tally.pass(`${name} (${engine})`, Date.now() - begin)
      } catch (e) {
        tally.fail(`${name} (${engine})`, e.stack)
      }
    }
if (engines().length === 1) tally.skip('the campus on PostgreSQL', 'CADRE_TEST_PG is not set')
tally.end()
process.exit() // what a failed job left open does not hold it
