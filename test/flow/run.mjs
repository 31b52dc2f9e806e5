// Runs every *.flow script of this folder over HTTP on both engines, each on a fresh copy of a demo database, a few at a time.
// Options: --bin FILE, --only WORD[,WORD] (scripts whose name holds one), --engine sqlite|postgres, --seed N (another demo; default 1), --jobs N.
//
// A script is lines; indentation is for the eye. Words may be "quoted" (\n, \r, \" and \xHH within); $name stands for what `let`
// kept, $dir for a folder of the script's own, $shared for ../shared/data, $data for test/data, $base for the server's address, $today for the
// number of the day, $in30 (any number) for the day thirty days ahead as forms take it, $ago30 for the one thirty days back.
//   needs shared FILE            skipped where ../shared/data/FILE is absent
//   as ROLE|EMAIL|nobody [NAME]  another person, in a browser of her own (signed in by `cadre link`)
//   back NAME                    back to that browser (its name is NAME, else the role or address)
//   get PATH [Header=value]      head, delete likewise; json PATH asks as a program does
//   post PATH name=value ...     with the token of the page at hand; >Name=value is a header
//   send METHOD PATH TYPE BODY [Header=value]   anything else
//   raw BYTES                    on a connection of its own, as they are; long N asks for an address of N characters,
//                                big PATH N [chunked] posts a form of N characters
//   submit [/action] name=value  fills in and sends a form of the page at hand; name=@FILE uploads
//   quiz right|wrong|blank [KIND ...]   answers the quiz of the page at hand: questions of these kinds so (none: all), the others right
//   follow                       goes where a redirect points
//   until TEXT PATH              asks PATH again until it says TEXT (test/lib/patience.mjs)
//   run VERB ...                 the command line on the same database; cadre ARG ... is the command line as it stands,
//                                each-verb ARG ... that with every verb, whose answers must all be as told;
//                                then exit N, out TEXT, err TEXT
//   casefile FILE                the latest framework, exported as CASE, says all that FILE says
//   sql STATEMENT [== VALUE]     past the program: to age a link, to see that nothing changed
//   soon STATEMENT == VALUE      the same, asked again until it is so
//   file FILE TEXT               writes a file, bytes FILE TEXT one that is not UTF-8; make FILE N HEAD ROW writes HEAD and N times ROW, where # is the number
//   save FILE                    the page at hand as a file, byte for byte; spoil FILE OTHER TEXT writes OTHER as FILE is but for one bit behind TEXT
//   setting NAME VALUE           in the environment of the programs that this script starts from here on; an empty VALUE takes it away
//   restart [OPTION ...]         the server, with other options; stop, start
//   repeat N VERB ...            a line again and again
//   twins PEOPLE SEED            the demo made twice, on the engine at hand and on SQLite, is one (test/lib/demo.mjs)
//   walk [SECRET]                every GET address as every role (test/lib/walk.mjs); none shows SECRET; walk of REGEX: of these addresses
//   calendar ZONE HH:MM          the calendar at hand says the same to three readers: each event begins at that wall clock (test/lib/calendar.mjs)
//   event UID FIELD OP VALUE     of the calendar at hand, as icalendar reads it: uid, summary, text, place, url, start (ms, or a day), end, sequence, stamp,
//                                status, sort (test/lib/calendar.mjs); event UID there | missing
//   readers                      three readers find the same events in the calendar at hand
//   race N QUERY FROM PATH name=value ...   N browsers of the people whose addresses the query names send a form of the page FROM at the same
//                                moment (test/lib/race.mjs): $done were sent on, $full were told 409 or 410, $not were told 422, nobody anything else
//   attack                       who may see most of a round of feedback, in two worlds (test/lib/attack.mjs)
//   status N | see TEXT | not TEXT | has MARKUP | lacks MARKUP | header NAME REGEX | location REGEX | path REGEX
//   count REGEX == N             how often the page has it; also !=, >=, <=
//   unprinted TEXT               the server has not written TEXT anywhere
//   same FILE FILE               two files, or texts kept by let, are equal
//   value JSON.PATH == VALUE     of a JSON answer; also !=, >=, <=, ~ (regex)
//   let NAME json JSON.PATH      or: let NAME match REGEX (first group; anywhere in the page), let NAME text ..., let NAME header NAME,
//                                let NAME printed REGEX (by the server: the line of a mail; waits for it), let NAME out, let NAME sql QUERY, let NAME empty (a new database)
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { attack } from '../lib/attack.mjs'
import { calendarEvents, calendarProblem, calendarReaders } from '../lib/calendar.mjs'
import { caseProblems } from '../lib/case.mjs'
import { Client, plain } from '../lib/client.mjs'
import { twins } from '../lib/demo.mjs'
import { holds } from '../lib/patience.mjs'
import { race } from '../lib/race.mjs'
import { cadre, copy, counts, drop, empty, engines, link, onOneDay, option, query, serve, template, today, work } from '../lib/site.mjs'
import { quizAnswers } from '../lib/quiz.mjs'
import { walk } from '../lib/walk.mjs'
import { wire } from '../lib/wire.mjs'

