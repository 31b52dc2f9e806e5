// The rules of the house that a machine can see: floors, who may look into whose room, where SQL and HTML may stand, sizes, links, and what
// the content that ships holds.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { counts } from '../lib/site.mjs'
import { contentRules } from './content.mjs'
import { devRules } from './dev.mjs'
import { linkRules } from './links.mjs'

const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const result = counts()
const read = f => readFileSync(join(top, f), 'utf8')
const walk = dir => readdirSync(join(top, dir), { withFileTypes: true }).flatMap(e => (e.isDirectory() ? walk(join(dir, e.name)) : [join(dir, e.name)]))
const rule = (name, problems) => (problems.length ? result.fail(name, problems.slice(0, 30).join('\n')) : result.pass(name))
const withoutComments = s => s.replace(/\/\*[\s\S]*?\*\//g, c => c.replace(/[^\n]/g, ' ')).replace(/\/\/.*/g, '')
const lineOf = (s, i) => s.slice(0, i).split('\n').length

const source = walk('src')
const code = source.filter(f => /\.[ch]$/.test(f))
const FLOORS = { base: 0, engine: 1, store: 2, view: 2, auth: 2, out: 2, http: 2, programme: 3, campus: 4, command: 5, 'main.c': 6 }
const floor = path => FLOORS[path.split('/')[0]]

rule('a file includes its own floor or one below', code.flatMap(f => {
  const mine = floor(relative('src', f))
  if (mine === undefined) return [`${f}: stands on no floor`]
  return [...withoutComments(read(f)).matchAll(/#include "(?:gen\/)?([\w./]+)"/g)].filter(m => floor(m[1]) !== undefined && floor(m[1]) > mine && !(mine < 6 && m[1] === 'main.c')).map(m => `${f} includes ${m[1]}`)
}))

rule('the engine uses base alone', code.filter(f => f.startsWith('src/engine/')).flatMap(f =>
  [...read(f).matchAll(/#include "([\w./]+)"/g)].filter(m => !/^((base|engine)\/|gen\/msg_)/.test(m[1])).map(m => `${f} includes ${m[1]}`)))

rule('a capability sees of another only its header', code.filter(f => /^src\/(programme|campus)\/\w+\//.test(f)).flatMap(f => {
  const mine = f.split('/').slice(1, 3).join('/')
  return [...withoutComments(read(f)).matchAll(/#include "(gen\/)?((?:programme|campus)\/(\w+)\/([\w.]+))"/g)].filter(m => {
    const theirs = m[2].split('/').slice(0, 2).join('/')
    return theirs !== mine && (m[1] || (mine.startsWith('programme') && m[4] !== `${m[3]}.h`))
  }).map(m => `${f} includes ${m[2]}`)
}))

// Who made a table: the migration's name is the capability's; the ground belongs to the floor below all.
const owner = new Map(), GROUND = new Set(['people', 'privacy'])
for (const f of walk('migrations')) {
  const name = { mail: 'ground', mentoring: 'mentor', feedback_report: 'feedback', portfolio_goals: 'portfolio', appraisal: 'practice', room_talk: 'practice', room_term: 'practice', room: 'practice', negotiation: 'practice', practice_cases: 'practice', speech: 'practice', project_work: 'improve', ledger_waves: 'ledger', ledger_chain: 'ledger', ledger_seen: 'ledger', improve_subgroups: 'improve', campus_sessions: 'lti' }[/\d+_(\w+)\.sql/.exec(f)[1]] ?? /\d+_(\w+)\.sql/.exec(f)[1]
  for (const m of read(f).matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gm)) owner.set(m[1], name)
}
rule("no capability touches another's tables", source.filter(f => f.endsWith('.sql')).flatMap(f => {
  const mine = f.split('/')[2]
  const sql = read(f).replace(/^--.*$/gm, line => ' '.repeat(line.length))
  return [...sql.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)/g)].filter(m => {
    const who = owner.get(m[1])
    return who && who !== mine && !(who === 'ground' && (GROUND.has(mine) || !f.startsWith('src/programme')) ) && !(f.startsWith('src/auth/') && m[1] === 'role_grant') && !(f.startsWith('src/campus/') && who === 'programme' && m[1].startsWith('roster_'))
  }).map(m => `${f}:${lineOf(sql, m.index)} names ${m[1]}, which is ${owner.get(m[1])}'s`)
}))

rule('SQL stands in .sql files', code.filter(f => !f.startsWith('src/store/')).flatMap(f => {
  const s = withoutComments(read(f))
  return [...s.matchAll(/"\s*(SELECT\s+[\w*(].*\bFROM\b|INSERT INTO |UPDATE \w+ SET|DELETE FROM )/g)].map(m => `${f}:${lineOf(s, m.index)}`)
}))

rule('HTML stands in views', code.filter(f => !/^src\/(view|http)\//.test(f)).flatMap(f => {
  const s = withoutComments(read(f))
  return [...s.matchAll(/"[^"\n]*<\/?(a|p|div|span|ul|li|table|td|form|input|h[1-6])\b[^"\n]*"/g)].map(m => `${f}:${lineOf(s, m.index)} ${m[0].slice(0, 60)}`)
}))

const LIBRARY = { 'microhttpd.h': /^src\/http\/adapter/, 'libpq-fe.h': /^src\/store\//, 'sqlite3.h': /^src\/store\//, 'md4c.h': /^src\/view\//, 'zip.h': /^src\/base\/zip/, 'csv.h': /^src\/base\/csv/, 'glib.h': /^src\/base\/clock/, 'curl/curl.h': /^src\/out\//, 'cairo-pdf.h': /^src\/view\/pdf/, 'pango/pangocairo.h': /^src\/view\/pdf/, 'fontconfig/fontconfig.h': /^src\/view\/pdf/, 'utf8proc.h': /^src\/base\/utf8/, 'glpk.h': /^src\/engine\/disclosure\/program/ }
rule('a library is known in one place', code.flatMap(f => [...read(f).matchAll(/#include <([\w./-]+)>/g)].filter(m => LIBRARY[m[1]] && !LIBRARY[m[1]].test(f)).map(m => `${f} includes <${m[1]}>`)))

rule('roles are compared in the access table alone', code.filter(f => !/^src\/(auth|command)\//.test(f) && !/role|import|roster|member|people|grant/.test(f)).flatMap(f => {
  const s = withoutComments(read(f))
  return [...s.matchAll(/[!=]=\s*ROLE_[A-Z]+/g)].map(m => `${f}:${lineOf(s, m.index)} ${m[0]}`)
}))

// What a session that a learning platform opened is kept from is said by the permission of the route (access_opens_more), never by its address.
const routes = code.flatMap(f => [...withoutComments(read(f)).matchAll(/\{METHOD_(\w+), "([^"]*)", (P_\w+)/g)].map(m => ({ f, address: `${m[1]} ${m[2]}`, pattern: m[2], may: m[3] })))
rule('what belongs to an account is open to sessions of her own alone', [
  ...routes.filter(r => /^\/account(\/|$)/.test(r.pattern) !== (r.may === 'P_ACCOUNT')).map(r => `${r.f}: ${r.address} says ${r.may}: P_ACCOUNT stands for /account and what is below it`),
  ...routes.filter(r => /^\/(exports|people\/\{id\}\/data)(\/|$)/.test(r.pattern) && r.may !== 'P_PERSON_EXPORT').map(r => `${r.f}: ${r.address} says ${r.may}`),
  ...(routes.filter(r => r.may === 'P_ACCOUNT').length < 10 ? ['the routes are not found any more'] : []),
  ...code.filter(f => f.startsWith('src/http/')).flatMap(f => [...withoutComments(read(f)).matchAll(/str_(?:starts|eq\w*)\([^;]*->pattern/g)].map(m => `${f} decides by an address: ${m[0]}`)),
])

const privacy = read('src/programme/privacy/pages.c'), xs = name => new Set([...(new RegExp(`#define ${name}\\(X\\)((?:.*\\\\\n)*.*)`).exec(privacy)?.[1] ?? '').matchAll(/X\((\w+)\)/g)].map(m => m[1]))
rule('what the audit notes has words for people', code.flatMap(f => [...withoutComments(read(f)).matchAll(/audit_note\(([^;]*);/g)].flatMap(m =>
  [...m[1].matchAll(/"(\w+)"/g)].filter(x => !xs('ACTIONS').has(x[1]) && !xs('KINDS').has(x[1])).map(x => `${f}: ${x[1]} is missing among ACTIONS or KINDS in privacy/pages.c`))))

rule('no loose ends', [...source, ...walk('tools'), ...walk('migrations'), ...walk('static')].flatMap(f => read(f).split('\n').flatMap((l, i) => (/\b(TODO|FIXME|XXX|HACK)\b|not implemented|lorem ipsum/i.test(l) ? [`${f}:${i + 1} ${l.trim().slice(0, 80)}`] : []))))

rule('a file stays one subject', [...code, ...walk('tools')].filter(f => /\.[ch]$/.test(f)).map(f => [f, read(f).split('\n').length]).filter(([, n]) => n > 700).map(([f, n]) => `${f} has ${n} lines`))

rule('every source file opens with what it is for', code.filter(f => !read(f).startsWith('/*')).concat(source.filter(f => f.endsWith('.sql') && !read(f).startsWith('--'))))

const size = f => statSync(join(top, f)).size
rule('the look stays light', [...(size('static/cadre.css') > 24 * 1024 ? [`cadre.css is ${size('static/cadre.css')} bytes`] : []), ...(walk('static').filter(f => f.endsWith('.js')).reduce((n, f) => n + size(f), 0) > 16 * 1024 ? ['the scripts are larger than 16 kB'] : [])])

rule('both languages have every catalog', walk('locale/en').filter(f => !walk('locale/de').includes(f.replace('/en/', '/de/'))))

for (const [name, check] of Object.entries({ ...linkRules, ...contentRules, ...devRules })) {
  try {
    await check(top)
    result.pass(name)
  } catch (e) {
    result.fail(name, e.message)
  }
}
result.end()
