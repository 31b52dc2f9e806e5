// A rota: from the click that asks for a proposal to its being there, for a term and for a national scheme; how much of it is the engine; and a
// place given up with somebody waiting, who gets it at once, beside one for which nobody waits: the difference is the moving. The people
// are those of the demo; the bench adds an opportunity, a term, shifts and wishes.
import { spawnSync } from 'node:child_process'
import { serve } from '../lib/site.mjs'
import { ask, median, number, run, send } from './tools.mjs'

const ID = 91, ROOM = 24, CHOICES = 20

// A term of shifts on a hundred days, with 24 seats in one or two roles, and 20 ranked wishes of each student. All by one statement each.
function fill(db, students, shifts, count) {
  const one = sql => run('sqlite3', [db, sql]).trim()
  const programme = one('SELECT programme_id FROM membership GROUP BY programme_id ORDER BY count(*) DESC LIMIT 1'), sees = one("SELECT min(person_id) FROM role_grant WHERE role = 'assessor'")
  const today = Math.floor(Date.now() / 864e5), roles = [ID, ID + 1].slice(0, count), seats = ROOM / count, at = k => `(${today} + 10 + ${k} % 100) * 86400000 + 36000000 + (${k} / 100) * 60000`
  const sql = ['BEGIN',
    `UPDATE rota_place SET state = 'dropped' WHERE state = 'held'`,
    `INSERT INTO opportunity (id, programme_id, kind, title, title_key, place, population, partners, about, ratio, notice_days, state, created_at) VALUES (${ID}, ${programme}, 'clinic', 'Bench', 'bench', 'Here', '', '', '', ${ROOM}, 2, 'open', 1)`,
    ...roles.map((r, k) => `INSERT INTO placement_role (id, opportunity_id, ordinal, title, leads, least, most) VALUES (${r}, ${ID}, ${k}, 'Role ${k}', ${1 - k}, 2, ${seats})`),
    `INSERT INTO rota_term (id, programme_id, title, start_day, end_day, wish_until_day, most, state, created_at) VALUES (${ID}, ${programme}, 'Bench', ${today}, ${today + 120}, ${today + 5}, 4, 'wishing', 1)`,
    `CREATE TEMP TABLE n AS WITH RECURSIVE c (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM c WHERE k < ${shifts - 1}) SELECT k FROM c`,
    `INSERT INTO rota_shift (id, opportunity_id, term_id, day, weekday, starts_at, ends_at, note, state, code, created_at) SELECT 1000 + k, ${ID}, ${ID}, ${today} + 10 + k % 100, (${today} + 10 + k % 100 + 3) % 7, ${at('k')}, ${at('k')} + 60000, '', 'open', 'bench' || k, 1 FROM n`,
    `INSERT INTO rota_supervisor (shift_id, person_id, day, starts_at, ends_at) SELECT id, ${sees}, day, starts_at, ends_at FROM rota_shift WHERE term_id = ${ID}`,
    ...roles.map(r => `INSERT INTO rota_shift_role (shift_id, role_id, least, most) SELECT id, ${r}, 2, ${seats} FROM rota_shift WHERE term_id = ${ID}`),
    `INSERT INTO rota_seat (id, shift_id, role_id, ordinal) SELECT 1000000 + (row_number() OVER (ORDER BY r.shift_id, r.role_id)) * ${seats} + o.k, r.shift_id, r.role_id, o.k + 1 FROM rota_shift_role r JOIN n o ON o.k < ${seats} WHERE r.role_id >= ${ID} AND r.role_id <= ${ID + 1}`,
    `CREATE TEMP TABLE who AS SELECT person_id, row_number() OVER (ORDER BY person_id) - 1 AS i FROM (SELECT DISTINCT m.person_id FROM membership m WHERE m.programme_id = ${programme} AND m.state = 'active' AND NOT EXISTS (SELECT 1 FROM membership_pause z WHERE z.membership_id = m.id)) LIMIT ${students}`,
    `INSERT INTO rota_wisher (term_id, person_id, most, handed_at) SELECT ${ID}, person_id, 4, 1 FROM who`,
    `INSERT INTO rota_wish (term_id, person_id, shift_id, rank) SELECT ${ID}, person_id, 1000 + (i * 7919 + c.k * (1 + i * 104729 % ${Math.floor(shifts / CHOICES)})) % ${shifts}, c.k + 1 FROM who JOIN n c ON c.k < ${CHOICES}`,
    'COMMIT', 'ANALYZE']
  const r = spawnSync('sqlite3', [db], { input: sql.join(';\n') + ';', encoding: 'utf8' })
  if (r.status !== 0 || r.stderr) throw new Error(r.stderr)
  return Number(one(`SELECT count(*) FROM rota_wisher WHERE term_id = ${ID}`))
}