// as test/unit/run: what the sanitizers may overlook
process.env.LSAN_OPTIONS = `suppressions=${fileURLToPath(new URL('../leaks.supp', import.meta.url))}:print_suppressions=0`;

const here = dirname(fileURLToPath(import.meta.url))
const top = resolve(here, '../..')
const shared = resolve(top, '../shared/data')
const bin = resolve(option('bin', 'build/release/cadre'))

const unescape = s => s.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (_, c) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c[0] === 'x' && c.length === 3 ? String.fromCharCode(parseInt(c.slice(1), 16)) : c))

// in30, ago5: that day, as forms take it, counted from the day on which the script began.
function day(name, vars) {
  const m = /^(in|ago)(\d+)$/.exec(name)
  return m && new Date((Number(vars.today) + (m[1] === 'in' ? 1 : -1) * Number(m[2])) * 864e5).toISOString().slice(0, 10)
}

function words(line, vars) {
  const out = []
  for (const m of line.matchAll(/((?:[^\s"=]+=)?)"((?:[^"\\]|\\.)*)"|(\S+)/g)) out.push(m[3] ?? m[1] + unescape(m[2]))
  return out.map(w => w.replace(/\$((?:in|ago)\d+|\w+)/g, (all, name) => vars[name] ?? day(name, vars) ?? all))
}

function pick(json, path) {
  let at = json
  for (const step of path.split('.').filter(Boolean)) at = at == null ? undefined : step === 'length' && Array.isArray(at) ? at.length : at[/^\d+$/.test(step) ? Number(step) : step]
  return at
}

function compare(actual, op, wanted) {
  const text = actual !== null && typeof actual === 'object' ? JSON.stringify(actual) : String(actual)
  switch (op) {
    case '==': return text === wanted
    case '!=': return text !== wanted
    case '>=': return Number(actual) >= Number(wanted)
    case '<=': return Number(actual) <= Number(wanted)
    case '~': return new RegExp(wanted).test(text)
    default: throw new Error(`unknown comparison ${op}`)
  }
}

function pairs(list) {
  const o = {}
  for (const w of list) {
    const eq = w.indexOf('=')
    if (eq < 1) throw new Error(`not name=value: ${w}`)
    const name = w.slice(0, eq)
    let v = w.slice(eq + 1)
    if (v.startsWith('@')) v = { name: basename(v), bytes: readFileSync(v.slice(1)), type: v.endsWith('.zip') ? 'application/zip' : 'text/plain' }
    o[name] = name in o ? [].concat(o[name], v) : v
  }
  return o
}

const must = (yes, why) => { if (!yes) throw new Error(why) }
const says = (page, text) => plain(page.text).includes(text) || page.text.includes(text)
const matches = (page, re) => page.text.match(new RegExp(re, 'g'))?.length ?? 0

// Of each program that ran last: its verb, {status, out, err}.
const eachRan = (s, good, why) => { for (const r of s.ran) must(good(r), `${r.verb}: ${why(r)}\n${r.out.slice(0, 2000)}\n${r.err.slice(0, 2000)}`) }

const verbs = {
  async as(s, [who, name]) {
    s.client = s.browsers[name ?? who] = new Client(s.server.base)
    if (who !== 'nobody') {
      await s.client.get(link(bin, s.db, s.server.base, who))
      must(s.client.page.status === 303, `signing in as ${who} answered ${s.client.page.status}`)
      await s.client.follow()
    }
  },
  back(s, [name]) {
    must(s.browsers[name], `there is no browser ${name}`)
    s.client = s.browsers[name]
  },
  get: (s, [path, ...headers]) => s.client.get(path, pairs(headers)),
  head: (s, [path, ...headers]) => s.client.request('HEAD', path, { headers: pairs(headers) }),
  delete: (s, [path, ...headers]) => s.client.request('DELETE', path, { headers: pairs(headers) }),
  json: (s, [path, ...headers]) => s.client.get(path, { accept: 'application/json', ...pairs(headers) }),
  post(s, [path, ...fields]) {
    const headers = pairs(fields.filter(f => f[0] === '>').map(f => f.slice(1)))
    return s.client.post(path, Object.entries(pairs(fields.filter(f => f[0] !== '>'))).flatMap(([k, v]) => [].concat(v).map(x => [k, x])), headers)
  },
  send: (s, [method, path, type, body, ...headers]) => s.client.request(method, path, { headers: { ...(type && type !== '-' ? { 'content-type': type } : {}), ...pairs(headers) }, body: body || undefined }),
  async raw(s, [bytes]) { s.client.page = await wire(s.server.base, bytes) },
  async long(s, [n]) { s.client.page = await wire(s.server.base, `GET /sign-in?back=${'x'.repeat(Number(n))} HTTP/1.1\r\nHost: here\r\n\r\n`) },
  async big(s, [path, n, chunked]) {
    const body = `display_name=${'x'.repeat(Number(n))}&csrf=${s.client.token()[0]?.[1]}`
    const cookie = [...s.client.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
    s.client.page = await wire(s.server.base, `POST ${path} HTTP/1.1\r\nHost: ${new URL(s.server.base).host}\r\nOrigin: ${s.server.base}\r\nCookie: ${cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      (chunked ? `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : `Content-Length: ${body.length}\r\n\r\n${body}`))
  },
  submit: (s, args) => (args[0]?.startsWith('/') ? s.client.submit(pairs(args.slice(1)), args[0]) : s.client.submit(pairs(args))),
  quiz: (s, [how, ...kinds]) => s.client.submit(quizAnswers(s.db, s.client.page, how, kinds), '/quiz'),
  follow: s => s.client.follow(),
  async until(s, [text, path]) {
    const said = await holds(async () => {
      await s.client.get(path)
      return says(s.client.page, text)
    }, 100)
    must(said, `${path} does not say "${text}" in time:\n${plain(s.client.page.text).slice(0, 800)}`)
  },
  run(s, args) {
    const two = ['content', 'import', 'export', 'erase'].includes(args[0]) ? 2 : 1
    s.ran = [{ verb: args[0], ...cadre(bin, [...args.slice(0, two), '--db', s.db, ...args.slice(two)], undefined, s.env) }]
  },
  cadre(s, args) { s.ran = [{ verb: args[0], ...cadre(bin, args, undefined, s.env) }] },
  'each-verb'(s, args) {
    const names = [...cadre(bin, ['--help']).out.matchAll(/^  ([a-z]+(?: [a-z]+)?)  /gm)].map(m => m[1])
    must(names.length > 10, `only ${names}`)
    s.ran = names.map(verb => ({ verb, ...cadre(bin, [...verb.split(' '), ...args]) }))
  },
  exit: (s, [n]) => eachRan(s, r => r.status === Number(n), r => `exit status ${r.status}`),
  out: (s, [text]) => eachRan(s, r => r.out.includes(text), () => `standard output lacks "${text}"`),
  'as-in': (s, [file]) => eachRan(s, r => r.out === readFileSync(file, 'utf8'), () => `it is not what ${file} holds: write it anew with this verb`),
  err: (s, [text]) => eachRan(s, r => r.err.includes(text), () => `standard error lacks "${text}"`),
  casefile(s, [file]) {
    const out = join(s.vars.dir, 'out.json')
    writeFileSync(out, cadre(bin, ['export', 'framework', '--db', s.db, query(s.db, 'SELECT max(id) FROM framework')]).out)
    const problems = caseProblems(file, out)
    must(!problems.length, problems.slice(0, 20).join('\n'))
  },
  sql(s, [text, op, wanted]) {
    const answer = query(s.db, text)
    must(!op || compare(answer, op, wanted), `${text} gives ${answer}`)
  },
  async soon(s, [text, op, wanted]) {
    let answer
    must(await holds(async () => compare(answer = query(s.db, text), op, wanted), 100), `${text} gives ${answer} and nothing else`)
  },
  file: (s, [name, text]) => writeFileSync(name, text ?? ''),
  bytes: (s, [name, text]) => writeFileSync(name, Buffer.from(text, 'latin1')),
  save: (s, [name]) => writeFileSync(name, s.client.page.bytes),
  spoil(s, [from, to, text]) {
    const bytes = readFileSync(from), at = bytes.indexOf(text)
    must(at >= 0 && at + text.length < bytes.length, `${from} lacks "${text}"`)
    bytes[at + text.length] ^= 1
    writeFileSync(to, bytes)
  },
  make(s, [name, n, head, row]) {
    writeFileSync(name, head + '\n' + Array.from({ length: Number(n) }, (_, i) => row.replace(/#/g, i + 1) + '\n').join(''))
  },
  setting(s, [name, value]) {
    if (value) s.env[name] = value
    else delete s.env[name]
  },
  async restart(s, args) {
    await verbs.stop(s)
    await verbs.start(s, args)
  },
  async stop(s) {
    const problem = await s.server.stop()
    s.server = null
    must(!problem, problem)
  },
  async start(s, args) {
    s.server = await serve(bin, s.db, args.length ? args : undefined, s.env)
    s.vars.base = s.server.base
    for (const c of Object.values(s.browsers)) c.base = s.server.base
    s.client ??= new Client(s.server.base)
    s.client.base = s.server.base
  },
  async repeat(s, [n, verb, ...args]) {
    for (let i = 0; i < Number(n); i++) await verbs[verb](s, args)
  },
  async attack(s) {
    await verbs.stop(s)
    await attack(bin, s.engine, s.db)
    await verbs.start(s, [])
  },
  twins: (s, [people, seed]) => twins(bin, s.engine, people, seed),
  async calendar(s, [zone, clock]) {
    const { problem, missing } = await calendarProblem(s.client.page.text, zone, clock)
    if (missing.length) console.log(`        skipped: the calendar as ${missing.join(', ')} read it: not installed`)
    if (problem) throw new Error(problem)
  },
  event(s, [uid, field, op, wanted]) {
    const list = calendarEvents(s.client.page.text)
    if (list === null) return console.log('        skipped: the calendar as icalendar reads it: not installed')
    const found = list.filter(e => e.uid === uid)
    if (field === 'missing') return must(found.length === 0, `${uid} is there: ${JSON.stringify(found)}`)
    must(found.length === 1, `${uid} is there ${found.length} times; there are ${list.map(e => e.uid).join(', ')}`)
    must(field === 'there' || compare(found[0][field], op, wanted), `${uid}: ${field} is ${JSON.stringify(found[0][field])}`)
  },
  readers(s) {
    const { problem, missing } = calendarReaders(s.client.page.text)
    if (missing.length) console.log(`        skipped: the calendar as ${missing.join(', ')} read it: not installed`)
    must(problem === null, problem)
  },
  async race(s, [n, people, from, path, ...fields]) {
    const r = await race(bin, s.db, s.server.base, query(s.db, people).split('\n'), Number(n), from, path, Object.entries(pairs(fields)))
    must(!r.others.length, `answered ${r.others}`)
    Object.assign(s.vars, { done: String(r.done), full: String(r.full), not: String(r.not) })
  },
  walk: (s, [secret, of]) => (secret === 'of' ? walk(bin, s.db, s.server, undefined, new RegExp(of)) : walk(bin, s.db, s.server, secret)),
  status: (s, [n]) => must(s.client.page.status === Number(n), `status ${s.client.page.status} of ${s.client.page.method} ${s.client.page.path}\n${plain(s.client.page.text).slice(0, 800)}`),
  see: (s, [text]) => must(says(s.client.page, text), `the page does not say "${text}":\n${plain(s.client.page.text).slice(0, 2500)}`),
  not: (s, [text]) => must(!says(s.client.page, text), `the page says "${text}"`),
  has: (s, [markup]) => must(s.client.page.text.includes(markup), `the page lacks ${markup}`),
  lacks: (s, [markup]) => must(!s.client.page.text.includes(markup), `the page has ${markup}`),
  header: (s, [name, re]) => must(new RegExp(re).test(s.client.page.headers.get(name) ?? ''), `${name}: ${s.client.page.headers.get(name)}`),
  location: (s, [re]) => must(new RegExp(re).test(s.client.page.headers.get('location') ?? ''), `status ${s.client.page.status}, Location: ${s.client.page.headers.get('location')}\n${plain(s.client.page.text).slice(0, 1500)}`),
  path: (s, [re]) => must(new RegExp(re).test(s.client.page.path), `at ${s.client.page.path}`),
  count: (s, [re, op, n]) => must(compare(matches(s.client.page, re), op, n), `${re} is there ${matches(s.client.page, re)} times`),
  unprinted: (s, [text]) => must(!s.server.log().includes(text), `the server wrote ${text}`),
  same(s, [a, b]) {
    const text = x => (existsSync(x) ? readFileSync(x, 'utf8') : x)
    must(text(a) === text(b), `${a.slice(0, 300)} is not ${b.slice(0, 300)}`)
  },
  value(s, [path, op, wanted]) {
    const actual = pick(JSON.parse(s.client.page.text), path)
    must(compare(actual, op, wanted), `${path} is ${JSON.stringify(actual)}`)
  },
  async let(s, [name, how, ...rest]) {
    if (how === 'printed') {
      const re = new RegExp(rest[0], 'g')
      let m
      must(await holds(async () => (m = [...s.server.log().matchAll(re)].at(-1)), 100), `the server did not print ${rest[0]}:\n${s.server.log().slice(-2000)}`)
      s.vars[name] = m[1] ?? m[0]
    } else if (how === 'text') s.vars[name] = rest.join(' ')
    else if (how === 'out') s.vars[name] = s.ran[0].out.trim()
    else if (how === 'header') s.vars[name] = s.client.page.headers.get(rest[0]) ?? ''
    else if (how === 'sql') s.vars[name] = query(s.db, rest[0])
    else if (how === 'empty') s.made.push((s.vars[name] = empty(s.engine)))
    else if (how === 'json') s.vars[name] = String(pick(JSON.parse(s.client.page.text), rest[0]))
    else {
      const m = new RegExp(rest[0]).exec(s.client.page.text)
      must(m, `nothing matches ${rest[0]} in\n${s.client.page.text.slice(0, 3000)}`)
      s.vars[name] = m[1] ?? m[0]
    }
  },
}

// Runs one script; throws what went wrong.
async function runScript(file, t) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const s = { db: copy(t), engine: t.engine, vars: { shared, top, data: join(top, 'test/data'), today: String(today()) }, browsers: {}, env: {}, made: [], client: null, ran: null }
  s.vars.dir = join(work, basename(file, '.flow'))
  s.vars.db = s.db
  let at = 0
  try {
    rmSync(s.vars.dir, { recursive: true, force: true })
    mkdirSync(s.vars.dir)
    await verbs.start(s, [])
    for (const line of lines) {
      at++
      const [verb, ...args] = words(line.replace(/^\s*#.*/, ''), s.vars)
      if (!verb || verb === 'needs') continue
      if (!verbs[verb]) throw new Error(`unknown word ${verb}`)
      await verbs[verb](s, args)
    }
    if (s.server) await verbs.stop(s)
  } catch (e) {
    const log = s.server?.log() ?? ''
    throw new Error(`${basename(file)}:${at}: ${lines[at - 1]?.trim()}\n${e.message}${/level=error|Sanitizer|runtime error/.test(log) ? '\n' + log.slice(-4000) : ''}`)
  } finally {
    if (s.server) await s.server.kill()
    for (const db of [s.db, ...s.made]) drop(db)
  }
}

// A helper process: takes one script after the other.
function help() {
  process.on('message', async ({ file, t }) => {
    const start = Date.now()
    const why = await onOneDay(() => runScript(file, t)).then(() => null, e => e.message)
    process.send({ why, ms: Date.now() - start })
  })
}

async function main() {
  const result = counts(), only = option('only', ''), seed = option('seed', '1')
  const chosen = engines().filter(e => option('engine', e) === e)
  const files = readdirSync(here).filter(f => f.endsWith('.flow') && only.split(',').some(word => f.includes(word))).sort().map(f => join(here, f))
  const tasks = []
  for (const engine of chosen) {
    const t = template(bin, engine, { seed })
    for (const file of files) {
      const name = `${basename(file, '.flow')} (${engine})`, text = readFileSync(file, 'utf8')
      const needed = text.split('\n').map(l => /^needs shared (\S+)/.exec(l)?.[1]).find(f => f && !existsSync(join(shared, f)))
      if (needed) result.skip(name, `../shared/data/${needed} is absent`)
      else tasks.push({ name, file, t, long: /^(attack|twins|walk|race)\b/m.test(text) ? 1e6 : text.length })
    }
  }
  tasks.sort((a, b) => b.long - a.long) // so that the end waits for no long one
  // one more than there are cores, since scripts wait for jobs and mails; a server with sanitizers and a verb beside it take a gigabyte and a half
  const many = Math.min(availableParallelism() + 1, Math.max(1, Math.floor(totalmem() / 1.5e9)))
  const helpers = Math.min(Number(option('jobs', many)), tasks.length)
  await Promise.all(Array.from({ length: helpers }, () => new Promise(done => {
    const child = fork(fileURLToPath(import.meta.url), ['--helper', ...process.argv.slice(2)])
    let task
    const next = () => {
      task = tasks.shift()
      if (task) child.send({ file: task.file, t: task.t })
      else child.disconnect()
    }
    child.on('message', ({ why, ms }) => {
      if (why) result.fail(task.name, `${why}\n(the demo has --seed ${seed})`, ms)
      else result.pass(task.name, ms)
      next()
    })
    child.on('exit', code => {
      if (task) result.fail(task.name, `its runner ended with ${code}`)
      done()
    })
    next()
  })))
  if (engines().length === 1) result.skip('everything on PostgreSQL', 'CADRE_TEST_PG is not set')
  result.end()
}

if (process.argv.includes('--helper')) help()
else await main()
