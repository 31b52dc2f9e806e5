// The record store: durable statements of about 1.1 kB from 16 connections, one at a time and in batches, beside a program that commits the same
// rows with three indexes, as many in one commit; pages of 100 by what they are found by; bytes stored against bytes sent; memory.
import { rmSync, statSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { serve } from '../lib/site.mjs'
import { counter, median, number, resident, run, sleep, warm, wrk } from './tools.mjs'

const BATCH = 50
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function get(base, path, headers) {
  return new Promise((resolve, reject) => {
    const from = process.hrtime.bigint()
    http.get(base + path, { agent, headers }, res => {
      const parts = []
      res.on('data', d => parts.push(d))
      res.on('end', () => resolve({ status: res.statusCode, body: Buffer.concat(parts), ms: Number(process.hrtime.bigint() - from) / 1e6 }))
    }).on('error', reject)
  })
}

const size = db => ['', '-wal'].reduce((sum, end) => { try { return sum + statSync(db + end).size } catch { return sum } }, 0)
const percentile = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))]

export async function xapi({ bin, build, dir, db, statements, short, say, target, result }) {
  const server = await serve(bin, db), seconds = short ? 2 : 4
  const login = run(bin, ['xapi', 'client', '--db', db, '--name', 'Bench', '--per-minute', '10000000', '--base-url', server.base]).trim()
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`, headers = { authorization, 'x-experience-api-version': '2.0.0' }
  const count = () => Number(run('sqlite3', ['-readonly', db, 'SELECT count(*) FROM xapi_statement']))
  const empty = size(db)
  let seed = 1
  for (let there = 0; there < statements; there = count()) wrk('xapi.lua', server.base, Math.max(1, Math.min(20, Math.ceil((statements - there) / 8000))), [authorization, String(BATCH), String(seed++)])
  const there = count()
  run('sqlite3', ['-cmd', '.timeout 20000', db, 'PRAGMA wal_checkpoint(PASSIVE)'])
  const grown = (size(db) - empty) / there
  say(`\n${`${number(there)} statements in the store`.padEnd(44)}${['a second', 'in a commit', 'p99 ms', 'SQLite alone', 'commit us', 'ratio'].map(h => h.padStart(13)).join('')}`)
  const sent = Number(run('sqlite3', ['-readonly', db, `SELECT avg(length(CAST(body AS BLOB)) - length('"version":"2.0.0",')) FROM xapi_statement WHERE seq IN (SELECT seq FROM xapi_statement LIMIT 10000)`])) // nothing else is added to what xapi.lua sends
  result.xapi = { there, stored: grown, sent }
  for (const [name, batch] of [['one statement at a time, durable', 1], [`batches of ${BATCH}, durable`, BATCH]]) {
    const rounds = []
    for (let i = short ? 0 : -1; i < (short ? 2 : 3); i++) { // the first is to warm up
      warm(db)
      const before = [await counter(server.base, 'store_commits_total'), await counter(server.base, 'store_closures_total')]
      const ours = wrk('xapi.lua', server.base, seconds, [authorization, String(batch), String(seed++)])
      await sleep(200)
      const group = batch * (await counter(server.base, 'store_closures_total') - before[1]) / (await counter(server.base, 'store_commits_total') - before[0])
      const bare = join(dir, 'bare-xapi.db')
      for (const end of ['', '-wal', '-shm']) rmSync(bare + end, { force: true })
      const [rate, commit] = run(join(build, 'bench_bare_xapi'), [bare, String(there), String(Math.min(200000, ours.requests * batch)), group.toFixed(3)]).trim().split(' ').map(Number)
      for (const end of ['', '-wal', '-shm']) rmSync(bare + end, { force: true })
      if (i >= 0) rounds.push({ rate: ours.rate * batch, group, p99: ours.p99, bare: rate, commit, ratio: ours.rate * batch / rate })
    }
    const of = key => median(rounds.map(r => r[key])), row = { name, rate: of('rate'), group: of('group'), p99_ms: of('p99'), bare: of('bare'), commit_us: of('commit'), ratio: of('ratio') }
    result.xapi[batch === 1 ? 'single' : 'batch'] = row
    say(name.padEnd(44) + [number(row.rate), number(row.group, 1), number(row.p99_ms, 2), number(row.bare), number(row.commit_us), number(row.ratio, 3)].map(v => v.padStart(13)).join(''))
    target(`${name.replace(', durable', '')}, against SQLite alone`, row.ratio, '', 0.5)
  }
  const pages = [], who = k => encodeURIComponent(JSON.stringify({ mbox: `mailto:trainee.${k * 37 % 20000 + 1}@example.org` })), verb = k => `http://example.org/verbs/v${k % 30 + 1}`, activity = k => `http://example.org/activities/x${k * 7 % 2000 + 1}`
  for (const [name, of] of [['by agent', k => `agent=${who(k)}`], ['by verb', k => `verb=${verb(k)}`], ['by activity', k => `activity=${activity(k)}`], ['by agent and verb', k => `agent=${who(k)}&verb=${verb(k)}`],
    ['by agent and activity', k => `agent=${who(k)}&activity=${activity(k)}`], ['by anybody, in any place', k => `agent=${who(k)}&related_agents=true`], ['of all', () => '']]) {
    const times = []
    let shown = 0
    warm(db)
    for (let k = 0; k < (short ? 60 : 300); k++) {
      const r = await get(server.base, `/xapi/statements?limit=100&${of(k)}`, headers)
      if (r.status !== 200) throw new Error(`${name}: ${r.status} ${r.body}`)
      times.push(r.ms)
      shown += JSON.parse(r.body).statements.length
    }
    pages.push({ name, shown: shown / times.length, p50: median(times), p99: percentile(times, 0.99) })
  }
  result.xapi.pages = pages
  say(`\n${'a page of at most 100 statements'.padEnd(44)}${['shown', 'p50 ms', 'p99 ms'].map(h => h.padStart(13)).join('')}`)
  for (const p of pages) {
    say(p.name.padEnd(44) + [number(p.shown, 1), number(p.p50, 2), number(p.p99, 2)].map(v => v.padStart(13)).join(''))
    target(`a page ${p.name}, p99`, p.p99, 'ms', undefined, 5)
  }
  const memory = resident(server.process.pid)
  result.xapi.memory_mib = memory
  say(`\n${number(grown)} bytes stored for each statement of ${number(sent)} bytes; memory of the server ${number(memory.all, 1)} MiB`)
  target('bytes stored against bytes sent', grown / sent, '', undefined, 1.4)
  target('memory with the record store', memory.all, 'MiB', undefined, 150)
  const problem = await server.stop()
  if (problem) throw new Error(problem)
}
