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

// What {..} numbers, by its own name or by the segment before it.
const TABLES = {
  Users: 'person', Groups: 'scim_group', scim: 'scim_group',
  '{badge}': 'badge', '{badge_award}': 'badge_award', '{badge_list}': 'badge_list', '{badge_issuer}': 'programme',
  '{draw}': 'draw', '{appraisal}': 'appraisal', '{appraisal_source}': 'appraisal_source',
  '{provider}': 'sign_on_provider', '{link}': 'sign_on_link',
  '{pack}': 'pack', '{pack_other}': 'pack', '{pack_template}': 'pack_template', '{pack_key}': 'pack_key', '{signing_key}': 'signing_key',
  '{xapi_rule}': 'xapi_rule', '{lti_platform}': 'lti_platform', '{lti_context}': 'lti_context',
  '{xapi_forward}': 'xapi_forward',
  projects: 'improve_project', '{improve_measure}': 'improve_measure', '{improve_cycle}': 'improve_cycle', '{improve_task}': 'improve_task', '{improve_milestone}': 'improve_milestone', '{improve_minutes}': 'improve_minutes', '{improve_file}': 'improve_file', '{handover}': 'handover', '{handover_line}': 'handover_line',
  '{ledger_evaluation}': 'ledger_evaluation', '{ledger_wave}': 'ledger_wave',
  observations: 'observation', panels: 'panel', 'panel-cases': 'panel_case', '{panel_condition}': 'panel_condition', commendations: 'commendation', assessments: 'assessment', codes: 'observe_link', requests: 'observe_link',
  portfolios: 'portfolio', 'portfolio-sections': 'portfolio_section', 'portfolio-items': 'portfolio_item', 'portfolio-links': 'portfolio_link',
  people: 'person', programmes: 'programme', cohorts: 'cohort', groups: 'learner_group', stages: 'stage', memberships: 'membership', roles: 'role_grant',
  courses: 'course', sessions: 'course_session', offerings: 'offering', classes: 'offering_session', materials: 'material', files: 'file',
  'quiz-attempts': 'quiz_attempt', evidence: 'evidence', exports: 'export_file', jobs: 'job', imports: 'roster_upload',
  mentors: 'mentor_profile', rounds: 'match_round', '{match_upload}': 'match_upload', pairs: 'mentor_pair', '{mentor_meeting}': 'mentor_meeting', '{mentor_log}': 'mentor_log',
  instruments: 'instrument', frameworks: 'framework', crosswalks: 'crosswalk', competencies: 'competency',
  '{exercise}': 'exercise', '{practice_attempt}': 'exercise_attempt', '{exercise_assignment}': 'exercise_assignment', '{room}': 'room', '{room_offer}': 'room_offer',
  '{opportunity}': 'opportunity', '{placement_role}': 'placement_role', '{credential}': 'credential', '{rota_term}': 'rota_term', '{rota_shift}': 'rota_shift', '{rota_place}': 'rota_place', '{rota_proposal}': 'rota_allocation', '{rota_swap}': 'rota_swap', '{hours_record}': 'hours_record',
  goals: 'plan_goal', '{plan_action}': 'plan_action', '{plan_review}': 'plan_review', '{plan_link}': 'plan_link',
  reflections: 'reflection', '{feedback_round}': 'feedback_round', '{feedback_rater}': 'feedback_nomination', '{upload}': 'framework_upload', '{item}': 'framework_item', '{from}': 'framework', '{person}': 'person',
}
const WORDS = {
  '{mail_stop}': ['x'],
  '{case_guid}': ['x', '00000000-0000-0000-0000-000000000000'],
  '{scim_type}': ['User', 'x'], '{scim_schema}': ['urn:ietf:params:scim:schemas:core:2.0:Group', 'x'],
  '{badge_token}': ['x'], '{badge_file}': ['png', 'svg', 'jwt', 'x'], '{badge_picture}': ['picture.svg', 'picture.png', 'x'], '{badge_key}': ['x'],
  '{xapi_statement}': ['1', 'x'],
  '{rota_feed}': ['x', 'x.ics'], '{calendar_feed}': ['x', 'x.ics'], '{rota_code}': ['x'], '{hours_token}': ['x'],
  '{report_table}': ['domains', 'window', 'groups', 'raters', 'growth', 'comments', 'x'], '{report_comment}': ['keep-1', 'x'],
  '{feedback_token}': ['x'], '{feedback_decision}': ['remove', 'refuse', 'approve', 'x'],
  '{feedback_step}': ['collect', 'extend', 'together', 'release', 'meeting', 'met', 'close', 'facilitator', 'stop', 'x'],
  '{portfolio_token}': ['x'],
  '{guide}': ['mentoring-first-meeting', 'project-that-worked', 'x', 'mentoring-agreement.de'],
  '{ledger_token}': ['x'], '{ledger_key}': ['2b.first', '4b.benefit', 'x'], '{ledger_step}': ['start', 'stop', 'x'],
  '{observe_code}': ['x', '000000000000'],
  '{plan_version}': ['1', '99', 'x'],
  '{reflect_kind}': ['free', 'what', 'gibbs', 'x'], '{reflect_file}': ['html', 'json', 'x'],
  '{panel_step}': ['open', 'begin', 'close', 'x'],
  '{side}': ['mentee', 'mentor', 'x'], '{place}': ['1', '2', 'x'],
  '{step}': ['publish', 'retire', 'drop', 'x'], '{token}': ['x'], '{tag}': ['de', 'xx'],
  '{mentor_month}': ['3', '99', 'x'], '{mentor_step}': ['withdraw', 'complete', 'pause', 'conclude', 'x'],
  '{action}': ['leave', 'deferral', 'return', 'transfer', 'complete', 'withdraw', 'correct', 'nonsense'],
}

