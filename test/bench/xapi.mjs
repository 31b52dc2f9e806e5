// The record store: durable statements of about 1.1 kB from 16 connections, one at a time and in batches; beside SQLite alone, which commits as many
// rows with three indexes, as many in one commit, or beside PostgreSQL's COPY of the same rows with the same keys; pages of 100 by what they are
// found by; bytes stored against bytes sent; memory. Some statements come by HTTP, those beyond them are put into the database (xapi_rows.c).
// Several sizes are measured one after the other in one database; statements are stored at the first alone.
import { rmSync, statSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { query, serve } from '../lib/site.mjs'
import { counter, cpuSeconds, median, number, resident, run, sleep, warm, wrk } from './tools.mjs'

const BATCH = 50, BY_HTTP = 50000, TIMES = 4
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

const ENDS = ['', '-wal', '-shm'], drop = path => { for (const end of ENDS) rmSync(path + end, { force: true }) }
const isPostgres = db => db.startsWith('postgresql:')
const percentile = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))]

function size(db) {
  if (isPostgres(db)) return Number(query(db, "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'xapi%'"))
  run('sqlite3', ['-cmd', '.timeout 20000', db, 'PRAGMA wal_checkpoint(PASSIVE)'])
  return statSync(db).size
}

// What nobody else does at the same time: the checkpoint of what was loaded.
const settle = db => isPostgres(db) ? query(db, 'CHECKPOINT') : warm(db)

// One way of sending, beside the same rows alone.
async function sending({ server, db, build, bare, there, authorization, batch, seconds, rounds, seed }) {
  const list = []
  for (let i = -1; i < rounds; i++) { // the first is to warm up
    settle(db)
    const before = [await counter(server.base, 'store_commits_total'), await counter(server.base, 'store_closures_total'), cpuSeconds(server.process.pid)]
    const ours = wrk('xapi.lua', server.base, seconds, [authorization, String(batch), String(seed + i)])
    const cpu = cpuSeconds(server.process.pid) - before[2]
    await sleep(200)
    const group = batch * Math.max(1, (await counter(server.base, 'store_closures_total') - before[1]) / (await counter(server.base, 'store_commits_total') - before[0]))
    const writes = String(Math.min(200000, ours.requests * batch))
    const theirs = isPostgres(db) ? ['bench_xapi_rows', ['copy', db, writes, group.toFixed(3)]] : ['bench_bare_xapi', [bare, String(there), writes, group.toFixed(3)]]
    const [rate, commit] = run(join(build, theirs[0]), theirs[1]).trim().split(' ').map(Number)
    if (i >= 0) list.push({ rate: ours.rate * batch, group, p99: ours.p99, cpu: cpu * 1e6 / (ours.requests * batch), bare: rate, commit, ratio: ours.rate * batch / rate })
  }
  const of = key => median(list.map(r => r[key]))
  return { rate: of('rate'), group: of('group'), p99_ms: of('p99'), cpu_us: of('cpu'), bare: of('bare'), commit_us: of('commit'), ratio: of('ratio'), ratios: list.map(r => r.ratio) }
}

const who = k => encodeURIComponent(JSON.stringify({ mbox: `mailto:trainee.${k * 37 % 20000 + 1}@example.org` })), verb = k => `http://example.org/verbs/v${k % 30 + 1}`, activity = k => `http://example.org/activities/x${k * 7 % 2000 + 1}`
const FILTERS = [['by agent', k => `agent=${who(k)}`], ['by verb', k => `verb=${verb(k)}`], ['by activity', k => `activity=${activity(k)}`], ['by agent and verb', k => `agent=${who(k)}&verb=${verb(k)}`],
  ['by agent and activity', k => `agent=${who(k)}&activity=${activity(k)}`], ['by anybody, in any place', k => `agent=${who(k)}&related_agents=true`], ['of all', () => ''], ['by activity, canonical', k => `activity=${activity(k)}&format=canonical`]]

// Each page is asked for several times: the first may find its rows on the disk alone, the others have them in memory, as a machine that has it for
// them. The best of each page is what it takes when nobody else wants the processor.
async function paging(base, headers, asked, pid) {
  const pages = []
  for (const [name, of] of FILTERS) {
    const cold = [], times = [], best = Array(asked).fill(Infinity), cpu = cpuSeconds(pid)
    let shown = 0
    for (let k = 0; k < (1 + TIMES) * asked; k++) {
      const r = await get(base, `/xapi/statements?limit=100&${of(k % asked)}`, headers)
      if (r.status !== 200) throw new Error(`${name}: ${r.status} ${r.body}`)
      ;(k < asked ? cold : times).push(r.ms)
      if (k >= asked) best[k % asked] = Math.min(best[k % asked], r.ms)
      shown += JSON.parse(r.body).statements.length
    }
    const all = (1 + TIMES) * asked
    pages.push({ name, shown: shown / all, cpu_ms: (cpuSeconds(pid) - cpu) * 1e3 / all, first_p99: percentile(cold, 0.99), p50: median(times), p99: percentile(times, 0.99), best_p99: percentile(best, 0.99) })
  }
  return pages
}

