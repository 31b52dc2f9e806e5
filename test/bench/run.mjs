// The bench. What is measured, all in one run on one machine:
//   reads   Home, the curriculum map and a session page as a signed-in trainee among 100,000 people, 16 connections, against
//           nginx serving a static file of the same size; Cadre and nginx take turns, ratios are medians of the turns
//   pages   every page that links lead to, for each role and for two with a report from feedback, one at a time on an otherwise idle
//           server
//   growth  the pages of one person among 1,000 and among 100,000 people, taking turns
//   start   from starting the program on the existing database to the first page
//   writes  "I have read this" from 16 connections, acknowledged when durable, against SQLite alone committing the same rows
//           with the same pragmas and as many changes in one commit; then the same without HTTP
//   match   the engine of matching, beside CBC, LEMON and scipy (match.mjs)
//   round   the preview of a round of matching with 10,000 mentees (round.mjs)
//   rota    proposals of a rota for a term and for a national scheme, and the waiting list that moves (rota.mjs)
//   stats   the statistics, beside lme4, psych and base R (stats.mjs)
//   chart   control charts beside base R, and SVG pictures a second (chart.mjs)
//   xapi    the record store: statements and batches beside SQLite alone or COPY, pages by filter (xapi.mjs; --statements N or N,M: the pages of both
//           are compared; --engine postgres, on the server that CADRE_TEST_PG names)
//   story   reading and checking a branching case of 10,000 passages, beside reading its bytes (story.mjs)
// Databases are made by `cadre demo` and kept in build/bench while the schema and the demo stay as they are.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, constants } from 'node:fs'
import { join } from 'node:path'
import { empty, link, option, serve } from '../lib/site.mjs'
import { match } from './match.mjs'
import { ROUND_PEOPLE, round } from './round.mjs'
import { rota } from './rota.mjs'
import { stats } from './stats.mjs'
import { chart } from './chart.mjs'
import { story } from './story.mjs'
import { xapi } from './xapi.mjs'
import { ask, counter, cpuSeconds, machine, median, nginx, number, resident, run, sleep, warm, wrk } from './tools.mjs'

const top = new URL('../..', import.meta.url).pathname
const build = join(top, 'build/release'), dir = join(top, 'build/bench')
const bin = option('bin', join(build, 'cadre'))
const people = Number(option('people', '100000')), few = 1000
const short = process.argv.includes('--short'), asJson = process.argv.includes('--json')
const parts = new Set(option('only', 'match,round,rota,stats,chart,story,xapi,reads,pages,growth,start,writes').split(','))
const say = text => { if (!asJson) console.log(text) }

// ---- results ---------------------------------------------------------------------------------------------------------------
const result = { machine: machine(), people, targets: [] }

function target(name, value, unit, least, most) {
  const met = (least === undefined || value >= least) && (most === undefined || value <= most)
  result.targets.push({ name, value, unit, ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }), met })
}

// ---- databases -------------------------------------------------------------------------------------------------------------
function digest() {
  const h = createHash('sha256')
  const under = folder => readdirSync(join(top, folder), { recursive: true, withFileTypes: true }).filter(e => e.isFile()).map(e => join(e.path, e.name)).sort()
  for (const file of [...under('migrations'), ...under('content'), ...under('src/command').filter(f => /demo/.test(f))]) h.update(readFileSync(file))
  return h.digest('hex').slice(0, 12)
}

function database(n) {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, `people-${n}-${digest()}.db`)
  if (existsSync(path)) return path
  for (const old of readdirSync(dir)) if (old.startsWith(`people-${n}-`)) rmSync(join(dir, old))
  process.stderr.write(`making a database with ${number(n)} people in build/bench (kept for the next run)\n`)
  const r = spawnSync(bin, ['demo', '--db', `${path}.making`, '--people', String(n), '--seed', '1'], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (r.status !== 0) throw new Error('cadre demo failed')
  renameSync(`${path}.making`, path)
  return path
}

