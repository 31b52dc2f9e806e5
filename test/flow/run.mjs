// Runs every *.flow script of this folder over HTTP on both engines, each on a fresh copy of a demo database.
//
// A script is lines; indentation is for the eye. Words may be "quoted"; $name stands for what `let` kept.
//   needs shared FILE            skipped where ../shared/data/FILE is absent
//   as ROLE|EMAIL|nobody         another person, in a browser of her own (signed in by `cadre link`)
//   get PATH [Header=value]      head, delete likewise; json PATH asks as a program does
//   post PATH name=value ...     with the token of the page at hand
//   send METHOD PATH TYPE BODY   anything else
//   submit [/action] name=value  fills in and sends a form of the page at hand; name=@FILE uploads ($shared stands for ../shared/data)
//   follow                       goes where a redirect points
//   run VERB ...                 the command line on the same database; then exit N, out TEXT, err TEXT
//   status N | see TEXT | not TEXT | has MARKUP | header NAME REGEX | location REGEX | path REGEX
//   value JSON.PATH == VALUE     of a JSON answer; also !=, >=, <=, ~ (regex)
//   let NAME json JSON.PATH      or: let NAME match REGEX (first group), let NAME text ...
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, plain } from '../lib/client.mjs'
import { cadre, copy, counts, drop, engines, link, option, serve, template } from '../lib/site.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const top = resolve(here, '../..')
const shared = resolve(top, '../shared/data')
const bin = resolve(option('bin', 'build/release/cadre'))
const only = option('only', '')
const result = counts()

