// The attacker of a 360 round: she may be the subject, who facilitates, the coordinator or the director, or all of them together, and she opens
// every page, file and JSON that any of them can open, before and after each answer. Two worlds run side by side from the same
// database; they differ in what one rater says, where fewer than the least number stand behind it. Nothing that any of the four gets may
// differ, to the byte. And within one world a single answer, one taken back and one that comes late leave no trace at all.
// The rule itself is attacked in test/unit/test_report.c.
import { Client } from './client.mjs'
import { holds } from './patience.mjs'
import { cadre, copy, drop, link, query, serve } from './site.mjs'

const GROUPS = ['senior', 'peer', 'team']
const RATERS = 12
const LEAST = 4

const must = (good, why) => { if (!good) throw new Error(why) }

// A round that waits for approval, of a mentee with her mentor; raters are people from outside.
function makeRound(db) {
  const one = sql => query(db, sql).split('\n')[0]
  const [programme, her, mentor] = one(`SELECT p.programme_id || ' ' || p.mentee_id || ' ' || p.mentor_id FROM mentor_pair p JOIN membership m ON m.person_id = p.mentee_id AND m.programme_id = p.programme_id
    WHERE p.state = 'active' AND m.state = 'active' AND m.end_day IS NULL AND NOT EXISTS (SELECT 1 FROM feedback_round r WHERE r.subject_id = p.mentee_id) ORDER BY p.id LIMIT 1`).split(' ')
  const instrument = one("SELECT id FROM instrument WHERE slug = 'leadership-360' AND state = 'current'")
  const items = query(db, `SELECT code || ' ' || domain || ' ' || answer FROM instrument_item WHERE instrument_id = ${instrument} ORDER BY ordinal`).split('\n').filter(Boolean).map(l => l.split(' '))
  const round = '700000000001', now = Date.now() - 86400000
  query(db, `INSERT INTO feedback_round (id, programme_id, subject_id, instrument_id, facilitator_id, started_by, state, named_total, valid_total, least, days, remind, created_at, since_at)
    VALUES (${round}, ${programme}, ${her}, ${instrument}, ${mentor}, ${mentor}, 'approve', ${RATERS}, ${RATERS}, ${LEAST}, 21, '7 2', ${now}, ${now})`)
  // The last group asks for as many answers as people, as a round may that is older than the rule against it.
  GROUPS.forEach((g, k) => query(db, `INSERT INTO feedback_round_group (round_id, code, ordinal, title, named, valid) VALUES (${round}, '${g}', ${k}, '', 4, ${k === 2 ? 4 : 3})`))
  for (let k = 0; k < RATERS; k++)
    query(db, `INSERT INTO feedback_nomination (id, round_id, name, address, rater_key, group_code, state) VALUES (${round}${k}, ${round}, 'Rater${k}', 'r${k}@example.net', 'r${k}@example.net', '${GROUPS[k % 3]}', 'named')`)
  query(db, `INSERT INTO feedback_sheet (id, round_id, group_code, points) VALUES (${round}, ${round}, 'self', '${items.map(i => (i[2] === 'words' ? '.' : '3')).join(' ')}')`)
  const mail = person => one(`SELECT email FROM identity WHERE person_id = ${person}`)
  return { round, programme, her, items, people: { subject: mail(her), facilitator: mail(mentor) } }
}

class World {
  static async open(bin, db, facts) {
    const w = Object.assign(new World(), { bin, db, facts, server: await serve(bin, db), clients: {} })
    for (const [who, how] of Object.entries({ ...facts.people, coordinator: 'coordinator', director: 'director' })) {
      w.clients[who] = new Client(w.server.base)
      await w.clients[who].get(link(bin, db, w.server.base, how))
    }
    return w
  }

  async step(who, name, fields = {}) {
    const path = `/feedback/${this.facts.round}/step/${name}`, c = this.clients[who]
    const page = await c.get(path)
    must(page.status === 200, `${who} opens ${path}: ${page.status}`)
    await c.submit(fields)
    must(c.page.status === 303, `${who} does ${name}: ${c.page.status} ${c.page.text.slice(0, 400)}`)
  }

