// What the institution does with the record store: its own acts told there, and what other tools tell made evidence by rules.
import { createHash, randomUUID } from 'node:crypto'
import { Client } from '../lib/client.mjs'
import { holds } from '../lib/patience.mjs'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cadre, empty, link, query, serve, work } from '../lib/site.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const equal = (x, y, what) => must(JSON.stringify(x) === JSON.stringify(y), `${what}: ${JSON.stringify(x)} instead of ${JSON.stringify(y)}`)
const VERB = 'http://adlnet.gov/expapi/verbs/completed', VOIDED = 'http://adlnet.gov/expapi/verbs/voided'

export async function administrator(bin, db, base) {
  const c = new Client(base)
  await c.get(link(bin, db, base, 'administrator').replace(base, ''))
  await c.follow()
  return c
}

// Lets a job run now and waits until what is asked holds.
export async function after(db, job, sql, value, what) {
  const asked = () => query(db, sql)
  must(await holds(() => {
    query(db, `UPDATE job SET run_at = 0 WHERE kind = '${job}' AND state = 'waiting'`)
    return asked() === String(value)
  }, 200), `${what}: ${asked()} instead of ${value}`)
}

const see = async (c, path, ...texts) => {
  const p = await c.get(path)
  must(p.status === 200, `${path}: ${p.status}`)
  for (const t of texts) must(p.text.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ').includes(t), `${path} does not say "${t}": ${p.text.slice(p.text.indexOf('<main'), 3000)}`)
  return p
}

export const site = {
  async 'what people do in Cadre is told as statements, without a name'({ x, db, base }) {
    const [id, person] = query(db, "SELECT min(id), person_id FROM evidence WHERE kind = 'attended' GROUP BY person_id ORDER BY 1 LIMIT 1").split('|')
    query(db, `INSERT INTO outbox (id, topic, payload, created_at, due_at) VALUES (${id}, 'xapi', '{}', 1, 1)`)
    await after(db, 'xapi_own', "SELECT count(*) FROM outbox WHERE topic = 'xapi'", 0, 'the outbox')
    const agent = { account: { homePage: base, name: person } }
    const r = await x('GET', 'statements', { params: { agent } })
    must(r.status === 200 && r.json.statements.length === 1, r.text)
    const [s] = r.json.statements
    equal([s.actor, s.verb.id, s.object.definition.type], [{ objectType: 'Agent', ...agent }, 'http://adlnet.gov/expapi/verbs/attended', 'http://adlnet.gov/expapi/activities/meeting'], 'the statement')
    equal(s.authority.account, { homePage: base, name: 'cadre' }, 'who vouches for it')
    must(s.object.definition.name && s.object.id.startsWith(`${base}/`), JSON.stringify(s.object))
    const b = createHash('sha1').update(Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')).update(`${base}/evidence/${id}`).digest()
    b[6] = (b[6] & 0x0f) | 0x50
    b[8] = (b[8] & 0x3f) | 0x80
    equal(s.id.replaceAll('-', ''), b.toString('hex').slice(0, 32), 'its id is that of the address of the evidence')
  },
  async 'rules make evidence of what other tools tell: tried first, by known people alone, once, and taken back'({ x, db, base, bin }) {
    const admin = await administrator(bin, db, base), activity = 'https://sim.example.org/scenario/'
    const people = query(db, 'SELECT person_id, email FROM identity WHERE email IS NOT NULL ORDER BY person_id DESC LIMIT 4').split('\n').map(l => l.split('|'))
    query(db, `INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'R-77', ${people[3][0]})`)
    const actors = [{ mbox: `mailto:${people[0][1].toUpperCase()}` }, { mbox_sha1sum: createHash('sha1').update(`mailto:${people[1][1]}`).digest('hex') },
      { account: { homePage: base, name: people[2][0] } }, { account: { homePage: 'https://roster.example.org', name: 'R-77' } },
      { mbox: 'mailto:stranger@example.org' }, { account: { homePage: 'https://elsewhere.example.org', name: people[2][0] } }, { account: { homePage: base, name: '17' } }]
    const done = (actor, more = {}) => ({ id: randomUUID(), actor, verb: { id: VERB, display: { en: 'completed' } }, object: { id: `${activity}7`, definition: { name: { en: 'A sepsis team' } } }, result: { score: { scaled: 0.8 } }, timestamp: '2026-02-03T10:00:00Z', ...more })
    const sent = actors.map(a => done(a))
    const others = [done(actors[0], { result: { score: { scaled: 0.79 } } }), done(actors[0], { result: undefined }), done(actors[0], { verb: { id: 'http://example.org/verbs/began' } }),
      done(actors[0], { object: { id: 'https://sim.example.org/other' } }), done(actors[0], { object: { objectType: 'Agent', mbox: 'mailto:b@example.org' } })]
    must((await x('POST', 'statements', { body: [...sent, ...others] })).status === 200, 'not stored')
    await see(admin, '/site/xapi/rules', 'There is no rule yet')
    await admin.get('/site/xapi/rules/new')
    must((await admin.submit({ activity: 'no address', verb: VERB })).status === 422, 'an activity without address is taken')
    await admin.get('/site/xapi/rules/new')
    const competency = /name="competencies"[^>]* value="(\d+)"|value="(\d+)"[^>]* name="competencies"/.exec(admin.page.text)
    await admin.submit({ activity, prefix: '1', verb: VERB, least: '80', home_page: 'https://roster.example.org', kind: 'outside_done', competencies: [competency[1] ?? competency[2]], use: 'P', level: '2' })
    must(admin.page.status === 303, `${admin.page.status} ${admin.page.text}`)
    const rule = admin.page.headers.get('location')
    await see(admin, rule, 'Draft', '7 statements match', '4 of them are about people who are known here', '3 of them are about people who are not known here')
    const count = () => Number(query(db, "SELECT count(*) FROM evidence WHERE kind = 'outside_done'"))
    equal(count(), 0, 'a draft counts')
    must((await admin.submit({}, '/on')).status === 303, 'it is not turned on')
    const matched = "SELECT matched || ' ' || unknown FROM xapi_rule"
    await after(db, 'xapi_rules', matched, '7 3', 'what matched')
    equal(query(db, "SELECT person_id FROM evidence WHERE kind = 'outside_done' AND level = 2 AND use = 'P' AND percent = 80 AND competency_id IS NOT NULL ORDER BY person_id"),
      people.map(p => p[0]).sort((p, q) => Number(p) - Number(q)).join('\n'), 'whose evidence')
    await see(admin, rule, 'stranger@example.org', '17,')
    // from the start again: nothing twice, and who is known by now is found
    query(db, `UPDATE identity SET email = 'stranger@example.org', email_key = 'stranger@example.org' WHERE person_id = ${people[3][0]}`)
    must((await admin.submit({}, '/again')).status === 303, 'not again')
    await after(db, 'xapi_rules', matched, '7 2', 'what matched the second time')
    equal(count(), 5, 'evidence')
    // the statement behind it, for who may see the evidence
    const seq = query(db, `SELECT source_id FROM evidence WHERE kind = 'outside_done' AND person_id = ${people[0][0]}`)
    const her = new Client(base)
    await her.get(link(bin, db, base, people[0][1]).replace(base, ''))
    await her.follow()
    await see(her, '/evidence', 'A sepsis team', 'Done with another tool')
    await see(her, `/statements/${seq}`, 'A sepsis team', 'Test', '80%')
    const hers = query(db, `SELECT source_id FROM evidence WHERE kind = 'outside_done' AND person_id = ${people[1][0]}`)
    must([403, 404].includes((await her.get(`/statements/${hers}`)).status), 'somebody else’s statement')
    // none of it comes back as a statement of Cadre's own
    await after(db, 'xapi_own', "SELECT count(*) FROM outbox WHERE topic = 'xapi'", 0, 'the outbox')
    equal(query(db, "SELECT count(*) FROM xapi_statement x JOIN xapi_client c ON c.id = x.client_id WHERE c.login = 'cadre' AND x.body LIKE '%sepsis%'"), '0', 'echoes')
    // voided: taken back, in the same transaction
    must((await x('POST', 'statements', { body: { actor: actors[0], verb: { id: VOIDED }, object: { objectType: 'StatementRef', id: sent[0].id } } })).status === 200, 'not voided')
    equal(query(db, `SELECT count(*) FROM evidence w JOIN evidence e ON e.id = w.replaces_id WHERE w.kind = 'outside_withdrawn' AND e.person_id = ${people[0][0]} AND e.kind = 'outside_done'`), '1', 'what was voided stays')
    await admin.get(rule)
    await admin.submit({}, '/again')
    await after(db, 'xapi_rules', `SELECT CASE WHEN seq_done >= (SELECT max(seq) FROM xapi_rule_hit) THEN 1 ELSE 0 END FROM xapi_rule`, 1, 'the third time')
    equal(count(), 5, 'evidence of what was voided')
    // an old page changes nothing; off, and removed: what is said stays
    await admin.get(rule)
    const old = admin.page
    must((await admin.submit({}, '/off')).status === 303, 'not off')
    admin.page = old
    must((await admin.submit({}, '/again')).status === 409, 'an old page')
    await admin.get(`${rule}/remove`)
    must((await admin.submit({})).status === 303, `not removed: ${admin.page.status} ${admin.page.text.slice(admin.page.text.indexOf('<main'), 3000)}`)
    equal([count(), query(db, 'SELECT count(*) FROM xapi_rule_hit')], [5, '0'], 'what stays')
  },
  async 'statements leave as lines and come back, with attachments, ids, who vouched and on demand their times; a wrong line stores nothing of its batch'({ x, db, bin, engine, mixed, attached }) {
    const bytes = Buffer.from([0, 1, 2, 255, 10, 13]), a = { mbox: `mailto:${randomUUID()}@example.org` }, one = (more = {}) => ({ id: randomUUID(), actor: a, verb: { id: VERB }, object: { id: 'https://example.org/lines' }, ...more })
    const plain = one({ result: { score: { scaled: 0.50, raw: 1.0 } } }), gone = one(), filed = one({ attachments: [attached(bytes)] })
    must((await x('POST', 'statements', { body: [plain, gone] })).status === 200, 'not stored')
    must((await x('POST', 'statements', mixed(filed, [{ bytes }]))).status === 200, 'not stored with an attachment')
    must((await x('POST', 'statements', { body: { actor: a, verb: { id: VOIDED }, object: { objectType: 'StatementRef', id: gone.id } } })).status === 200, 'not voided')
    const run = (status, ...args) => {
      const r = cadre(bin, args)
      must(r.status === status, `cadre ${args.join(' ')}: ${r.status} ${r.out} ${r.err}`)
      return r
    }
    const file = join(work, `${randomUUID()}.jsonl`), second = `${file}.2`, third = `${file}.3`, other = empty(engine), total = query(db, 'SELECT count(*) FROM xapi_statement')
    must(run(0, 'xapi', 'export', '--db', db, file).out.includes(`${total} statements`), 'the count')
    run(1, 'xapi', 'export', '--db', db, file) // never over a file
    run(0, 'migrate', '--db', other)
    must(run(0, 'xapi', 'import', '--db', other, '--keep-stored', file).out.startsWith(`${total} statements stored, 0 `), 'brought')
    run(0, 'xapi', 'export', '--db', other, second)
    equal(readFileSync(second, 'utf8'), readFileSync(file, 'utf8'), 'what was brought')
    equal(query(other, 'SELECT count(*) FROM xapi_statement WHERE voided = 1'), query(db, 'SELECT count(*) FROM xapi_statement WHERE voided = 1'), 'voided')
    must(run(0, 'xapi', 'import', '--db', other, file).out.startsWith(`0 statements stored, ${total} `), 'brought twice')
    // fifty good lines, then a batch with a wrong one
    const lines = Array.from({ length: 60 }, () => JSON.stringify(one())), wrong = [...lines.slice(0, 55), '{"actor":7}', ...lines.slice(55)]
    writeFileSync(third, wrong.join('\n'))
    const r = run(1, 'xapi', 'import', '--db', other, third)
    must(r.err.includes('line 56 is wrong') && r.out.startsWith('50 statements stored'), `${r.out} ${r.err}`)
    for (const [what, line] of [['no JSON', '{'], ['no base64', JSON.stringify({ statement: one(), attachments: [{ sha2: 'x', bytes: '!' }] })], ['other bytes', JSON.stringify({ statement: one({ attachments: [attached(bytes)] }), attachments: [{ sha2: attached(bytes).sha2, type: 'text/plain', bytes: 'AAAA' }] })],
      ['bytes that did not come', JSON.stringify(one({ attachments: [attached(bytes)] }))], ['another statement of a known id', JSON.stringify({ ...plain, verb: { id: 'http://example.org/verbs/other' } })], ['NUL', '\u0000'], ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])]]) {
      writeFileSync(third, Buffer.concat([Buffer.from(`${JSON.stringify(one())}\n\n`), Buffer.from(line)]))
      must(run(1, 'xapi', 'import', '--db', other, third).err.includes('line 3 is wrong'), what)
    }
    writeFileSync(third, lines.join('\r\n'))
    must(run(0, 'xapi', 'import', '--db', other, third).out.startsWith('10 statements stored, 50 '), 'when it was mended')
    run(1, 'xapi', 'import', '--db', other, '--keep-stored', third) // does not say when
  },
  async 'what is stored goes on to another store: in order, with attachments, again after a failure, nothing twice'({ x, db, base, bin, engine, mixed, attached }) {
    const other = empty(engine), admin = await administrator(bin, db, base), run = (...args) => {
      const r = cadre(bin, args)
      must(r.status === 0, `cadre ${args.join(' ')}: ${r.out} ${r.err}`)
      return r.out.trim()
    }
    run('migrate', '--db', other)
    const there = await serve(bin, other), [login, secret] = run('xapi', 'client', '--db', other, '--name', 'From here', '--per-minute', '100000', '--base-url', there.base).split(':')
    const send = async body => {
      const r = await x('POST', 'statements', Buffer.isBuffer(body.body) ? body : { body })
      must(r.status === 200, r.text)
      return r.json
    }
    const one = (more = {}) => ({ id: randomUUID(), actor: { mbox: 'mailto:on@example.org' }, verb: { id: VERB }, object: { id: 'https://example.org/on' }, timestamp: '2026-02-03T10:00:00.000Z', ...more })
    const bytes = Buffer.from([9, 0, 255]), address = `${there.base}/xapi`
    await admin.get('/site/xapi/forwards/new')
    must((await admin.submit({ name: 'There', address: 'http://lrs.example.org/xapi', login, secret, from: 'now' })).status === 422, 'an address without TLS is taken')
    await admin.get('/site/xapi/forwards/new')
    must((await admin.submit({ name: 'There', address, login, secret: 'not the password', from: 'now', which: 'outside', speaks: '2.0.0' })).status === 303, `${admin.page.status}`)
    const first = Array.from({ length: 70 }, () => one()), file = one({ attachments: [attached(bytes)] }), last = [one(), one()]
    await send(first)
    await send(mixed(file, [{ bytes }]))
    await send(last)
    const back = "SELECT CASE WHEN failures > 0 AND next_at > 0 AND problem LIKE '401%' THEN 1 ELSE 0 END FROM xapi_forward"
    await after(db, 'xapi_forward', back, 1, 'a wrong password')
    await see(admin, '/site/xapi/forwards', 'Failing', '401', 'Next attempt')
    must(!admin.page.text.includes('not the password'), 'the password is shown')
    const page = /href="(\/site\/xapi\/forwards\/\d+)"/.exec(admin.page.text)[1]
    await admin.get(page)
    must((await admin.submit({ address: `${base}/xapi/` })).status === 422, 'the password goes to another address')
    await admin.get(page)
    must((await admin.submit({ secret })).status === 303, 'the right password')
    const count = "SELECT count(*) FROM xapi_statement", all = first.length + 1 + last.length
    const until = async (n, what) => must(await holds(() => {
      query(db, "UPDATE job SET run_at = 0 WHERE kind = 'xapi_forward' AND state = 'waiting'")
      return query(other, count) === String(n)
    }, 200), `${what}: ${query(other, count)} instead of ${n}: ${query(db, 'SELECT problem FROM xapi_forward')}`)
    await until(all, 'what arrived')
    const uuids = query(other, engine === 'postgres' ? "SELECT encode(uuid, 'hex') FROM xapi_statement ORDER BY seq" : 'SELECT lower(hex(uuid)) FROM xapi_statement ORDER BY seq').split('\n')
    equal(uuids, [...first, file, ...last].map(s => s.id.replaceAll('-', '')), 'the order')
    equal(query(other, 'SELECT count(*) FROM xapi_attachment'), '1', 'the attachment')
    // one that the other store refuses is counted and holds up nothing
    const taken = one()
    const theirs = await fetch(`${address}/statements`, { method: 'POST', headers: { Authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`, 'X-Experience-API-Version': '2.0.0', 'Content-Type': 'application/json' }, body: JSON.stringify({ ...taken, verb: { id: 'http://example.org/verbs/other' } }) })
    must(theirs.status === 200, 'the other store')
    await send([one(), taken, one()])
    await until(all + 3, 'around what is refused')
    await after(db, 'xapi_forward', 'SELECT refused FROM xapi_forward', 1, 'what was refused')
    // down, and up again at the same place
    await there.stop()
    await send([one()])
    await after(db, 'xapi_forward', 'SELECT CASE WHEN failures > 0 THEN 1 ELSE 0 END FROM xapi_forward', 1, 'while it is down')
    const again = await serve(bin, other)
    query(db, `UPDATE xapi_forward SET next_at = 0, address = '${again.base}/xapi/'`)
    await until(all + 4, 'after it was down')
    equal(query(db, 'SELECT sent FROM xapi_forward'), String(all + 3), 'what was sent')
    must(await again.stop() === null, 'the other server')
    await admin.get(`${page}/remove`)
    must((await admin.submit({})).status === 303, `not removed: ${admin.page.status} ${admin.page.text.slice(admin.page.text.indexOf('<main'), 3000)}`)
  },
}