// First and last of a table, so that one is likely out of reach; of a second number also what is none.
const known = new Map()
function ids(db, table) {
  const key = `${db} ${table}`
  if (!known.has(key)) known.set(key, [...new Set(query(db, `SELECT min(id) FROM ${table} UNION ALL SELECT max(id) FROM ${table}`).split('\n').filter(Boolean))])
  return known.get(key)
}
function addresses(db, pattern) {
  let list = [{ path: '', real: true }], numbers = 0
  const segments = pattern.split('/').slice(1)
  segments.forEach((segment, i) => {
    let values = [segment], bad = []
    if (/^\{/.test(segment)) {
      const table = TABLES[segment] ?? TABLES[segments[i - 1]]
      if (!WORDS[segment] && !table) throw new Error(`test/lib/walk.mjs does not know what ${segment} of ${pattern} numbers`)
      values = WORDS[segment] ?? ids(db, table)
      bad = WORDS[segment] ? [] : numbers++ ? ['x'] : ['1', 'x', '-1', '99999999999999999999', '%20']
    }
    list = list.flatMap(start => [...values.map(v => ({ path: `${start.path}/${v}`, real: start.real })), ...bad.map(v => ({ path: `${start.path}/${v}`, real: false }))])
  })
  return list
}

// What is wrong with an answer: null, or why.
function wrong(role, permission, may, path, program, { status, headers, text }) {
  const type = headers.get('content-type') ?? ''
  if (status >= 500 || status === 0) return 'a server error'
  const protocol = path.startsWith('/xapi/') // asks for a version and a client of its own: test/xapi
  if (status === 400 && !protocol && !/%/.test(path)) return 'malformed?'
  const scim = path.startsWith('/scim/v2/') // tells errors in a way of its own: test/campus
  if (program && status >= 400 && !(scim ? /^application\/scim\+json/ : path.startsWith('/ims/case/') ? /^application\/json/ : /^application\/problem\+json/).test(type)) return `a program gets ${type}`
  if (program && /json/.test(type)) try { JSON.parse(text) } catch (e) { return `not JSON: ${e.message}` }
  if (role === 'nobody') {
    if (may === 'public') return null
    const refused = program || scim ? status === 401 : status === 303 && /^\/sign-in\?back=/.test(headers.get('location'))
    return refused ? null : 'nobody is let in'
  }
  if (status === 401) return 'somebody signed in is asked to sign in'
  if (!permission) return null
  if (permission.hidden && status === 403) return 'existence is private, so a refusal is 404'
  const nowhere = permission.reach[role] === 'N' && !permission.own && !permission.held
  return nowhere && status !== 404 && (permission.hidden || status !== 403) ? 'whoever may it nowhere gets it' : null
}

// secret: a word that no role may be shown anywhere, whatever the status. Then numbers of nothing are left out, and on PostgreSQL all but JSON, which
// says whatever a page says: what is shown to whom is no matter of the engine. only: of what addresses.
export async function walk(bin, db, server, secret, only = /(?:)/) {
  const { roles, permissions } = accessTable(), problems = []
  const routes = JSON.parse(cadre(bin, ['routes', '--json']).out).filter(r => r.method === 'GET')
  for (const pattern of ['/healthz', '/metrics', '/language/{tag}']) routes.push({ pattern, may: 'public' })
  const all = routes.filter(r => only.test(r.pattern)).flatMap(r => addresses(db, r.pattern).map(a => ({ ...r, ...a })))
  const accepts = secret && db.startsWith('postgresql:') ? ['application/json'] : ['text/html', 'application/json']
  let asked = 0
  for (const role of ['nobody', ...roles]) {
    const first = new Client(server.base), todo = all.filter(one => one.real || !secret && ['nobody', 'trainee', 'administrator'].includes(role))
    if (role !== 'nobody') {
      const held = cadre(bin, ['link', '--db', db, '--base-url', server.base, '--role', role])
      if (held.status !== 0) continue
      await first.get(held.out.trim())
    }
    await Promise.all(Array.from({ length: 4 }, async () => {
      const client = new Client(server.base)
      for (let one; (one = todo.pop());) {
        for (const accept of one.real ? accepts : ['text/html']) {
          client.cookies = new Map(first.cookies)
          const answer = await client.get(one.path, { accept })
          const why = wrong(role, permissions.get(one.may.toUpperCase()), one.may, one.path, accept !== 'text/html', answer)
          if (secret && answer.text.includes(secret)) problems.push(`${role}: ${accept} ${one.path} tells "${secret}"`)
          if (why) problems.push(`${role}: ${accept} ${one.path} (${one.pattern}, ${one.may}): ${answer.status}, ${why}`)
          asked++
        }
      }
    }))
  }
  if (asked < 2 * all.length) problems.push(`only ${asked} requests were made`)
  if (problems.length) throw new Error(`${problems.length} problems\n${problems.slice(0, 40).join('\n')}`)
}