  // Every address of the house, with the numbers of this round where they belong. narrow: those that could know of it at all.
  async see(narrow) {
    const routes = JSON.parse(cadre(this.bin, ['routes', '--json']).out).filter(r => r.method === 'GET').map(r => r.pattern)
    const { round, programme, her } = this.facts, seen = new Map()
    for (const pattern of routes) {
      if (narrow && !/feedback|^\/home$|^\/calendar$|\/evidence$/.test(pattern)) continue
      const paths = fill(pattern, { round, programme, her })
      for (const path of paths)
        for (const [who, session] of Object.entries(this.clients))
          for (const accept of ['text/html', 'application/json']) {
            const client = new Client(this.server.base)
            client.cookies = new Map(session.cookies)
            const { status, headers, text } = await client.get(path, { accept })
            seen.set(`${who} ${accept} ${path}`, `${status} ${headers.get('content-type')} ${headers.get('etag') ?? ''}\n${still(text)}`)
          }
    }
    return seen
  }

  async answer(k, fields) {
    const c = new Client(this.server.base), path = `/f/${this.facts.tokens[k]}`
    await c.get(path)
    await c.submit(fields)
    return c.page.status
  }

  async takeBack(k) {
    const c = new Client(this.server.base), path = `/f/${this.facts.tokens[k]}`
    await c.get(path)
    await c.submit({}, '/back')
    return c.page.status
  }
}

function fill(pattern, { round, programme, her }) {
  let list = ['']
  const segments = pattern.split('/').slice(1)
  segments.forEach((s, i) => {
    const values = !s.startsWith('{') ? [s]
      : s === '{feedback_round}' ? [round] : s === '{feedback_rater}' ? [`${round}0`] : s === '{feedback_decision}' ? ['refuse', 'take-back']
      : s === '{feedback_step}' ? ['end', 'together', 'release', 'meeting', 'stop'] : s === '{report_table}' ? ['domains', 'window', 'groups', 'raters', 'growth', 'comments']
      : s === '{report_comment}' ? ['keep-1', 'change-1'] : segments[i - 1] === 'people' ? [her] : segments[i - 1] === 'programmes' ? [programme] : null
    list = values ? list.flatMap(l => values.map(v => `${l}/${v}`)) : []
  })
  return list
}

// What differs from one answer of the server to the next for reasons of its own: tokens of forms and requests, the time of day, the
// picture of an address that has the server's port, and the number of a sign-in, which follows what a server that begins writes itself.
const still = text => text.replace(/name="csrf" value="[^"]*"/g, 'csrf').replace(/"request": ?"[0-9a-f]+"/g, 'request').replace(/\b[0-9a-f]{16}\b/g, 'id')
  .replace(/As of [^<]*/g, 'as of').replace(/<time datetime="[^"]*T[^"]*">[^<]*<\/time>/g, 'time').replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, 'time').replace(/name="(key|send)" value="[^"]*"/g, 'key').replace(/(http:\/\/)?127\.0\.0\.1:\d+/g, 'base').replace(/<rect class="qr"[^>]*>\s*/g, '')
  .replace(/\/sign-ins\/\d+/g, '/sign-ins/n').replace(/"id":\d+,"device"/g, '"id":n,"device"')

function same(x, y, what) {
  must(x.size === y.size && x.size > 40, `${what}: ${x.size} and ${y.size} pages`)
  for (const [key, text] of x) {
    if (y.get(key) === text) continue
    const a = text.split('\n'), b = (y.get(key) ?? '').split('\n'), at = a.findIndex((l, i) => l !== b[i])
    throw new Error(`${what}: ${key}\n${(a[at] ?? '').slice(0, 700)}\n${(b[at] ?? '').slice(0, 700)}`)
  }
}

// Points of a rater. Communication is judged by three alone, fewer than the least; one of them says other things in the other world.
function answers(facts, k, other) {
  const odd = k === 4
  return Object.fromEntries(facts.items.map(([code, domain, kind]) => {
    if (kind === 'words') return [`i-${code}`, k < 2 || odd ? (odd && other ? 'Quixotic, and never there when one needs her.' : 'Listens until she has understood.') : '']
    if (domain === 'communication') return [`i-${code}`, k < 2 || odd ? (odd && other ? '1' : '4') : 'unable']
    return [`i-${code}`, String(2 + (k + code.length) % 3)]
  }))
}

