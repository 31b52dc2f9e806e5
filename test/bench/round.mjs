// A round of matching with 10,000 mentees: how long its preview takes, from the click to the last byte of the page, whichever way and
// mode. The people are those of the demo; the bench adds seats for all, what each looks for, and lists of ten on both sides.
import { spawnSync } from 'node:child_process'
import { serve } from '../lib/site.mjs'
import { ask, cpuSeconds, median, number, run } from './tools.mjs'

export const ROUND_PEOPLE = 10666 // of whom 10,000 learn
const LISTED = 10, ID = 7001
const LOOKS_FOR = ['community health and equity', 'wellbeing, difficult conversations', 'teaching children and parents', 'teams, speaking up', 'quality, data, safety', 'surgery and feedback', 'a project']

// The same numbers in every run (Park, Miller 1988).
function dice(seed) {
  let state = seed
  return below => { state = state * 48271 % 2147483647; return state % below }
}

function drawn(roll, others) {
  const set = new Set()
  while (set.size < Math.min(LISTED, others)) set.add(roll(others) + 1)
  return [...set]
}

function fill(db) {
  const one = sql => run('sqlite3', [db, sql]).trim()
  const programme = one('SELECT programme_id FROM membership GROUP BY programme_id ORDER BY count(*) DESC LIMIT 1'), by = one("SELECT min(person_id) FROM role_grant WHERE role = 'coordinator'")
  const later = Date.now() + 30 * 864e5, roll = dice(4711)
  const sql = ['BEGIN', 'UPDATE mentor_profile SET capacity = 10']
  const ways = [['ranks', 'fair'], ['ranks', 'mentor'], ['ranks', 'reach'], ['criteria', 'fair'], ['criteria', 'reach'], ['both', 'fair'], ['both', 'mentor'], ['both', 'reach']]
  ways.forEach(([way, mode], k) => sql.push(
    `INSERT INTO match_round (id, programme_id, title, state, way, mode, seed, weight_interests, weight_language, weight_stage, weight_load, mentees_by, mentors_by, remind_days, apart_assessors, created_by, created_at) VALUES (${ID + k}, ${programme}, '${way} ${mode}', 'open', '${way}', '${mode}', 99, 5, 3, 1, 2, ${later}, ${later}, 0, 1, ${by}, 1)`,
    `INSERT INTO match_person (round_id, side, place, person_id, seats, answered_at) SELECT ${ID + k}, 'mentee', row_number() OVER (ORDER BY person_id), person_id, 0, 1 FROM (SELECT DISTINCT person_id FROM membership WHERE programme_id = ${programme} AND state = 'active')`,
    `INSERT INTO match_person (round_id, side, place, person_id, seats, answered_at) SELECT ${ID + k}, 'mentor', row_number() OVER (ORDER BY person_id), person_id, 10, 1 FROM mentor_profile WHERE programme_id = ${programme}`))
  LOOKS_FOR.forEach((text, k) => sql.push(`INSERT INTO mentor_wish (programme_id, person_id, looks_for, wants_at) SELECT ${programme}, person_id, '${text}', 1 FROM match_person WHERE round_id = ${ID} AND side = 'mentee' AND place % ${LOOKS_FOR.length} = ${k} ON CONFLICT DO NOTHING`))
  run('sqlite3', [db, [...sql, 'COMMIT'].join(';\n')])
  const count = side => Number(one(`SELECT count(*) FROM match_person WHERE round_id = ${ID} AND side = '${side}'`)), n = count('mentee'), m = count('mentor')
  const rows = ['BEGIN;']
  for (const [side, people, others] of [['mentee', n, m], ['mentor', m, n]])
    for (let place = 1; place <= people; place++)
      rows.push(`INSERT INTO match_choice SELECT r.id, '${side}', ${place}, v.column1, v.column2 FROM match_round r, (VALUES ${drawn(roll, others).map((o, k) => `(${k + 1}, ${o})`).join(', ')}) v WHERE r.id >= ${ID} AND r.id < ${ID + ways.length} AND r.way <> 'criteria';`)
  const r = spawnSync('sqlite3', [db], { input: [...rows, 'COMMIT;'].join('\n'), encoding: 'utf8' })
  if (r.status !== 0) throw new Error(r.stderr)
  return { ways, n, m }
}

export async function round({ bin, db, signIn, short, say, target, result }) {
  const { ways, n, m } = fill(db), server = await serve(bin, db), cookie = await signIn(db, server.base, 'coordinator')
  say(`\n${`preview of a round, ${number(n)} mentees, ${number(m)} mentors`.padEnd(48)}${['median ms', 'slowest', 'cpu ms', 'matched'].map(h => h.padStart(12)).join('')}`)
  result.round = []
  for (const [k, [way, mode]] of ways.entries()) {
    const times = [], from = cpuSeconds(server.process.pid)
    let page
    for (let i = 0; i < (short ? 3 : 5); i++) times.push((page = await ask(server.base, `/rounds/${ID + k}/preview`, cookie)).ms)
    const cpu = (cpuSeconds(server.process.pid) - from) * 1000 / times.length
    if (page.status !== 200) throw new Error(`the preview answers ${page.status}`)
    const json = JSON.parse((await ask(server.base, `/rounds/${ID + k}/preview.json`, cookie)).body)
    if (!json.stable || json.mentees !== n) throw new Error('the preview is not of this round')
    result.round.push({ way, mode, ms: median(times), slowest_ms: Math.max(...times), cpu_ms: cpu, matched: json.matched })
    say(`${way}, ${mode}`.padEnd(48) + number(median(times), 0).padStart(12) + number(Math.max(...times), 0).padStart(12) + number(cpu, 0).padStart(12) + number(json.matched).padStart(12))
  }
  const problem = await server.stop()
  if (problem) throw new Error(problem)
  target(`preview of a round of ${number(n)} mentees, slowest way`, Math.max(...result.round.map(r => r.ms)), 'ms', undefined, 1000)
}