const copies = []
function copy(from, name) {
  const path = join(dir, `${name}.db`)
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  copyFileSync(from, path, constants.COPYFILE_FICLONE)
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${path}-wal`)
  run('sync', [path]) // or the first commits would wait for the copy to reach the disk
  copies.push(path)
  return path
}
process.on('exit', () => { for (const path of copies) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true }) })

// The trainee who stands at a place between 0 and 1 of all, from first year to last: same place, same stage, any size.
function traineeAt(db, n, place) {
  const trainees = n - Math.max(6, Math.floor(n / 16)), index = Math.floor(trainees * place)
  return run('sqlite3', ['-readonly', db, `SELECT email FROM identity WHERE email LIKE '%.${index + 1}@example.org'`]).trim()
}

// Whoever the demo gave a report from feedback: what it shows to her and to who goes through it with her, in a programme of any size.
function inFeedback(db, side) {
  return run('sqlite3', ['-readonly', db, `SELECT i.email FROM feedback_round r JOIN identity i ON i.person_id = r.${side}_id WHERE r.released_at IS NOT NULL ORDER BY r.released_at LIMIT 1`]).trim()
}

async function signIn(db, base, who) {
  const r = await ask(base, new URL(link(bin, db, base, who)).pathname)
  const cookie = /cadre_session=[^;]+/.exec(String(r.headers['set-cookie']))
  if (!cookie) throw new Error(`could not sign in as ${who}: ${r.status}`)
  return cookie[0]
}

const links = body => [...body.toString().matchAll(/href="(\/[^"#]*)/g)].map(m => m[1].replaceAll('&amp;', '&'))

// ---- reads -----------------------------------------------------------------------------------------------------------------
async function sessionPage(base, cookie) {
  for (const course of links((await ask(base, '/learning', cookie)).body).filter(h => /^\/courses\/\d+$/.test(h))) {
    const session = links((await ask(base, course, cookie)).body).find(h => /^\/sessions\/\d+$/.test(h))
    if (session) return session
  }
  throw new Error('the trainee has no session')
}

async function reads(server, db) {
  const trainee = await signIn(db, server.base, traineeAt(db, people, 0.97))
  const pages = [{ name: 'Home', path: '/home' }, { name: 'Curriculum map', path: '/coverage' }, { name: 'Session page', path: await sessionPage(server.base, trainee) }]
  const [attempt, taker] = run('sqlite3', ['-readonly', db, "SELECT a.id, i.email FROM exercise_attempt a JOIN exercise x ON x.id = a.exercise_id JOIN identity i ON i.person_id = a.person_id WHERE a.state = 'going' AND x.kind = 'case' ORDER BY a.id LIMIT 1"]).trim().split('|')
  if (taker) pages.push({ name: 'Step of a case', path: `/practice/attempts/${attempt}`, cookie: await signIn(db, server.base, taker) })
  for (const p of pages) {
    p.cookie ??= trainee
    let r = await ask(server.base, p.path, p.cookie)
    if (r.status === 403 || r.status === 404) {
      p.cookie = await signIn(db, server.base, 'coordinator')
      p.name += ' (coordinator)'
      r = await ask(server.base, p.path, p.cookie)
    }
    if (r.status !== 200) throw new Error(`${p.path}: ${r.status}`)
    p.bytes = r.body.length
  }
  const still = await nginx(pages.map(p => p.bytes))
  const seconds = short ? 1 : 2
  for (const p of pages) wrk('read.lua', server.base, 1, [p.path, p.cookie])
  for (let round = 0; round < (short ? 2 : 5); round++) {
    warm(db)
    for (const p of pages) {
      const from = cpuSeconds(server.process.pid), ours = wrk('read.lua', server.base, seconds, [p.path, p.cookie]);
      (p.ours ??= []).push({ ...ours, cpu_us: (cpuSeconds(server.process.pid) - from) * 1e6 / ours.requests });
      (p.theirs ??= []).push(wrk('read.lua', still.base, seconds, [`/${p.bytes}.html`]))
    }
  }
  await still.stop()
  result.reads = pages.map(p => {
    const of = (list, key) => median(list.map(x => x[key]))
    return {
      page: p.name, path: p.path, bytes: p.bytes, rate: of(p.ours, 'rate'), cpu_us: of(p.ours, 'cpu_us'), p50_ms: of(p.ours, 'p50'), p99_ms: of(p.ours, 'p99'),
      nginx_rate: of(p.theirs, 'rate'), nginx_p50_ms: of(p.theirs, 'p50'), nginx_p99_ms: of(p.theirs, 'p99'), ratio: median(p.ours.map((x, i) => x.rate / p.theirs[i].rate)),
    }
  })
  say(`\n${'16 connections'.padEnd(26)}${['bytes', 'req/s', 'cpu us each', 'p50 ms', 'p99 ms', 'nginx req/s', 'p50 ms', 'p99 ms', 'ratio'].map(h => h.padStart(12)).join('')}`)
  for (const r of result.reads)
    say(r.page.padEnd(26) + [number(r.bytes), number(r.rate), number(r.cpu_us), number(r.p50_ms, 2), number(r.p99_ms, 2), number(r.nginx_rate), number(r.nginx_p50_ms, 2), number(r.nginx_p99_ms, 2), number(r.ratio, 3)].map(v => v.padStart(12)).join(''))
  target('Home against a static file from nginx', result.reads[0].ratio, '', 0.2)
  const step = result.reads.find(r => r.page === 'Step of a case'), others = result.reads.filter(r => r !== step)
  if (step) target('a step of a case against the slowest of the other pages', step.rate / Math.min(...others.map(r => r.rate)), '', 1)
  target('Home, p99 at 16 connections', result.reads[0].p99_ms, 'ms', undefined, 10)
}

// ---- pages -----------------------------------------------------------------------------------------------------------------
// Pages about the programme or many people; all others are about one person. A course shows its staff all who take it, a round of
// matching all who take part.
const WIDE = /^\/(rounds\/\{id\}\/(preview|load|compare|unmatched|approve|outcome|solved|shift|lists|people)|coverage|courses$|classes|people$|programmes|cohorts|groups|frameworks|offerings|attendance|imports?|audit|site|jobs|case|crosswalks|stages|roster|teaching)/
const AVOID = /^\/(static|sign-out|healthz|metrics|files|exports)|\/(csv|case|download)\b/

function patterns() {
  return JSON.parse(run(bin, ['routes', '--json'])).filter(r => r.method === 'GET').map(r => ({
    pattern: r.pattern, literal: (r.pattern.match(/\{/g) ?? []).length, test: new RegExp(`^${r.pattern.replace(/\{[^}]*\}/g, '[^/]+')}$`),
  })).sort((a, b) => a.literal - b.literal)
}

// Walks from Home along links, one page for each pattern of address.
async function walk(base, cookie, known) {
  const found = new Map(), refused = new Map(), queue = ['/home'], seen = new Set(queue)
  while (queue.length > 0) {
    const path = queue.shift(), bare = path.split('?')[0]
    const pattern = known.find(k => k.test.test(bare))?.pattern ?? bare
    if (AVOID.test(bare) || found.has(pattern) || refused.get(pattern) > 4) continue
    const r = await ask(base, path, cookie)
    if (r.status !== 200 || !r.type.startsWith('text/html')) {
      refused.set(pattern, (refused.get(pattern) ?? 0) + 1)
      continue
    }
    found.set(pattern, path)
    for (const h of links(r.body).slice(0, 400)) if (!seen.has(h)) { seen.add(h); queue.push(h) }
  }
  return found
}

async function pages(server, db) {
  warm(db)
  const known = patterns(), rows = []
  const all = ['trainee', 'mentor', 'assessor', 'author', 'coordinator', 'director', 'administrator'].map(role => [role, role])
  for (const side of ['subject', 'facilitator']) all.push([side, inFeedback(db, side)])
  for (const [role, who] of all) {
    const cookie = await signIn(db, server.base, who)
    for (const [pattern, path] of await walk(server.base, cookie, known)) {
      const times = []
      for (let i = 0; i < (short ? 5 : 11) && !(times[0] > 1000); i++) times.push((await ask(server.base, path, cookie)).ms)
      rows.push({ role, pattern, path, ms: median(times), slowest_ms: Math.max(...times), wide: WIDE.test(pattern) || (/^\/courses\/\{id\}/.test(pattern) && !['trainee', 'subject'].includes(role)) })
    }
  }
  result.pages = rows.sort((a, b) => b.ms - a.ms)
  say(`\n${'one at a time'.padEnd(48)}${['median ms', 'slowest'].map(h => h.padStart(12)).join('')}   ${rows.length} pages of ${all.length} people`)
  for (const wide of [false, true]) {
    const these = rows.filter(r => r.wide === wide)
    for (const r of these.slice(0, 4)) say(`${r.pattern} (${r.role})`.padEnd(48) + number(r.ms, 2).padStart(12) + number(r.slowest_ms, 2).padStart(12) + (wide ? '   programme' : '   one person'))
    if (these.length) target(wide ? 'slowest programme-wide page' : 'slowest page about one person', these[0].ms, 'ms', undefined, wide ? 200 : 20)
  }
}

// ---- growth ----------------------------------------------------------------------------------------------------------------
async function growth(large, largeDb) {
  const smallDb = copy(database(few), 'small'), small = await serve(bin, smallDb)
  const known = patterns(), times = new Map()
  warm(smallDb, largeDb)
  const pairs = [0.45, 0.72, 0.97].map(place => [traineeAt(smallDb, few, place), traineeAt(largeDb, people, place)])
  pairs.push(['trainee', 'trainee'], [inFeedback(smallDb, 'subject'), inFeedback(largeDb, 'subject')]) // with a plan, a panel, a portfolio; with a report
  for (const [less, more] of pairs) {
    const a = await signIn(smallDb, small.base, less), b = await signIn(largeDb, large.base, more)
    const ours = await walk(small.base, a, known), theirs = await walk(large.base, b, known)
    for (const [pattern, path] of ours) {
      if (!theirs.has(pattern) || WIDE.test(pattern)) continue
      const t = times.get(pattern) ?? times.set(pattern, { small: [], large: [] }).get(pattern)
      for (let i = 0; i < (short ? 7 : 25); i++) {
        t.small.push((await ask(small.base, path, a)).ms)
        t.large.push((await ask(large.base, theirs.get(pattern), b)).ms)
      }
    }
  }
  await small.stop()
  result.growth = [...times].map(([pattern, t]) => ({ pattern, few_ms: median(t.small), many_ms: median(t.large), ratio: median(t.large) / median(t.small) })).sort((x, y) => y.ratio - x.ratio)
  say(`\n${'one person'.padEnd(48)}${[`${number(few)} people`, number(people), 'ratio'].map(h => h.padStart(13)).join('')}`)
  for (const r of result.growth.slice(0, 4)) say(r.pattern.padEnd(48) + `${number(r.few_ms, 2)} ms`.padStart(13) + `${number(r.many_ms, 2)} ms`.padStart(13) + number(r.ratio, 2).padStart(13))
  target(`page about one person, ${number(few)} to ${number(people)} people`, result.growth[0].ratio, '', undefined, 1.5)
}

// ---- start -----------------------------------------------------------------------------------------------------------------
async function start(db) {
  const first = await serve(bin, db), cookie = await signIn(db, first.base, 'trainee'), times = []
  await first.stop()
  for (let i = 0; i < (short ? 3 : 7); i++) {
    const from = process.hrtime.bigint(), s = await serve(bin, db)
    const r = await ask(s.base, '/home', cookie)
    times.push(Number(process.hrtime.bigint() - from) / 1e6)
    if (r.status !== 200) throw new Error(`Home after the start: ${r.status}`)
    await s.stop()
  }
  result.start_ms = median(times)
  say(`\nstart to first page: ${number(result.start_ms, 0)} ms (slowest ${number(Math.max(...times), 0)})`)
  target('start to first page', result.start_ms, 'ms', undefined, 300)
}

// ---- writes ----------------------------------------------------------------------------------------------------------------
// Each round: Cadre writes for some seconds, then SQLite alone writes into a copy what Cadre has added since.
function bareRound(bare, db, writes, group) {
  const [rate, rows, , commit_us] = run(join(build, 'bench_bare_sqlite'), [bare, db, String(writes), group.toFixed(3)]).trim().split(' ').map(Number)
  return { rate, rows: rows / writes, commit_us }
}

// What a server does by itself, the more of it the longer nobody served this database, is done before its pages or writes are counted: it
// neither writes nor computes any more.
async function settled(server) {
  for (let before = [-1, -1], now = [0, 0]; now[0] !== before[0] || now[1] - before[1] > 0.05; await sleep(1000))
    [before, now] = [now, [await counter(server.base, 'store_closures_total'), cpuSeconds(server.process.pid)]]
}

async function writes(server, db, pairs, count) {
  const rounds = [], seconds = 2, n = short ? 2 : 3
  await settled(server)
  const bare = copy(db, 'bare')
  let from = 0
  const share = Math.floor(count / (2 * n + 2))
  for (let i = -1; i < n; i++) { // the first is to warm up
    warm(db, bare)
    const before = [await counter(server.base, 'store_commits_total'), await counter(server.base, 'store_closures_total')]
    const ours = wrk('write.lua', server.base, seconds, [pairs, String(from), String(share)])
    from += share
    await sleep(200)
    const commits = await counter(server.base, 'store_commits_total') - before[0], closures = await counter(server.base, 'store_closures_total') - before[1]
    const theirs = bareRound(bare, db, closures, closures / commits)
    if (i >= 0) rounds.push({ ...ours, group: closures / commits, bare: theirs })
  }
  result.memory_mib = resident(server.process.pid)
  const problem = await server.stop()
  if (problem) throw new Error(problem)
  const plain = []
  for (let i = 0; i < n; i++) {
    warm(db, bare)
    const [rate, group, done] = run(join(build, 'bench_writes'), [db, pairs, String(from), String(seconds), '16']).trim().split(' ').map(Number)
    from += done
    plain.push({ rate, group, bare: bareRound(bare, db, done, group) })
  }
  const summary = list => ({
    rate: median(list.map(r => r.rate)), group: median(list.map(r => r.group)), bare_rate: median(list.map(r => r.bare.rate)), rows: median(list.map(r => r.bare.rows)),
    bare_commit_us: median(list.map(r => r.bare.commit_us)), ratio: median(list.map(r => r.rate / r.bare.rate)),
  })
  result.writes = { http: { ...summary(rounds), p50_ms: median(rounds.map(r => r.p50)), p99_ms: median(rounds.map(r => r.p99)) }, rule: summary(plain) }
  say(`\n${'durable writes, 16 clients'.padEnd(30)}${['writes/s', 'in a commit', 'rows each', 'p99 ms', 'SQLite alone', 'commit us', 'ratio'].map(h => h.padStart(13)).join('')}`)
  for (const [name, w] of [['over HTTP', result.writes.http], ['the rule alone, 16 threads', result.writes.rule]])
    say(name.padEnd(30) + [number(w.rate), number(w.group, 1), number(w.rows, 2), w.p99_ms ? number(w.p99_ms, 2) : '', number(w.bare_rate), number(w.bare_commit_us), number(w.ratio, 3)].map(v => v.padStart(13)).join(''))
  target('durable writes over HTTP against SQLite alone', result.writes.http.ratio, '', 0.7)
  target('durable writes without HTTP against SQLite alone', result.writes.rule.ratio, '', 0.7)
}

// ---- all of it -------------------------------------------------------------------------------------------------------------
const m = result.machine
say(`${m.cores} cores (${m.cpu}), load ${m.load.toFixed(2)}, Linux ${m.kernel}; ${number(people)} people`)
if (m.load > 0.5) say('the machine is not idle: numbers are lower and times longer than they would be')
if (parts.delete('match')) match({ build, dir, short, say, target, result })
if (parts.delete('rota')) {
  const databases = [[400, 60, 2, 20, () => copy(database(few), 'rota')], [20000, 2000, 1, 2000, () => copy(database(people), 'rota-national')]]
  await rota({ bin, databases: people >= 22000 ? databases : databases.slice(0, 1), signIn, short, say, target, result })
}
if (parts.delete('round')) await round({ bin, db: copy(database(ROUND_PEOPLE), 'round'), signIn, short, say, target, result })
if (parts.delete('stats')) stats({ build, dir, say, target, result })
if (parts.delete('chart')) chart({ build, dir, say, target, result })
if (parts.delete('xapi')) {
  const sizes = option('statements', short ? '20000' : '200000').split(',').map(Number), engine = option('engine', 'sqlite')
  const db = engine === 'postgres' ? empty('postgres') : copy(database(few), 'xapi')
  if (engine === 'postgres') run(bin, ['demo', '--db', db, '--people', String(few), '--seed', '1'])
  await xapi({ bin, build, dir, db, sizes, short, say, target, result })
}
if (parts.delete('story')) story({ build, say, target, result })
if (parts.size > 0) await program()

async function program() {
  const db = copy(database(people), 'large')
  let server, pairs, count = 0
  if (parts.has('writes')) {
    const lines = run(join(build, 'bench_people'), [db, short ? '60000' : '200000'])
    pairs = join(dir, 'pairs.tsv')
    count = lines.split('\n').length - 1
    writeFileSync(pairs, lines)
  }
  if (parts.has('start')) await start(db)
  server = await serve(bin, db)
  if (parts.has('reads')) {
    await settled(server)
    await reads(server, db)
  }
  if (parts.has('pages')) await pages(server, db)
  if (parts.has('growth')) await growth(server, db)
  if (parts.has('writes')) await writes(server, db, pairs, count)
  else { result.memory_mib = resident(server.process.pid); await server.stop() }
  say(`\nmemory of the server after all this: ${number(result.memory_mib.all, 1)} MiB, of them ${number(result.memory_mib.own, 1)} its own, the others of files`)
  target('memory of the server', result.memory_mib.all, 'MiB', undefined, 64)
}

say('')
for (const t of result.targets)
  say(`${t.met ? 'ok  ' : 'MISS'}  ${t.name.padEnd(58)}${(number(t.value, t.value < 10 ? 2 : 0) + (t.unit ? ` ${t.unit}` : '')).padStart(12)}   ${t.least !== undefined ? `at least ${t.least}` : `at most ${t.most}`}${t.unit ? ` ${t.unit}` : ''}`)
if (asJson) console.log(JSON.stringify(result, null, 1))