async function mailedTokens(server) {
  let found
  must(await holds(() => {
    found = [...new Map([...server.log().matchAll(/from Rater(\d+): \S+\/f\/([\w-]{20,})\s/g)].map(m => [Number(m[1]), m[2]]))]
    return found.length === RATERS
  }), `not all raters got their mail:\n${server.log().slice(-1500)}`)
  return Object.fromEntries(found)
}

export async function attack(bin, engine, db) {
  const facts = makeRound(db)
  const first = await World.open(bin, db, facts)
  try {
    await first.step('coordinator', 'collect')
    facts.tokens = await mailedTokens(first.server)
  } finally {
    await first.server.stop()
  }
  const worlds = [db, copy({ engine, db })], open = []
  try {
    for (const one of worlds) open.push(await World.open(bin, one, facts))
    const [a, b] = open, audit = () => query(db, 'SELECT count(*) FROM audit')
    // Both worlds, seen at once; what was asked of one was always asked of the other.
    const look = async (what, narrow = true) => {
      const [x, y] = await Promise.all(open.map(w => w.see(narrow)))
      same(x, y, `${what}, two worlds`)
      return x
    }
    const answer = async k => {
      const noted = audit()
      must(await a.answer(k, answers(facts, k, false)) === 303 && await b.answer(k, answers(facts, k, true)) === 303, `rater ${k} cannot answer`)
      must(audit() === noted, 'an answer stands in the audit')
    }
    const opens = async (who, status) => {
      for (const w of open) must((await w.clients[who].get(`/feedback/${facts.round}/report`)).status === status, `${who} opens the report: ${w.clients[who].page.status}`)
    }
    // One by one: what is said leaves no trace, and before the fifth not even that somebody answered.
    let before = await look('before any answer')
    for (let k = 0; k < RATERS - 1; k++) {
      await answer(k)
      if (k >= 5 && k < RATERS - 2) continue
      const after = await look(`after answer ${k + 1}`)
      if (k < 4) same(before, after, `before and after answer ${k + 1}`)
      if (k === 2) {
        for (const w of open) must(await w.takeBack(k) === 303, `rater ${k} cannot take back`)
        same(before, await look('an answer taken back'), 'an answer taken back')
        await answer(k)
      }
      before = after
    }
    for (const w of open) await w.step('coordinator', 'end')
    // The last of all, late: that everybody has answered is told by no word on whether it is enough.
    before = await look('the time is over')
    await answer(RATERS - 1)
    same(before, await look('all have answered'), 'all but one, and all')
    for (const w of open) must(await w.takeBack(RATERS - 1) === 303, 'the last rater cannot take back')
    for (const w of open) await w.step('coordinator', 'together')
    for (const who of ['coordinator', 'director', 'subject']) await opens(who, 404)
    // Put together: all there is, to all four; first who facilitates reads, then it is released.
    await look('put together', false)
    for (const w of open) {
      const page = await w.clients.facilitator.get(`/feedback/${facts.round}/report`, { accept: 'application/json' }), report = JSON.parse(page.text)
      must(report.raters === RATERS - 1 && report.domains.filter(d => d.others !== null).length === 3 && report.pools.length > 1, `the report shows what it should: ${page.text.slice(0, 1500)}`)
    }
    before = await look('the report is read')
    for (const w of open) must(await w.answer(RATERS - 1, {}).catch(() => 410) !== 303, 'a late answer is taken')
    same(before, await look('a late answer'), 'a late answer')
    for (const w of open) await w.step('facilitator', 'release')
    const last = await look('released', false)
    for (const who of ['coordinator', 'director']) await opens(who, 404)
    await opens('subject', 200)
    for (const [key, text] of last) must(!/Quixotic|Listens until she has/.test(text), `${key} shows words that stand alone`)
    const { headers } = a.clients.subject.page
    must(headers.get('cache-control') === 'no-store' && !headers.get('etag'), 'a report is kept by who carries it')
  } finally {
    for (const w of open) await w.server.stop()
    drop(worlds[1])
  }
}