export async function xapi({ bin, build, dir, db, sizes, short, say, target, result }) {
  let server = await serve(bin, db), small
  const seconds = short ? 2 : 4, rounds = short ? 2 : 3, beside = isPostgres(db) ? 'COPY' : 'SQLite alone', bare = join(dir, 'bare-xapi.db')
  const login = run(bin, ['xapi', 'client', '--db', db, '--name', 'Bench', '--per-minute', '10000000', '--base-url', server.base]).trim()
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`, headers = { authorization, 'x-experience-api-version': '2.0.0' }
  const count = () => Number(query(db, 'SELECT count(*) FROM xapi_statement')), empty = size(db)
  let seed = 1
  result.xapi = []
  process.on('exit', () => drop(bare))
  drop(bare)
  for (const wanted of sizes) {
    for (let there = count(); there < Math.min(wanted, BY_HTTP); there = count()) wrk('xapi.lua', server.base, Math.max(1, Math.min(20, Math.ceil((wanted - there) / 8000))), [authorization, String(BATCH), String(seed++)])
    const byHttp = count()
    if (byHttp < wanted) {
      await server.stop()
      run(join(build, 'bench_xapi_rows'), ['fill', db, login.split(':')[0], String(wanted - byHttp)])
      server = await serve(bin, db)
    }
    const there = count(), grown = (size(db) - empty) / there
    const sent = Number(query(db, `SELECT avg(length(body) - length('"version":"2.0.0",')) FROM (SELECT body FROM xapi_statement ORDER BY seq LIMIT 10000) AS x`)) // nothing else is added to what xapi.lua sends
    const row = { there, stored: grown, sent, sending: {} }
    result.xapi.push(row)
    say(`\n${`${number(there)} statements in the store`.padEnd(44)}${['a second', 'in a commit', 'p99 ms', 'cpu us', beside, 'commit us', 'ratio'].map(h => h.padStart(13)).join('')}`)
    for (const [name, batch] of wanted === sizes[0] ? [['one statement at a time, durable', 1], [`batches of ${BATCH}, durable`, BATCH]] : []) {
      const r = await sending({ server, db, build, bare, there, authorization, batch, seconds, rounds, seed: seed += 10 })
      row.sending[batch] = r
      say(name.padEnd(44) + [number(r.rate), number(r.group, 1), number(r.p99_ms, 2), number(r.cpu_us, 1), number(r.bare), number(r.commit_us), number(r.ratio, 3)].map(v => v.padStart(13)).join(''))
      target(`${name.replace(', durable', '')}, against ${beside}`, r.ratio, '', 0.5)
    }
    drop(bare)
    settle(db)
    row.pages = await paging(server.base, headers, short ? 60 : 300, server.process.pid)
    small ??= row
    say(`\n${'a page of at most 100 statements'.padEnd(44)}${['shown', 'cpu ms', 'p99 at first', 'p50 ms', 'p99 ms', 'of the best'].map(h => h.padStart(13)).join('')}`)
    for (const [i, p] of row.pages.entries()) {
      say(p.name.padEnd(44) + [number(p.shown, 1), number(p.cpu_ms, 2), number(p.first_p99, 2), number(p.p50, 2), number(p.p99, 2), number(p.best_p99, 2)].map(v => v.padStart(13)).join(''))
      if (row === small) target(`a page ${p.name}, p99`, p.p99, 'ms', undefined, 5)
      else target(`a page ${p.name}, p99 of ${number(there)} against ${number(small.there)}`, p.p99 / small.pages[i].p99, '', undefined, 2)
    }
    row.memory_mib = resident(server.process.pid)
    say(`\n${number(grown)} bytes stored for each statement of ${number(sent)} bytes; memory of the server ${number(row.memory_mib.all, 1)} MiB`)
    if (row !== small) continue
    target('bytes stored against bytes sent', grown / sent, '', undefined, 1.4)
    target('memory with the record store', row.memory_mib.all, 'MiB', undefined, 150)
  }
  const problem = await server.stop()
  if (problem) throw new Error(problem)
}