function words(line, vars) {
  const out = []
  for (const m of line.matchAll(/((?:[^\s"=]+=)?)"((?:[^"\\]|\\.)*)"|(\S+)/g)) out.push(m[3] ?? m[1] + m[2].replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)))
  return out.map(w => w.replace(/\$(\w+)/g, (all, name) => (name in vars ? vars[name] : all)))
}

function pick(json, path) {
  let at = json
  for (const step of path.split('.').filter(Boolean)) at = at == null ? undefined : step === 'length' && Array.isArray(at) ? at.length : at[/^\d+$/.test(step) ? Number(step) : step]
  return at
}

function compare(actual, op, wanted) {
  const text = typeof actual === 'object' ? JSON.stringify(actual) : String(actual)
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

const verbs = {
  async as(s, [who]) {
    s.client = new Client(s.server.base)
    if (who !== 'nobody') {
      await s.client.get(link(bin, s.db, s.server.base, who))
      must(s.client.page.status === 303, `signing in as ${who} answered ${s.client.page.status}`)
      await s.client.follow()
    }
  },
  get: (s, [path, ...headers]) => s.client.get(path, pairs(headers)),
  head: (s, [path]) => s.client.request('HEAD', path),
  delete: (s, [path]) => s.client.request('DELETE', path),
  json: (s, [path, ...headers]) => s.client.get(path, { accept: 'application/json', ...pairs(headers) }),
  post: (s, [path, ...fields]) => s.client.post(path, Object.entries(pairs(fields)).flatMap(([k, v]) => [].concat(v).map(x => [k, x]))),
  send: (s, [method, path, type, body]) => s.client.request(method, path, { headers: type && type !== '-' ? { 'content-type': type } : {}, body }),
  submit: (s, args) => (args[0]?.startsWith('/') ? s.client.submit(pairs(args.slice(1)), args[0]) : s.client.submit(pairs(args))),
  follow: s => s.client.follow(),
  run(s, args) {
    const two = ['content', 'import', 'export', 'erase'].includes(args[0]) ? 2 : 1
    s.ran = cadre(bin, [...args.slice(0, two), '--db', s.db, ...args.slice(two)])
  },
  exit: (s, [n]) => must(s.ran.status === Number(n), `exit status ${s.ran.status}\n${s.ran.out}\n${s.ran.err}`),
  out: (s, [text]) => must(s.ran.out.includes(text), `standard output lacks "${text}":\n${s.ran.out.slice(0, 2000)}`),
  err: (s, [text]) => must(s.ran.err.includes(text), `standard error lacks "${text}":\n${s.ran.err.slice(0, 2000)}`),
  status: (s, [n]) => must(s.client.page.status === Number(n), `status ${s.client.page.status} of ${s.client.page.method} ${s.client.page.path}\n${plain(s.client.page.text).slice(0, 800)}`),
  see: (s, [text]) => must(plain(s.client.page.text).includes(text) || s.client.page.text.includes(text), `the page does not say "${text}":\n${plain(s.client.page.text).slice(0, 1500)}`),
  not: (s, [text]) => must(!plain(s.client.page.text).includes(text) && !s.client.page.text.includes(text), `the page says "${text}"`),
  has: (s, [markup]) => must(s.client.page.text.includes(markup), `the page lacks ${markup}`),
  header: (s, [name, re]) => must(new RegExp(re).test(s.client.page.headers.get(name) ?? ''), `${name}: ${s.client.page.headers.get(name)}`),
  location: (s, [re]) => must(new RegExp(re).test(s.client.page.headers.get('location') ?? ''), `status ${s.client.page.status}, Location: ${s.client.page.headers.get('location')}\n${plain(s.client.page.text).slice(0, 800)}`),
  path: (s, [re]) => must(new RegExp(re).test(s.client.page.path), `at ${s.client.page.path}`),
  value(s, [path, op, wanted]) {
    const actual = pick(JSON.parse(s.client.page.text), path)
    must(compare(actual, op, wanted), `${path} is ${JSON.stringify(actual)}`)
  },
  let(s, [name, how, ...rest]) {
    if (how === 'text') s.vars[name] = rest.join(' ')
    else if (how === 'json') s.vars[name] = String(pick(JSON.parse(s.client.page.text), rest[0]))
    else {
      const m = new RegExp(rest[0]).exec(s.client.page.text)
      must(m, `nothing matches ${rest[0]}`)
      s.vars[name] = m[1] ?? m[0]
    }
  },
}

async function runScript(file, t) {
  const name = `${basename(file, '.flow')} (${t.engine})`
  const lines = readFileSync(file, 'utf8').split('\n')
  const needed = lines.map(l => /^needs shared (\S+)/.exec(l)?.[1]).find(f => f && !existsSync(join(shared, f)))
  if (needed) return result.skip(name, `../shared/data/${needed} is absent`)
  const s = { db: copy(t), vars: { shared, top }, client: null, ran: null }
  let at = 0
  try {
    s.server = await serve(bin, s.db)
    s.vars.base = s.server.base
    s.client = new Client(s.server.base)
    for (const line of lines) {
      at++
      const [verb, ...args] = words(line.replace(/^\s*#.*/, ''), s.vars)
      if (!verb || verb === 'needs') continue
      if (!verbs[verb]) throw new Error(`unknown word ${verb}`)
      await verbs[verb](s, args)
    }
    const problem = await s.server.stop()
    s.server = null
    if (problem) throw new Error(problem)
    result.pass(name)
  } catch (e) {
    result.fail(name, `${basename(file)}:${at}: ${lines[at - 1]?.trim()}\n${e.message}`)
    if (s.server) {
      const log = s.server.log()
      if (/level=error|Sanitizer|runtime error/.test(log)) console.log(log.slice(-4000))
    }
  } finally {
    if (s.server) await s.server.kill()
    drop(s.db)
  }
}

const files = readdirSync(here).filter(f => f.endsWith('.flow') && f.includes(only)).sort().map(f => join(here, f))
for (const engine of engines()) {
  const t = template(bin, engine)
  for (const file of files) await runScript(file, t)
}
if (engines().length === 1) result.skip('everything on PostgreSQL', 'CADRE_TEST_PG is not set')
result.end()
