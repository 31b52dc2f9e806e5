// Every GET address as every role and as nobody, with the numbers of real things, of none, and with what is no number. What may come
// back follows from the access table in src/auth/access.h: nothing ever ends in a server error; nobody gets public pages alone;
// whoever holds a permission nowhere is refused, with 404 where existence is private.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from './client.mjs'
import { cadre, link, query } from './site.mjs'

const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

// PERMISSIONS(X) and ROLES(X) of the header.
export function accessTable() {
  const h = readFileSync(join(top, 'src/auth/access.h'), 'utf8')
  const roles = [...h.matchAll(/X\([A-Z]+, "(\w+)"\)/g)].map(m => m[1])
  const permissions = new Map()
  for (const m of h.matchAll(/X\((\w+), ([01]), ([01]), ([01]), ([NSPA, ]+)\)/g)) {
    const reach = m[5].split(/, */)
    permissions.set(m[1], { hidden: m[2] === '1', own: m[3] === '1', held: m[4] === '1', reach: Object.fromEntries(roles.map((r, i) => [r, reach[i]])) })
  }
  return { roles, permissions }
}

// What {..} after a segment numbers: first and last of the table, so that one is likely out of reach.
const TABLES = {
  people: 'person', programmes: 'programme', cohorts: 'cohort', groups: 'learner_group', stages: 'stage', memberships: 'membership', roles: 'role_grant',
  courses: 'course', sessions: 'course_session', offerings: 'offering', evidence: 'evidence', exports: 'export_file', jobs: 'job', classes: 'offering_session',
  'quiz-attempts': 'quiz_attempt', frameworks: 'framework', crosswalks: 'crosswalk', competencies: 'competency', imports: 'roster_import', items: 'framework_item',
  files: 'file', materials: 'material',
}
const WORDS = { '{token}': ['x'], '{tag}': ['de', 'xx'], '{action}': ['leave', 'deferral', 'return', 'transfer', 'complete', 'withdraw', 'correct', 'nonsense'], '{word}': ['x'], '{name}': ['x'], '{version}': ['1', 'x'] }

function addresses(db, pattern) {
  let list = ['']
  const segments = pattern.split('/').slice(1)
  segments.forEach((segment, i) => {
    let values = [segment]
    if (/^\{/.test(segment)) {
      const table = TABLES[segments[i - 1]]
      if (WORDS[segment]) values = WORDS[segment]
      else if (!table) throw new Error(`test/lib/walk.mjs does not know what ${segment} of ${pattern} numbers`)
      else values = [...new Set(query(db, `SELECT min(id) FROM ${table} UNION ALL SELECT max(id) FROM ${table}`).split('\n').filter(Boolean)), '1', 'x', '-1', '99999999999999999999', '%20']
    }
    list = list.flatMap(start => values.map(v => `${start}/${v}`))
  })
  return list
}

export async function walk(bin, db, server) {
  const { roles, permissions } = accessTable(), problems = []
  const routes = JSON.parse(cadre(bin, ['routes', '--json']).out).filter(r => r.method === 'GET')
  for (const [pattern, may] of [['/healthz', 'public'], ['/metrics', 'public'], ['/language/{tag}', 'public']]) routes.push({ pattern, may, capability: 'http' })
  const all = routes.flatMap(r => addresses(db, r.pattern).map(path => ({ ...r, path })))
  let asked = 0
  for (const role of ['nobody', ...roles]) {
    const client = new Client(server.base)
    if (role !== 'nobody') {
      const held = cadre(bin, ['link', '--db', db, '--base-url', server.base, '--role', role])
      if (held.status !== 0) continue
      await client.get(held.out.trim())
    }
    const cookies = new Map(client.cookies)
    for (const { pattern, may, path } of all) {
      const permission = permissions.get(may.toUpperCase())
      for (const accept of ['text/html', 'application/json']) {
        client.cookies = new Map(cookies)
        const { status, headers, text } = await client.get(path, { accept })
        asked++
        const say = why => problems.push(`${role}: ${accept} ${path} (${pattern}, ${may}): ${status}, ${why}`)
        if (status >= 500 || status === 0) say('a server error')
        if (status === 400 && !/%/.test(path)) say('malformed?')
        if (accept === 'application/json' && status >= 400 && !/^application\/problem\+json/.test(headers.get('content-type'))) say(`a program gets ${headers.get('content-type')}`)
        if (accept === 'application/json' && /json/.test(headers.get('content-type') ?? '')) try { JSON.parse(text) } catch (e) { say(`not JSON: ${e.message}`) }
        if (role === 'nobody') {
          if (may === 'public') continue
          if (accept === 'text/html' ? status !== 303 || !/^\/sign-in\?back=/.test(headers.get('location')) : status !== 401) say('nobody is let in')
        } else if (permission) {
          if (status === 401) say('somebody signed in is asked to sign in')
          if (permission.hidden && status === 403) say('existence is private, so a refusal is 404')
          if (permission.reach[role] === 'N' && !permission.own && !permission.held && status !== (permission.hidden ? 404 : 403) && status !== 404) say('whoever may it nowhere gets it')
        }
      }
    }
  }
  if (asked < 1000) problems.push(`only ${asked} requests were made`)
  if (problems.length) throw new Error(`${problems.length} problems\n${problems.slice(0, 40).join('\n')}`)
}
