// The record store as other tools meet it: what xAPI 1.0.3 and 2.0 (IEEE 9274.1.1) ask of one, each test by the paragraph that asks for it.
// node test/xapi/run.mjs --bin FILE [--only WORD]. On SQLite, and on PostgreSQL where CADRE_TEST_PG names a server.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { site } from './site.mjs'
import { noticed } from '../lib/patience.mjs'
import { cadre, counts, empty, engines, option, query, serve } from '../lib/site.mjs'

const bin = resolve(option('bin', 'build/release/cadre')), only = option('only', '')
const tally = counts()
const must = (yes, why) => { if (!yes) throw new Error(why) }
const equal = (x, y, what) => must(JSON.stringify(x) === JSON.stringify(y), `${what}: ${JSON.stringify(x)} instead of ${JSON.stringify(y)}`)

// ---- a client -----------------------------------------------------------------------------------------------------------------
function client(base, login, version) {
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`
  return async function ask(method, path, { params, body, type = 'application/json', headers = {} } = {}) {
    const url = new URL(`/xapi/${path}`, base)
    for (const [k, v] of Object.entries(params ?? {})) url.searchParams.set(k, typeof v === 'object' ? JSON.stringify(v) : v)
    const h = { Authorization: authorization, ...(version ? { 'X-Experience-API-Version': version } : {}), ...(body !== undefined ? { 'Content-Type': type } : {}), ...headers }
    for (const k of Object.keys(h)) if (h[k] === null) delete h[k]
    const sent = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    await noticed()
    const r = await fetch(url, { method, body: sent, headers: h, redirect: 'manual' })
    const bytes = Buffer.from(await r.arrayBuffer()), text = bytes.toString()
    let json = null
    try { json = JSON.parse(text) } catch { /* not everything is */ }
    return { status: r.status, headers: r.headers, bytes, text, json }
  }
}

let serial = 0
const agent = (name = `a${++serial}`) => ({ objectType: 'Agent', mbox: `mailto:${name}@example.org` })
const activity = (name = `x${++serial}`) => ({ objectType: 'Activity', id: `http://example.org/activities/${name}` })
const verb = (name = 'experienced') => ({ id: `http://example.org/verbs/${name}`, display: { 'en-GB': name } })
const statement = (more = {}) => ({ actor: agent(), verb: verb(), object: activity(), ...more })
const VOIDED = { id: 'http://adlnet.gov/expapi/verbs/voided' }
const sha = bytes => createHash('sha256').update(bytes).digest('hex')

async function send(x, s) {
  const r = await x('POST', 'statements', { body: s })
  must(r.status === 200, `a good statement is refused: ${r.status} ${r.text}`)
  return Array.isArray(s) ? r.json : r.json[0]
}
async function found(x, params) {
  const r = await x('GET', 'statements', { params })
  must(r.status === 200, `${JSON.stringify(params)}: ${r.status} ${r.text}`)
  return r.json.statements.map(s => s.id)
}
async function refused(x, status, method, path, options, what) {
  const r = await x(method, path, options)
  must(r.status === status, `${what}: ${r.status} instead of ${status} ${r.text.slice(0, 200)}`)
  if (status >= 400 && method !== 'HEAD') must(r.headers.get('content-type') === 'application/problem+json' && r.json?.detail, `${what}: no reason is given`)
  return r
}

function mixed(s, parts) {
  const b = 'part-of-a-statement', out = [Buffer.from(`--${b}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(s)}`)]
  for (const p of parts)
    out.push(Buffer.from(`\r\n--${b}\r\nContent-Type: ${p.type ?? 'text/plain'}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${p.hash ?? sha(p.bytes)}\r\n\r\n`), p.bytes)
  out.push(Buffer.from(`\r\n--${b}--\r\n`))
  return { body: Buffer.concat(out), type: `multipart/mixed; boundary=${b}` }
}
const attached = (bytes, more = {}) => ({ usageType: 'http://example.org/use', display: { en: 'a file' }, contentType: 'text/plain', length: bytes.length, sha2: sha(bytes), ...more })

// ---- statements that are none -----------------------------------------------------------------------------------------------------
// [paragraph of 2.0, what, how a good statement becomes a bad one]
const WRONG = [
  ['4.2.2.1', 'no actor', s => { delete s.actor }],
  ['4.2.2.1', 'an actor that is null', s => { s.actor = null }],
  ['4.2.2.1', 'an agent with two identifiers', s => { s.actor.openid = 'http://example.org/me' }],
  ['4.2.2.1', 'an agent without identifier', s => { s.actor = { objectType: 'Agent', name: 'Nobody' } }],
  ['4.2.2.1', 'an mbox that is no address', s => { s.actor.mbox = 'a@example.org' }],
  ['4.2.2.1', 'a hash that is no SHA-1', s => { s.actor = { mbox_sha1sum: 'xyz' } }],
  ['4.2.2.1', 'an account without a name', s => { s.actor = { account: { homePage: 'http://example.org' } } }],
  ['4.2.2.1', 'an account at no address', s => { s.actor = { account: { homePage: 'here', name: 'x' } } }],
  ['4.2.2.1', 'an anonymous group without members', s => { s.actor = { objectType: 'Group' } }],
  ['4.2.2.1', 'a group within a group', s => { s.actor = { objectType: 'Group', member: [{ objectType: 'Group', member: [] }] } }],
  ['4.2.2.1', 'an unknown objectType', s => { s.actor.objectType = 'agent' }],
  ['4.2.2.2', 'no verb', s => { delete s.verb }],
  ['4.2.2.2', 'a verb without id', s => { s.verb = { display: { en: 'x' } } }],
  ['4.2.2.2', 'a verb whose id is no IRI', s => { s.verb.id = 'ran' }],
  ['4.2.2.2', 'a display that is a text', s => { s.verb.display = 'ran' }],
  ['4.2.2.3', 'no object', s => { delete s.object }],
  ['4.2.2.3', 'an activity without id', s => { s.object = { objectType: 'Activity' } }],
  ['4.2.2.3', 'an activity with an unknown property', s => { s.object.title = 'x' }],
  ['4.2.2.3', 'an interaction of no type', s => { s.object.definition = { interactionType: 'dance' } }],
  ['4.2.2.3', 'answers without a type of interaction', s => { s.object.definition = { correctResponsesPattern: ['a'] } }],
  ['4.2.2.3', 'choices of something else', s => { s.object.definition = { interactionType: 'likert', choices: [] } }],
  ['4.2.2.3', 'two choices with one id', s => { s.object.definition = { interactionType: 'choice', choices: [{ id: 'a' }, { id: 'a' }] } }],
  ['4.2.2.3', 'a reference to no UUID', s => { s.object = { objectType: 'StatementRef', id: '17' } }],
  ['4.2.2.3', 'a substatement within a substatement', s => { s.object = { ...statement(), objectType: 'SubStatement', object: { ...statement(), objectType: 'SubStatement' } } }],
  ['4.2.2.3', 'a substatement with an id', s => { s.object = { ...statement(), objectType: 'SubStatement', id: randomUUID() } }],
  ['4.2.2.4', 'a scaled score above 1', s => { s.result = { score: { scaled: 1.1 } } }],
  ['4.2.2.4', 'a score below its minimum', s => { s.result = { score: { raw: 1, min: 2, max: 3 } } }],
  ['4.2.2.4', 'a score whose minimum is its maximum', s => { s.result = { score: { min: 3, max: 3 } } }],
  ['4.2.2.4', 'a score that is a text', s => { s.result = { score: { raw: '4' } } }],
  ['4.2.2.4', 'a success that is a text', s => { s.result = { success: 'true' } }],
  ['4.2.2.4', 'a duration that is none', s => { s.result = { duration: '1 hour' } }],
  ['4.2.2.5', 'a registration that is no UUID', s => { s.context = { registration: 'x' } }],
  ['4.2.2.5', 'a language that is none', s => { s.context = { language: 'english language' } }],
  ['4.2.2.5', 'a team that is an agent', s => { s.context = { team: agent() } }],
  ['4.2.2.5', 'a revision of a person', s => { s.object = agent(); s.context = { revision: '2' } }],
  ['4.2.2.5', 'an unknown kind of context activity', s => { s.context = { contextActivities: { near: [] } } }],
  ['4.2.2.6', 'an attachment without a display', s => { s.attachments = [{ ...attached(Buffer.from('x')), display: undefined, fileUrl: 'http://example.org/f' }] }],
  ['4.2.2.6', 'an attachment whose bytes are nowhere', s => { s.attachments = [attached(Buffer.from('x'))] }],
  ['4.2.4.2', 'an id that is no UUID', s => { s.id = 'mine' }],
  ['4.2.4.2', 'a timestamp that is none', s => { s.timestamp = 'yesterday' }],
  ['4.2.4.2', 'a timestamp west of UTC by nothing', s => { s.timestamp = '2026-03-01T10:00:00-00:00' }],
  ['4.2.4.2', 'an authority of three', s => { s.authority = { objectType: 'Group', member: [agent(), agent(), agent()] } }],
  ['4.2.4.3', 'a version that is none', s => { s.version = '0.9' }],
  ['4.2.2.1', 'a group of thousands', s => { s.actor = { objectType: 'Group', member: Array.from({ length: 1100 }, (_, k) => ({ mbox: `mailto:m${k}@example.org` })) } }],
  ['4.2.2.6', 'a type with a line end', s => { s.attachments = [attached(Buffer.from('x'), { contentType: 'text/plain; a=b\r\nX: y', fileUrl: 'http://example.org/f' })] }],
  ['4.2.5', 'voiding something that is no statement', s => { s.verb = VOIDED }],
  ['4.2.7', 'an extension whose name is no IRI', s => { s.result = { extensions: { x: 1 } } }],
  ['4.2.7', 'a language map of numbers', s => { s.verb.display = { en: 1 } }],
  ['4.2.1', 'an unknown property', s => { s.mood = 'good' }],
  ['4.2.1', 'a property in other letters', s => { s.Actor = agent() }],
]

// Bodies that cannot be read: status 400, nothing stored.
const UNREADABLE = [
  ['no JSON', '{"actor":'], ['a text', '"x"'], ['a number', '7'], ['nothing', ''], ['null', 'null'],
  ['a name twice', '{"actor":{"mbox":"mailto:a@b.org"},"actor":{"mbox":"mailto:c@b.org"},"verb":{"id":"http://a.org/v"},"object":{"id":"http://a.org/x"}}'],
  ['a number beyond all', JSON.stringify(statement({ result: { score: { raw: 1 } } })).replace('"raw":1', '"raw":1e999')],
  ['deep lists', '['.repeat(5000)], ['deep objects', '{"a":'.repeat(3000) + '1' + '}'.repeat(3000)],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a NUL', '{"actor\u0000":1}'], ['a list of lists', '[[]]'],
]

// ---- the tests -----------------------------------------------------------------------------------------------------------------------
const tests = {
  async '4.1.6.7 about: versions, without being asked for one'({ plain }) {
    const r = await plain('GET', 'about', { headers: { Authorization: null } })
    must(r.status === 200 && r.json.version.includes('2.0.0') && r.json.version.includes('1.0.3'), r.text)
    must(r.headers.get('x-experience-api-version'), 'no version is named')
  },
  async '4.1.5 a request without a version, or with another, is refused with a reason'({ x, plain }) {
    const r = await refused(plain, 400, 'GET', 'statements', {}, 'no version')
    must(r.headers.get('x-experience-api-version') === '1.0.3', 'the version is not named')
    await refused(x, 400, 'GET', 'statements', { headers: { 'X-Experience-API-Version': '3.0' } }, 'another version')
    await refused(x, 400, 'GET', 'statements', { headers: { 'X-Experience-API-Version': '1.0.x' } }, 'a version of letters')
    for (const [v, told] of [['1.0', '1.0.3'], ['1.0.7', '1.0.3'], ['2.0', '2.0.0'], ['2.0.0', '2.0.0']]) {
      const good = await x('GET', 'statements', { params: { limit: '1' }, headers: { 'X-Experience-API-Version': v } })
      must(good.status === 200 && good.headers.get('x-experience-api-version') === told, `${v}: ${good.status}`)
    }
  },
  async '4.1.2 who is not known is refused, and who was ended; each may what it may'({ x, base, login, make, db }) {
    for (const [what, authorization] of [['nobody', null], ['a wrong secret', `Basic ${Buffer.from(`${login.split(':')[0]}:no`).toString('base64')}`], ['a bearer', 'Bearer x'], ['no base64', 'Basic ???'], ['no colon', `Basic ${Buffer.from('x').toString('base64')}`]]) {
      const r = await refused(x, 401, 'GET', 'statements', { headers: { Authorization: authorization } }, what)
      must(/^(Basic|Bearer) /.test(r.headers.get('www-authenticate')), `${what}: how to sign in is not told`)
    }
    const writer = client(base, make('statements/write statements/read/mine'), '2.0.0')
    const id = await send(writer, statement()), other = await send(x, statement())
    equal(await found(writer, {}), [id], 'only its own')
    await refused(writer, 404, 'GET', 'statements', { params: { statementId: other } }, 'of another')
    await refused(writer, 403, 'GET', 'activities', { params: { activityId: 'http://a.org' } }, 'reading all')
    await refused(writer, 403, 'PUT', 'activities/state', { params: { activityId: 'http://a.org', agent: agent(), stateId: 's' }, body: {} }, 'states')
    const reader = client(base, make('statements/read'), '2.0.0')
    await refused(reader, 403, 'POST', 'statements', { body: statement() }, 'writing')
    query(db, `UPDATE xapi_client SET ended_at = 1 WHERE may = 'statements/read'`)
    await refused(reader, 401, 'GET', 'statements', {}, 'ended')
  },
  async 'a client that asks too often is told when to come back'({ base, make, x }) {
    const few = client(base, make('statements/read', 2), '2.0.0')
    let last
    for (let i = 0; i < 6; i++) last = await few('GET', 'statements', { params: { limit: '1' } })
    must(last.status === 429 && Number(last.headers.get('retry-after')) > 0, `${last.status}`)
    must((await x('GET', 'statements', { params: { limit: '1' } })).status === 200, 'others are held up too')
  },
  async '4.2.2 what is no statement is refused with a reason and a place, and nothing is stored'({ x, old, count }) {
    const before = count()
    for (const [where, what, change] of WRONG) {
      const s = statement()
      change(s)
      await refused(x, 400, 'POST', 'statements', { body: s }, `${where}: ${what}`)
      await refused(old, 400, 'POST', 'statements', { body: [statement(), s] }, `${where}: ${what}, in a batch of 1.0.3`)
    }
    equal(count(), before, 'statements stored')
  },
  async '4.1.3 a body that cannot be read is refused, and nothing is stored'({ x, count }) {
    const before = count()
    for (const [what, body] of UNREADABLE) await refused(x, 400, 'POST', 'statements', { body }, what)
    await refused(x, 400, 'POST', 'statements', { body: statement(), type: 'text/plain' }, 'a type that is not JSON')
    await refused(x, 400, 'POST', 'statements', { body: 'x', type: 'multipart/mixed' }, 'parts without a boundary')
    await refused(x, 400, 'POST', 'statements', { body: '--b\r\nContent-Type: application/json\r\n\r\n{}', type: 'multipart/mixed; boundary=b' }, 'parts without an end')
    await refused(x, 413, 'POST', 'statements', { body: `[${'{},'.repeat(1500)}{}]` }, 'too many')
    const crowd = Array.from({ length: 900 }, (_, k) => ({ mbox: `mailto:m${k}@example.org` }))
    await refused(x, 413, 'POST', 'statements', { body: Array.from({ length: 25 }, () => statement({ actor: { objectType: 'Group', member: crowd } })) }, 'too many people')
    equal(count(), before, 'statements stored')
  },
  async '4.1.6.1 a statement comes back as it was sent, with what the store adds'({ x, old }) {
    const text = '{ "actor" : {"mbox":"mailto:exact@example.org"}, "verb":{"id":"http://example.org/v\\u0069"},\n"object":{"id":"http://example.org/e"}, "result":{"score":{"raw":0.10000000000000001,"min":1e-7}, "extensions":{"http://example.org/e":{"n":12345678901234567,"x":null}}}, "timestamp":"2026-03-01T10:00:00.123456Z" }'
    const [id] = (await x('POST', 'statements', { body: text })).json
    const r = await x('GET', 'statements', { params: { statementId: id } })
    for (const part of ['"raw":0.10000000000000001', '1e-7', '12345678901234567', '"x":null', '"2026-03-01T10:00:00.123456Z"', 'http://example.org/v\\u0069']) must(r.text.includes(part), `${part} did not stay: ${r.text}`)
    must(r.json.id === id && Math.abs(Date.parse(r.json.stored) - Date.now()) < 600000 && r.json.authority.account.homePage && r.json.version === '2.0.0', r.text)
    must(r.headers.get('last-modified'), 'no Last-Modified')
    const s = statement(), [plain] = (await old('POST', 'statements', { body: s })).json, back = (await old('GET', 'statements', { params: { statementId: plain } })).json
    must(back.version === '1.0.0' && Date.parse(back.stored) >= Date.parse(back.timestamp) && Date.parse(back.stored) - Date.parse(back.timestamp) < 600000, `what 1.0.3 fills in: ${back.version} ${back.timestamp} ${back.stored}`)
    equal([back.actor, back.verb, back.object], [s.actor, s.verb, s.object], 'what was sent')
  },
  async '4.2.4.2 from 2.0 on a timestamp comes back in UTC'({ x }) {
    const id = await send(x, statement({ timestamp: '2026-03-01T10:00:00+02:00' }))
    equal((await x('GET', 'statements', { params: { statementId: id } })).json.timestamp, '2026-03-01T08:00:00.000Z', 'the timestamp')
  },
  async '4.2.2.5 a single context activity comes back as a list'({ x }) {
    const one = activity(), id = await send(x, statement({ context: { contextActivities: { parent: one, other: [activity()] } } }))
    equal((await x('GET', 'statements', { params: { statementId: id } })).json.context.contextActivities.parent, [one], 'the parent')
  },
  async '4.1.6.1 PUT: the id stands in the address; the same again changes nothing, another is refused'({ x, count }) {
    const id = randomUUID(), s = statement({ timestamp: '2026-03-01T10:00:00Z', result: { duration: 'PT1.239S' } })
    await refused(x, 204, 'PUT', 'statements', { params: { statementId: id }, body: s }, 'put')
    const n = count()
    await refused(x, 204, 'PUT', 'statements', { params: { statementId: id }, body: { ...s, id: id.toUpperCase() } }, 'put again')
    await refused(x, 204, 'PUT', 'statements', { params: { statementId: id }, body: { ...s, result: { duration: 'PT1.23S' }, timestamp: '2026-03-01T11:00:00+01:00' } }, 'the same in other words')
    await refused(x, 409, 'PUT', 'statements', { params: { statementId: id }, body: { ...s, verb: verb('other') } }, 'another')
    await refused(x, 409, 'POST', 'statements', { body: [statement(), { ...s, id, verb: verb('other') }] }, 'another, in a batch')
    await refused(x, 400, 'PUT', 'statements', { params: { statementId: id }, body: { ...s, id: randomUUID() } }, 'two ids')
    await refused(x, 400, 'PUT', 'statements', { body: s }, 'no id')
    await refused(x, 400, 'PUT', 'statements', { params: { statementId: randomUUID() }, body: [s] }, 'a list')
    await refused(x, 400, 'POST', 'statements', { body: [{ ...s, id: n ? randomUUID() : '' }, { ...s, id: 'x' }] }, 'a bad id')
    const twice = randomUUID()
    await refused(x, 400, 'POST', 'statements', { body: [{ ...statement(), id: twice }, { ...statement(), id: twice }] }, 'one id twice')
    equal(count(), n, 'statements stored')
  },
  async '4.1.6.1 parameters that are not known, wrong, or do not go together are refused'({ x }) {
    const id = randomUUID()
    for (const params of [{ statementId: id, voidedStatementId: id }, { statementId: id, limit: '1' }, { statementid: id }, { statementId: 'x' }, { limit: '-1' }, { limit: 'all' }, { since: 'x' },
      { until: '2026' }, { ascending: 'yes' }, { format: 'short' }, { agent: '{' }, { agent: { name: 'x' } }, { verb: 'ran' }, { activity: 'x' }, { registration: 'x' }, { related_agents: '1' }, { attachments: 'x' }])
      await refused(x, 400, 'GET', 'statements', { params }, JSON.stringify(params))
    await refused(x, 404, 'GET', 'statements', { params: { statementId: id } }, 'none of this id')
    await refused(x, 400, 'POST', 'statements', { params: { statementId: id }, body: statement() }, 'an id in a POST')
  },
  async '4.1.6.1 filters: each alone, and together'({ x }) {
    const a = agent(), b = agent(), v = verb(`v${++serial}`), act = activity(), parent = activity(), registration = randomUUID(), mentor = agent()
    const s1 = await send(x, { actor: a, verb: v, object: act, context: { registration, instructor: mentor, contextActivities: { parent: [parent] } } })
    const s2 = await send(x, { actor: a, verb: verb(), object: activity() })
    const s3 = await send(x, { actor: b, verb: v, object: act })
    const s4 = await send(x, { actor: { objectType: 'Group', member: [a, b] }, verb: v, object: activity() })
    const s5 = await send(x, { actor: b, verb: verb(), object: { ...statement({ actor: a, object: act }), objectType: 'SubStatement' } })
    for (const [params, ids, what] of [
      [{ agent: a }, [s4, s2, s1], 'an agent, also as a member'], [{ agent: a, related_agents: 'true' }, [s5, s4, s2, s1], 'an agent anywhere'],
      [{ agent: mentor }, [], 'an instructor is no actor'], [{ agent: mentor, related_agents: 'true' }, [s1], 'an instructor'],
      [{ verb: v.id }, [s4, s3, s1], 'a verb'], [{ activity: act.id }, [s3, s1], 'an activity'], [{ activity: act.id, related_activities: 'true' }, [s5, s3, s1], 'an activity anywhere'],
      [{ activity: parent.id }, [], 'a parent is no object'], [{ activity: parent.id, related_activities: 'true' }, [s1], 'a parent'],
      [{ registration }, [s1], 'a registration'], [{ registration: registration.toUpperCase() }, [s1], 'a registration in capitals'],
      [{ agent: a, verb: v.id }, [s4, s1], 'agent and verb'], [{ agent: a, activity: act.id }, [s1], 'agent and activity'], [{ agent: b, activity: act.id, verb: v.id }, [s3], 'all three'],
      [{ agent: a, activity: act.id, related_agents: 'true', related_activities: 'true' }, [s5, s1], 'both anywhere'], [{ verb: v.id, ascending: 'true' }, [s1, s3, s4], 'the oldest first'],
      [{ agent: agent() }, [], 'nobody'],
    ]) equal(await found(x, params), ids, what)
    const stored = (await x('GET', 'statements', { params: { statementId: s1 } })).json.stored
    must(!(await found(x, { verb: v.id, since: stored })).includes(s1), 'since is exclusive')
    must((await found(x, { verb: v.id, until: stored })).includes(s1), 'until is inclusive')
  },
  async '4.1.6.1 a group is found by its identifier, an agent by each of its four'({ x }) {
    for (const who of [{ mbox: `mailto:${randomUUID()}@example.org` }, { mbox_sha1sum: createHash('sha1').update(randomUUID()).digest('hex') }, { openid: `http://example.org/${randomUUID()}` }, { account: { homePage: 'http://example.org', name: randomUUID() } }]) {
      const one = await send(x, statement({ actor: who })), group = await send(x, statement({ actor: { ...who, objectType: 'Group' } }))
      equal(await found(x, { agent: { name: 'X', ...who } }), [group, one], Object.keys(who)[0])
    }
  },
  async '4.1.6.1 pages: every statement once, while others arrive'({ x }) {
    const v = verb(`v${++serial}`), ids = await send(x, Array.from({ length: 45 }, () => statement({ verb: v })))
    for (const ascending of ['false', 'true']) {
      const seen = []
      let r = await x('GET', 'statements', { params: { verb: v.id, limit: '7', ascending } })
      for (;;) {
        seen.push(...r.json.statements.map(s => s.id))
        if (!r.json.more || seen.length > 200) break
        must(r.json.more.startsWith('/xapi/statements?'), 'more is no address here')
        if (ascending === 'false') await send(x, statement({ verb: v }))
        r = await x('GET', new URL(r.json.more, 'http://x').href.slice('http://x/xapi/'.length))
      }
      const mine = seen.filter(id => ids.includes(id))
      equal(mine, ascending === 'true' ? ids : [...ids].reverse(), `pages, ascending ${ascending}`)
      must(new Set(seen).size === seen.length, 'one came twice')
    }
  },
  async '4.1.6.1 pages hold under every filter while others send what it finds'({ x }) {
    const a = agent(), v = verb(`v${++serial}`), act = activity(), parent = activity(), mentor = agent(), registration = randomUUID()
    const one = () => statement({ actor: a, verb: v, object: act, context: { registration, instructor: mentor, contextActivities: { parent: [parent] } } })
    const ids = await send(x, Array.from({ length: 12 }, one)), { stored } = (await x('GET', 'statements', { params: { statementId: ids[0] } })).json, since = new Date(Date.parse(stored) - 1).toISOString()
    for (const filter of [{ agent: a }, { agent: mentor, related_agents: 'true' }, { verb: v.id }, { activity: act.id }, { activity: parent.id, related_activities: 'true' }, { registration },
      { agent: a, verb: v.id }, { agent: a, activity: act.id }, { agent: a, activity: act.id, verb: v.id, registration }, { agent: mentor, related_agents: 'true', activity: parent.id, related_activities: 'true' }, { since }])
      for (const ascending of ['false', 'true']) {
        const seen = [], what = `${JSON.stringify(filter)}, ascending ${ascending}`
        for (let path = 'statements', params = { ...filter, limit: '5', ascending }, pages = 0; ; pages++) {
          const r = await x('GET', path, { params })
          seen.push(...r.json.statements.map(s => s.id))
          if (!r.json.more || ids.every(id => seen.includes(id))) break
          path = new URL(r.json.more, 'http://x').href.slice('http://x/xapi/'.length)
          params = {}
          if (pages < 3) await Promise.all([send(x, one()), send(x, [one(), statement({ object: { objectType: 'StatementRef', id: ids[5] } })])])
        }
        equal(seen.filter(id => ids.includes(id)), ascending === 'true' ? ids : [...ids].reverse(), what)
        must(new Set(seen).size === seen.length, `${what}: one came twice`)
      }
  },
  async '4.1.6.1, 4.2.5 a batch whose statements refer to each other, in any order, and to what is there'({ x, count }) {
    const ref = (id, more = {}) => statement({ object: { objectType: 'StatementRef', id }, ...more })
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
      const a = agent(), [first, about, further] = [randomUUID(), randomUUID(), randomUUID()], outside = await send(x, ref(about))
      const list = [{ ...statement({ actor: a }), id: first }, { ...ref(first), id: about }, { ...ref(about), id: further }]
      await send(x, order.map(i => list[i]))
      equal((await found(x, { agent: a })).sort(), [first, about, further, outside].sort(), `found by the first of them, ${order}`)
      const [gone, voiding, both] = [randomUUID(), randomUUID(), randomUUID()]
      const bad = [{ ...statement({ actor: a }), id: gone }, { ...ref(gone, { verb: VOIDED }), id: voiding }, { ...ref(voiding, { verb: VOIDED }), id: both }]
      await send(x, order.map(i => bad[i]))
      await refused(x, 404, 'GET', 'statements', { params: { statementId: gone } }, `voided in its own batch, ${order}`)
      must((await x('GET', 'statements', { params: { statementId: voiding } })).status === 200, `what voids was voided, ${order}`)
      const before = count()
      equal(await send(x, [...list, { ...statement(), id: randomUUID() }]).then(l => l.slice(0, 3)), [first, about, further], 'what is there is no mistake')
      equal(count(), before + 1, 'only the new one is stored')
      const { stored } = (await x('GET', 'statements', { params: { statementId: first } })).json
      must(Math.abs(Date.parse(stored) - Date.now()) < 600000, `stored at ${stored}`)
    }
  },
  async '4.1.6.1 a statement about a statement is found by what that one is found by'({ x }) {
    const a = agent(), first = randomUUID(), later = await send(x, statement({ object: { objectType: 'StatementRef', id: first } })) // its target is not here yet
    const about = await send(x, statement({ object: { objectType: 'StatementRef', id: later } }))
    await send(x, { ...statement({ actor: a }), id: first })
    const last = await send(x, statement({ object: { objectType: 'StatementRef', id: first } }))
    equal(await found(x, { agent: a }), [last, first, about, later].sort((p, q) => [last, first, about, later].indexOf(p) - [last, first, about, later].indexOf(q)), 'all four')
    equal((await found(x, { agent: a, ascending: 'true' })).length, 4, 'oldest first')
    // two filters are met by one statement together, not by two
    const v = verb(`v${++serial}`)
    await send(x, statement({ verb: v, object: { objectType: 'StatementRef', id: first } }))
    equal(await found(x, { agent: a, verb: v.id }), [], 'an actor here and a verb there')
    // a ring of references ends
    const p = randomUUID(), q = randomUUID()
    await send(x, { ...statement({ object: { objectType: 'StatementRef', id: q } }), id: p })
    await send(x, { ...statement({ actor: a, object: { objectType: 'StatementRef', id: p } }), id: q })
    must((await found(x, { agent: a })).includes(p), 'the ring')
  },
  async '4.2.5 voiding: before and after, never what voids'({ x }) {
    const a = agent(), id = await send(x, statement({ actor: a })), voiding = await send(x, statement({ verb: VOIDED, object: { objectType: 'StatementRef', id } }))
    await refused(x, 404, 'GET', 'statements', { params: { statementId: id } }, 'the voided one')
    must((await x('GET', 'statements', { params: { voidedStatementId: id } })).json?.id === id, 'as a voided one')
    equal(await found(x, { agent: a }), [voiding], 'what voids is found in its place')
    await refused(x, 404, 'GET', 'statements', { params: { voidedStatementId: voiding } }, 'what voids is not voided')
    const again = await send(x, statement({ verb: VOIDED, object: { objectType: 'StatementRef', id: voiding } }))
    must((await x('GET', 'statements', { params: { statementId: voiding } })).status === 200, 'what voids was voided')
    must(again, 'refused')
    const early = randomUUID()
    await send(x, statement({ verb: VOIDED, object: { objectType: 'StatementRef', id: early } }))
    await send(x, { ...statement(), id: early })
    await refused(x, 404, 'GET', 'statements', { params: { statementId: early } }, 'voided before it came')
  },
  async '4.1.6.1 format: ids and canonical'({ x }) {
    const act = { ...activity(), definition: { name: { 'en-GB': 'ward round', 'de-DE': 'Visite' }, description: { en: 'd' } } }, a = { ...agent(), name: 'Who' }
    await send(x, statement({ object: act }))
    const id = await send(x, { actor: a, verb: { id: verb().id, display: { 'en-GB': 'led', 'de-DE': 'leitete' } }, object: { objectType: 'Activity', id: act.id } })
    const ids = (await x('GET', 'statements', { params: { statementId: id, format: 'ids' } })).json
    equal([ids.actor, ids.verb, ids.object], [{ objectType: 'Agent', mbox: a.mbox }, { id: verb().id }, { id: act.id }], 'ids')
    for (const [language, name, word] of [['de', 'Visite', 'leitete'], ['en-GB,de;q=0.5', 'ward round', 'led'], ['fr, de-DE;q=0.1', 'Visite', 'leitete']]) {
      const s = (await x('GET', 'statements', { params: { statementId: id, format: 'canonical' }, headers: { 'Accept-Language': language } })).json
      equal([Object.values(s.object.definition.name), Object.values(s.verb.display), s.actor.name], [[name], [word], 'Who'], `canonical for ${language}`)
    }
  },
  async '4.1.6.1 canonical: what a page asks the database does not grow with its activities'({ x, base }) {
    const asked = async () => Number(/^cadre_store_statements_total (\d+)$/m.exec(await (await fetch(`${base}/metrics`)).text())[1])
    const page = async (who, n) => {
      const acts = Array.from({ length: n }, (_, k) => ({ ...activity(), definition: { name: { 'en-GB': `ward ${k}`, 'de-DE': `Station ${k}` }, type: `http://example.org/types/ä${k}` } }))
      await send(x, acts.map(object => statement({ actor: who, object, context: { contextActivities: { parent: [{ id: `${object.id}/täglich` }] } } })))
      await send(x, acts.map(({ id }) => statement({ actor: who, object: { objectType: 'SubStatement', ...statement({ object: { objectType: 'Activity', id } }) } })))
      const before = await asked(), r = await x('GET', 'statements', { params: { agent: who, format: 'canonical' }, headers: { 'Accept-Language': 'de' } }), all = await asked() - before
      equal(r.json.statements.length, 2 * n, 'statements')
      const known = r.json.statements.map(s => s.object.object ?? s.object).map(o => [o.id, o.definition])
      equal(known, [...acts, ...acts].reverse().map(o => [o.id, { name: { 'de-DE': o.definition.name['de-DE'] }, type: o.definition.type }]), 'what is known of each')
      return all
    }
    let least = Infinity // jobs of the server ask too, now and then
    const grown = async () => { const few = await page(agent(), 2), many = await page(agent(), 90); return many - few }
    for (let i = 0; i < 5 && least > 20; i++) least = Math.min(least, await grown())
    must(least <= 20, `${least} statements more for ninety activities than for two`)
  },
  async '4.2.2.6 attachments: their bytes come along, are those that are named, and come back'({ x }) {
    const bytes = Buffer.from([0, 1, 2, 255, 13, 10, 45, 45, 112, 97, 114, 116]), s = statement({ attachments: [attached(bytes)] })
    const r = await x('POST', 'statements', mixed(s, [{ bytes }]))
    must(r.status === 200, r.text)
    const back = await x('GET', 'statements', { params: { statementId: r.json[0], attachments: 'true' } })
    must(/^multipart\/mixed; boundary=/.test(back.headers.get('content-type')) && back.bytes.includes(bytes) && back.text.includes(`X-Experience-API-Hash: ${sha(bytes)}`), back.text)
    must((await x('GET', 'statements', { params: { statementId: r.json[0] } })).headers.get('content-type') === 'application/json', 'without attachments')
    await refused(x, 400, 'POST', 'statements', mixed(s, [{ bytes: Buffer.from('other'), hash: sha(bytes) }]), 'other bytes')
    await refused(x, 400, 'POST', 'statements', mixed(statement(), [{ bytes }]), 'bytes of no statement')
    await refused(x, 400, 'POST', 'statements', mixed(s, [{ bytes, hash: 'x' }]), 'no hash')
    must((await x('POST', 'statements', { body: statement({ attachments: [attached(bytes, { fileUrl: 'http://example.org/f' })] }) })).status === 200, 'bytes that are elsewhere')
  },
  async '4.2.6 signed statements: by RS256, RS384 or RS512, and over this statement'({ x }) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const part = v => Buffer.from(typeof v === 'string' ? v : JSON.stringify(v)).toString('base64url')
    const sign = (s, alg = 'RS256', header = {}) => {
      const text = `${part({ alg, ...header })}.${part(s)}`
      return Buffer.from(`${text}.${createSign(`RSA-SHA${alg.slice(2)}`).update(text).sign(privateKey).toString('base64url')}`)
    }
    const body = (s, jws, more = {}) => mixed({ ...s, attachments: [attached(jws, { usageType: 'http://adlnet.gov/expapi/attachments/signature', contentType: 'application/octet-stream', ...more })] }, [{ bytes: jws, type: 'application/octet-stream' }])
    for (const alg of ['RS256', 'RS384', 'RS512']) {
      const s = { ...statement(), id: randomUUID() }
      await refused(x, 200, 'POST', 'statements', body(s, sign(s, alg)), alg)
    }
    const s = { ...statement(), id: randomUUID() }, good = sign(s)
    await refused(x, 400, 'POST', 'statements', body({ ...s, verb: verb('other') }, good), 'over another statement')
    await refused(x, 400, 'POST', 'statements', body(s, good, { contentType: 'text/plain' }), 'of another type')
    await refused(x, 400, 'POST', 'statements', body(s, Buffer.from('a.b')), 'no signature')
    await refused(x, 400, 'POST', 'statements', body(s, Buffer.from(`${part({ alg: 'none' })}.${part(s)}.x`)), 'signed by nobody')
    await refused(x, 400, 'POST', 'statements', body(s, sign(s, 'RS256', { x5c: [Buffer.from('x').toString('base64')] })), 'with a certificate that is none')
  },
  async '4.1.6.1 consistent-through: on every answer, and what is stored before it can be read'({ x }) {
    for (const params of [{ limit: '1' }, { statementId: randomUUID() }, { limit: 'x' }]) {
      const r = await x('GET', 'statements', { params })
      must(Math.abs(Date.parse(r.headers.get('x-experience-api-consistent-through')) - Date.now()) < 600000, `${r.status}: ${r.headers.get('x-experience-api-consistent-through')}`)
    }
  },
  async '4.1.1 HEAD is GET without the body'({ x }) {
    const id = await send(x, statement()), get = await x('GET', 'statements', { params: { statementId: id } }), head = await x('HEAD', 'statements', { params: { statementId: id } })
    must(head.status === 200 && head.bytes.length === 0 && head.headers.get('content-length') === get.headers.get('content-length'), 'HEAD')
  },
  async '1.0.3, Communication 1.3: everything by POST of a form; not in 2.0'({ old, x }) {
    const id = randomUUID(), form = o => ({ body: new URLSearchParams(o).toString(), type: 'application/x-www-form-urlencoded' })
    const who = { Authorization: null, 'X-Experience-API-Version': null }, more = { 'X-Experience-API-Version': '1.0.3' }
    const auth = await old('GET', 'statements', { params: { limit: '1' } })
    must(auth.status === 200, 'the client')
    await refused(old, 204, 'POST', 'statements', { params: { method: 'PUT' }, ...form({ ...more, statementId: id, content: JSON.stringify(statement()) }) }, 'PUT')
    must((await old('POST', 'statements', { params: { method: 'GET' }, ...form({ ...more, statementId: id }) })).json?.id === id, 'GET')
    await refused(old, 401, 'POST', 'statements', { params: { method: 'GET' }, headers: who, ...form({ ...more, statementId: id }) }, 'without a client')
    await refused(old, 400, 'POST', 'statements', { params: { method: 'GET', limit: '1' }, ...form(more) }, 'two parameters')
    await refused(old, 400, 'POST', 'activities/state', { params: { method: 'PUT' }, ...form({ ...more, 'Content-Type': 'text/plain; a=b\r\nX: y', activityId: 'http://example.org/x', agent: JSON.stringify(agent()), stateId: 's', content: 'x' }) }, 'a type with a line end')
    await refused(old, 400, 'POST', 'statements', { params: { method: 'FETCH' }, ...form(more) }, 'another method')
    await refused(x, 400, 'POST', 'statements', { params: { method: 'GET' }, ...form({ statementId: id }) }, 'in 2.0')
  },
  async '4.1.6.2, 4.1.6.5, 4.1.6.6 documents: stored, read, listed, merged, deleted'({ x, old }) {
    const act = activity().id, who = agent(), registration = randomUUID()
    for (const [path, key, params] of [['activities/state', 'stateId', { activityId: act, agent: who }], ['activities/state', 'stateId', { activityId: act, agent: who, registration }], ['activities/profile', 'profileId', { activityId: act }], ['agents/profile', 'profileId', { agent: who }]]) {
      const one = { ...params, [key]: 'one' }, bytes = Buffer.from([0, 1, 2, 250])
      await refused(x, 404, 'GET', path, { params: one }, 'before')
      await refused(x, 204, 'PUT', path, { params: one, body: { a: 1, b: { c: 1 } }, headers: { 'If-None-Match': '*' } }, 'put')
      await refused(x, 412, 'PUT', path, { params: one, body: {}, headers: { 'If-None-Match': '*' } }, 'put where something is')
      await refused(x, 409, 'PUT', path, { params: one, body: {} }, 'put without a condition')
      const r = await x('GET', path, { params: one }), etag = r.headers.get('etag')
      must(/^"[0-9a-f]{40}"$/.test(etag) && r.headers.get('last-modified') && r.headers.get('content-type') === 'application/json', `${etag}`)
      equal(r.json, { a: 1, b: { c: 1 } }, 'what was put')
      must((await x('GET', path, { params: one, headers: { 'If-None-Match': etag } })).status === 304, 'unchanged')
      await refused(x, 412, 'POST', path, { params: one, body: { a: 2 }, headers: { 'If-Match': '"0"' } }, 'of another version')
      await refused(x, 204, 'POST', path, { params: one, body: { b: 2, d: 3 }, headers: { 'If-Match': etag } }, 'merged')
      equal((await x('GET', path, { params: one })).json, { a: 1, b: 2, d: 3 }, 'after merging')
      await refused(x, 400, 'POST', path, { params: one, body: '[1]' }, 'merged with a list')
      await refused(x, 400, 'POST', path, { params: one, body: '{' }, 'merged with nothing readable')
      await refused(x, 400, 'POST', path, { params: one, body: 'x', type: 'text/plain' }, 'merged with a text')
      await refused(x, 204, 'PUT', path, { params: { ...params, [key]: 'two' }, body: bytes, type: 'application/octet-stream', headers: { 'If-None-Match': '*' } }, 'bytes')
      const two = await x('GET', path, { params: { ...params, [key]: 'two' } })
      must(two.bytes.equals(bytes) && two.headers.get('content-type') === 'application/octet-stream', 'the bytes')
      equal((await x('GET', path, { params })).json, ['one', 'two'], 'the list')
      equal((await x('GET', path, { params: { ...params, since: '2099-01-01T00:00:00Z' } })).json, [], 'the list since')
      await refused(x, 412, 'DELETE', path, { params: one, headers: { 'If-Match': '"0"' } }, 'deleted in another version')
      await refused(x, 204, 'DELETE', path, { params: one }, 'deleted')
      await refused(x, 404, 'GET', path, { params: one }, 'after')
      for (const bad of [{ ...params, [key]: 'x', other: '1' }, { [key]: 'x' }]) await refused(x, 400, 'GET', path, { params: bad }, JSON.stringify(bad))
    }
    await refused(x, 204, 'DELETE', 'activities/state', { params: { activityId: act, agent: who } }, 'all states')
    equal((await x('GET', 'activities/state', { params: { activityId: act, agent: who } })).json, [], 'no state')
    await refused(x, 400, 'DELETE', 'agents/profile', { params: { agent: who } }, 'all profiles')
    await refused(old, 204, 'PUT', 'activities/state', { params: { activityId: act, agent: who, stateId: 's' }, body: { a: 1 } }, 'in 1.0.3')
    await refused(old, 204, 'PUT', 'activities/state', { params: { activityId: act, agent: who, stateId: 's' }, body: { a: 2 } }, 'a state in 1.0.3 needs no condition')
    await refused(old, 400, 'PUT', 'agents/profile', { params: { agent: who, profileId: 'new' }, body: {} }, 'a profile in 1.0.3 does')
  },
  async '4.1.6.3, 4.1.6.4 agents and activities: all that statements say of them'({ x }) {
    const act = activity(), who = agent()
    await send(x, statement({ actor: { ...who, name: 'One' }, object: { ...act, definition: { name: { en: 'x' }, type: 'http://example.org/t' } } }))
    await send(x, statement({ actor: { ...who, name: 'Two' }, object: { ...act, definition: { name: { de: 'y' } } } }))
    equal((await x('GET', 'activities', { params: { activityId: act.id } })).json.definition, { name: { en: 'x', de: 'y' }, type: 'http://example.org/t' }, 'the activity')
    const p = (await x('GET', 'agents', { params: { agent: who } })).json
    equal([p.objectType, p.name, p.mbox], ['Person', ['One', 'Two'], [who.mbox]], 'the person')
    equal((await x('GET', 'activities', { params: { activityId: activity().id } })).json.objectType, 'Activity', 'an unknown activity')
    for (const [path, params] of [['activities', {}], ['activities', { activityId: 'x' }], ['agents', {}], ['agents', { agent: { name: 'x' } }], ['about', { x: '1' }]]) await refused(x, 400, 'GET', path, { params }, path)
  },
  async 'sixteen clients write about the same people and activities at once, and all is stored'({ x, count }) {
    const act = activity().id, who = [agent(), agent(), agent()], before = count(), rounds = 6, size = 20
    const batch = i => Array.from({ length: size }, (_, k) => statement({ actor: { ...who[(i + k) % 3], name: `n${k % 4}` }, object: { objectType: 'Activity', id: act, definition: { name: { en: `name ${(i * 7 + k) % 5}` } } }, context: { contextActivities: { parent: [{ id: `${act}/p${k % 3}`, definition: { name: { en: `p${i}` } } }] } } }))
    const answers = await Promise.all(Array.from({ length: 16 }, async (_, i) => {
      for (let r = 0; r < rounds; r++) {
        const a = await x('POST', 'statements', { body: batch(i) })
        if (a.status !== 200) return `${a.status} ${a.text}`
      }
      return ''
    }))
    must(answers.every(a => a === ''), answers.find(a => a))
    equal(count() - before, 16 * rounds * size, 'statements')
  },
  async 'what names a person is told to her and deleted with her'({ x, db, base, run }) {
    const id = query(db, "SELECT person_id FROM identity ORDER BY person_id LIMIT 1"), mail = query(db, `SELECT email FROM identity WHERE person_id = ${id}`), who = { mbox: `mailto:${mail}` }, other = agent()
    const mine = await send(x, statement({ actor: who })), named = await send(x, statement({ actor: other, context: { instructor: who } })), about = await send(x, statement({ actor: other, object: { objectType: 'StatementRef', id: mine } }))
    await refused(x, 204, 'PUT', 'agents/profile', { params: { agent: who, profileId: 'p' }, body: {}, headers: { 'If-None-Match': '*' } }, 'a document')
    const told = JSON.parse(run(['export', 'person', '--db', db, '--id', id]).out)
    must(JSON.stringify(told).includes(mine) && JSON.stringify(told).includes(named), 'it is not told')
    run(['erase', 'person', '--db', db, '--id', id, '--yes'])
    for (const gone of [mine, named]) await refused(x, 404, 'GET', 'statements', { params: { statementId: gone } }, 'deleted')
    equal(await found(x, { agent: who, related_agents: 'true' }), [], 'nothing names her')
    must((await found(x, { agent: other })).includes(about), 'what others said of others stays')
    equal((await x('GET', 'agents/profile', { params: { agent: who } })).json, [], 'no document')
    equal(Number(query(db, 'SELECT count(*) FROM xapi_ref r WHERE NOT EXISTS (SELECT 1 FROM xapi_statement s WHERE s.seq = r.seq)')), 0, 'nothing points nowhere')
  },
}