const token = body => /name="csrf" value="([^"]+)"/.exec(body.toString())?.[1]
async function post(base, cookie, path, fields) {
  const page = await ask(base, path, cookie), hidden = [...page.body.toString().matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(m => [m[1], m[2]])
  return send(base, path, cookie, new URLSearchParams({ ...Object.fromEntries(hidden), csrf: token(page.body), ...fields }).toString())
}

async function proposal(base, cookie, db) {
  const from = performance.now(), r = await post(base, cookie, `/terms/${ID}/proposals`, {}), path = r.headers.location
  if (!/^\/proposals\/\d+$/.test(path ?? '')) throw new Error(`asking for a proposal answers ${r.status}`)
  for (;;) {
    const page = JSON.parse((await ask(base, `${path}.json`, cookie)).body)
    if (page.state === 'failed') throw new Error(page.problem)
    if (page.finished) break
    await new Promise(go => setTimeout(go, 5))
  }
  const [placed, micros] = run('sqlite3', ['-readonly', db, `SELECT placed, micros FROM rota_allocation WHERE id = ${path.split('/')[2]}`]).trim().split('|').map(Number)
  return { path, ms: performance.now() - from, engine: micros / 1000, placed }
}

// Places given up, for which somebody waits and for which nobody does, by turns.
async function moving(base, cookie, db, turns) {
  const rows = sql => run('sqlite3', ['-readonly', db, sql]).trim().split('\n').filter(Boolean).map(l => l.split('|'))
  const held = rows(`SELECT min(id), shift_id, role_id, day FROM rota_place WHERE term_id = ${ID} AND state = 'held' GROUP BY shift_id ORDER BY shift_id LIMIT ${2 * turns}`)
  const busy = new Set(rows(`SELECT person_id, day FROM rota_place WHERE state = 'held'`).map(r => r.join())), free = rows(`SELECT w.person_id FROM rota_wisher w WHERE w.term_id = ${ID} AND (SELECT count(*) FROM rota_place p WHERE p.person_id = w.person_id AND p.state = 'held') < 4`)
  for (const place of held) place[3] = free.splice(free.findIndex(([person]) => !busy.has(`${person},${place[3]}`)), 1)[0][0]
  run('sqlite3', ['-cmd', '.timeout 5000', db, held.filter((_, k) => k % 2).map(([, shift, role, person], k) => `INSERT INTO rota_waiting (id, shift_id, role_id, person_id, since_at) VALUES (${500 + k}, ${shift}, ${role}, ${person}, 1)`).join(';')])
  const times = [[], []]
  for (const [k, [place]] of held.entries()) {
    const page = await ask(base, `/places/${place}/drop`, cookie), hidden = [...page.body.toString().matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(m => [m[1], m[2]])
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), csrf: token(page.body), words: 'Bench' }).toString(), r = await send(base, `/places/${place}/drop`, cookie, body)
    if (r.status !== 303) throw new Error(`giving a place up answers ${r.status}`)
    times[k % 2].push(r.ms)
  }
  const moved = Number(run('sqlite3', ['-readonly', db, `SELECT count(*) FROM rota_place WHERE term_id = ${ID} AND how = 'waited' AND state = 'held'`]))
  if (moved !== times[1].length) throw new Error(`${moved} of ${times[1].length} who waited got a place`)
  return { alone: median(times[0]), moved: median(times[1]) }
}

export async function rota({ bin, databases, signIn, short, say, target, result }) {
  say(`\n${'a proposal of a rota, 20 wishes each'.padEnd(48)}${['click to done', 'engine ms', 'placed'].map(h => h.padStart(14)).join('')}`)
  result.rota = []
  for (const [students, shifts, roles, most, database] of databases) {
    const db = database(), there = fill(db, students, shifts, roles)
    if (there !== students) throw new Error(`${there} of ${students} students`)
    const server = await serve(bin, db), cookie = await signIn(db, server.base, 'coordinator'), tries = []
    for (let i = 0; i < (short ? 2 : 5); i++) tries.push(await proposal(server.base, cookie, db))
    const of = key => median(tries.map(t => t[key])), row = { students, shifts, roles, ms: of('ms'), engine_ms: of('engine'), placed: tries[0].placed }
    say(`${number(students)} students, ${number(shifts)} shifts of ${roles} ${roles === 1 ? 'role' : 'roles'}`.padEnd(48) + [row.ms, row.engine_ms, row.placed].map(v => number(v, v < 1000 ? 1 : 0).padStart(14)).join(''))
    target(`rota of ${number(students)} students, ${number(shifts)} shifts`, row.engine_ms, 'ms', undefined, most)
    if (students === databases[0][0]) {
      const path = tries.at(-1).path, r = await post(server.base, cookie, `${path}/publish`, {})
      if (r.status !== 303) throw new Error(`publishing answers ${r.status}`)
      Object.assign(row, await moving(server.base, cookie, db, short ? 10 : 25))
      say(`${'a place given up'.padEnd(48)}${`${number(row.alone, 2)} ms`.padStart(14)}\n${'a place given up, and somebody who waits has it'.padEnd(48)}${`${number(row.moved, 2)} ms`.padStart(14)}`)
      target('moving the waiting list, beyond the write', row.moved - row.alone, 'ms', undefined, 1)
      target('a drop that moves the list against one that does not', row.moved / row.alone, '', undefined, 2)
    }
    result.rota.push(row)
    const problem = await server.stop()
    if (problem) throw new Error(problem)
  }
}