for (const engine of engines()) {
  const db = empty(engine), run = args => {
    const r = cadre(bin, args)
    must(r.status === 0, `cadre ${args.join(' ')}: ${r.err}`)
    return r
  }
  run(['demo', '--db', db, '--people', '40'])
  query(db, 'DELETE FROM outbox') // what the demo wants to send
  const server = await serve(bin, db), make = (may = 'statements/write statements/read state profile', n = 1000000) =>
    run(['xapi', 'client', '--db', db, '--name', 'Test', '--may', may, '--per-minute', String(n), '--base-url', server.base]).out.trim()
  const login = make(), count = () => Number(query(db, 'SELECT count(*) FROM xapi_statement'))
  const s = { base: server.base, db, bin, engine, mixed, attached, login, make, count, run, x: client(server.base, login, '2.0.0'), old: client(server.base, login, '1.0.3'), plain: client(server.base, login, null) }
  for (const [name, test] of Object.entries({ ...site, ...tests })) {
    if (!name.includes(only)) continue
    const begin = Date.now()
    try {
      await test(s)
      tally.pass(`${name} (${engine})`, Date.now() - begin)
    } catch (e) {
      tally.fail(`${name} (${engine})`, e.stack)
    }
  }
  const problem = await server.stop()
  if (problem) tally.fail(`the server ended badly (${engine})`, problem)
}
if (engines().length === 1) tally.skip('the record store on PostgreSQL', 'CADRE_TEST_PG is not set')
tally.end()
process.exit() // what a failed test left open does not hold it
