// People and groups from another system (SCIM 2.0), judged by scimmy: its schemas read what Cadre answers, its PatchOp and Filter say what must come of
// the same question.
import { link } from '../../lib/site.mjs'
import { Client } from '../../lib/client.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const same = (a, b, why) => must(JSON.stringify(a) === JSON.stringify(b), `${why}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`)
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User', GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

async function signedIn(site, base, who) {
  const client = new Client(base)
  await client.get(new URL(link(site.bin, site.db, base, who)).pathname)
  return client
}

// A client of the interface, with a key that may do this and nothing else.
async function begin(site, scope = 'ROSTER_SYNC') {
  const { base } = await site.serve(), admin = await signedIn(site, base, 'administrator')
  await admin.get('/account/tokens')
  const made = await admin.submit({ name: 'Directory', scopes: scope, days: '30' }, '/account/tokens')
  const key = /cadre_[\w-]{43}/.exec(made.text)?.[0]
  must(key, `no key was made: ${made.status}`)
  const { default: scimmy } = await site.peer('scimmy')
  const ask = async (method, path, body, headers = {}) => {
    const r = await fetch(`${base}/scim/v2${path}`, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }), ...headers },
      body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) })
    const text = await r.text(), type = r.headers.get('content-type') ?? ''
    must(text === '' || /^application\/scim\+json/.test(type), `${method} ${path}: ${r.status} as ${type}`)
    return { status: r.status, headers: r.headers, json: text === '' ? null : JSON.parse(text) }
  }
  // An answer that must be an error of this kind.
  const refused = async (status, type, method, path, body, headers) => {
    const r = await ask(method, path, body, headers)
    must(r.status === status, `${method} ${path}: ${r.status}, not ${status}: ${JSON.stringify(r.json)}`)
    must(r.json.schemas[0] === 'urn:ietf:params:scim:api:messages:2.0:Error' && r.json.status === String(status) && r.json.detail.length > 5, `${method} ${path}: not an error of SCIM`)
    if (type) must(r.json.scimType === type, `${method} ${path}: ${r.json.scimType}, not ${type}`)
    if (['uniqueness', 'invalidFilter', 'invalidSyntax', 'invalidPath', 'noTarget', 'invalidValue', 'mutability'].includes(type)) {
      let theirs = null // reading an error, scimmy throws what it says
      try { new scimmy.Messages.ErrorResponse(r.json) } catch (e) { theirs = e }
      must(theirs?.scimType === type, `${method} ${path}: scimmy reads ${theirs}`)
    }
  }
  return { base, admin, scimmy, ask, refused }
}

// As scimmy's schema reads it, without what only one side says.
const read = (scimmy, u) => {
  const { meta, ...rest } = JSON.parse(JSON.stringify(new scimmy.Schemas.User(u, 'out')))
  must(meta.resourceType === 'User' && /^W\/".+"$/.test(u.meta.version) && u.meta.location.endsWith(`/Users/${u.id}`), 'meta')
  const { schemas, ...told } = rest
  return told
}
const order = o => Object.fromEntries(Object.entries(o).sort().map(([k, v]) => [k, v && typeof v === 'object' && !Array.isArray(v) ? order(v) : v]))

export const jobs = {
  async 'SCIM: people are made, found, changed as directories send it, and shut out'(site) {
    const { base, scimmy, ask, refused } = await begin(site)
    // what the server says of itself
    const config = await ask('GET', '/ServiceProviderConfig')
    new scimmy.Schemas.ServiceProviderConfig(config.json, 'out')
    must(config.json.patch.supported === true && config.json.etag.supported === true && config.json.bulk.supported === false, 'ServiceProviderConfig')
    for (const one of (await ask('GET', '/ResourceTypes')).json.Resources) {
      new scimmy.Schemas.ResourceType(one, 'out')
      const schema = (await ask('GET', `/Schemas/${one.schema}`)).json
      for (const attribute of schema.attributes) {
        const theirs = scimmy.Schemas[one.name].definition.attribute(attribute.name)
        must(theirs.type === attribute.type && theirs.config.multiValued === attribute.multiValued, `${one.name}.${attribute.name} is declared otherwise than in RFC 7643`)
        for (const sub of attribute.subAttributes ?? []) must(theirs.subAttributes.some(s => s.name === sub.name), `${attribute.name}.${sub.name} is none of RFC 7643`)
      }
    }
    // a person
    const ada = { schemas: [USER], userName: 'Ada.New@example.org', externalId: 'x-1', name: { givenName: 'Ada', familyName: 'New' }, emails: [{ value: 'home@example.org', type: 'home' }, { value: 'ada.new@example.org', type: 'work', primary: true }],
      preferredLanguage: 'de-AT', timezone: 'Europe/Vienna', active: true, title: 'Registrar', roles: [{ value: 'administrator' }], 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Surgery' } }
    const made = await ask('POST', '/Users', ada), id = made.json.id
    must(made.status === 201 && made.headers.get('location') === made.json.meta.location && made.headers.get('etag') === made.json.meta.version, `not made: ${made.status} ${JSON.stringify(made.json)}`)
    must(made.json.preferredLanguage === 'de' && made.json.displayName === 'Ada New' && made.json.emails.length === 1 && !('title' in made.json), 'what is kept')
    must(site.query(`SELECT COUNT(*) FROM role_grant WHERE person_id = ${id}`) === '0' && site.query(`SELECT COUNT(*) FROM membership WHERE person_id = ${id}`) === '0', 'she was given a role')
    await refused(409, 'uniqueness', 'POST', '/Users', { ...ada, emails: [] })
    await refused(409, 'uniqueness', 'POST', '/Users', { ...ada, userName: 'another' })
    // found
    for (const filter of ['userName eq "ada.new@EXAMPLE.org"', 'externalId eq "x-1"', `id eq "${id}"`, 'emails[type eq "work"].value eq "ada.new@example.org"', 'userName sw "ada.n" and active eq true', 'displayName eq "Ada New"',
      'displayName sw "ada"', 'externalId eq "nobody"', `${USER}:userName eq "ada.new@example.org"`, 'userName eq "ada.new@example.org" and active eq false', 'emails.value eq "ada.new@example.org" and name.familyName co "E"']) {
      const r = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      must(r.status === 200, `${filter}: ${r.status} ${JSON.stringify(r.json)}`)
      new scimmy.Messages.ListResponse(r.json.Resources, { startIndex: r.json.startIndex, totalResults: r.json.totalResults })
      const theirs = new scimmy.Types.Filter(filter.replace(`${USER}:`, '').toLowerCase().replace('familyname', 'familyName').replace('displayname', 'displayName').replace('username', 'userName').replace('externalid', 'externalId'))
      const folded = JSON.parse(JSON.stringify(made.json).toLowerCase().replace('"username"', '"userName"').replace('"displayname"', '"displayName"').replace('"externalid"', '"externalId"').replace('"familyname"', '"familyName"'))
      must(theirs.match([folded]).length === r.json.Resources.filter(u => u.id === id).length, `${filter}: found ${r.json.totalResults}`)
    }
    for (const bad of ['userName', 'userName eq', 'userName eq "a" or active eq true', 'not (userName eq "a")', 'active eq true', 'title eq "x"', 'userName eq "a', 'userName eq "a" and', 'emails[type eq "work"', `userName eq "${'a'.repeat(2100)}"`, 'userName gt "a"', 'userName eq "\\u0000"', ''])
      await refused(400, 'invalidFilter', 'GET', `/Users?filter=${encodeURIComponent(bad)}`)
    // pages
    const all = (await ask('GET', '/Users?count=0')).json
    must(all.totalResults > 30 && all.Resources.length === 0, 'count=0 counts')
    const seen = new Set()
    for (let at = 1; at <= all.totalResults; at += 7) for (const u of (await ask('GET', `/Users?startIndex=${at}&count=7`)).json.Resources) seen.add(u.id)
    must(seen.size === all.totalResults, 'pages hold everybody once')
    await refused(400, 'invalidValue', 'GET', '/Users?count=many')
    const some = (await ask('GET', `/Users/${id}?attributes=userName,name.givenName`)).json
    same(Object.keys(some).sort(), ['id', 'name', 'schemas', 'userName'], 'attributes'); same(Object.keys(some.name), ['givenName'], 'attributes within')
    const less = (await ask('GET', `/Users/${id}?excludedAttributes=emails,name.formatted`)).json
    must(!('emails' in less) && !('formatted' in less.name) && less.name.givenName === 'Ada', 'excludedAttributes')
    // the same operations, done by scimmy
    let now = made.json
    const patches = [
      [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'ada2@example.org' }],
      [{ op: 'replace', value: { 'name.familyName': 'Newer', displayName: 'Ada N.' } }],
      [{ op: 'Add', path: 'externalId', value: 'x-2' }, { op: 'replace', path: 'name.givenName', value: 'Adah' }],
      [{ op: 'remove', path: 'externalId' }],
      [{ op: 'replace', path: `${USER}:displayName`, value: 'Dr Ada' }],
      [{ op: 'Replace', path: 'name', value: { givenName: 'Ada', familyName: 'New' } }],
    ]
    for (const Operations of patches) {
      const theirs = new scimmy.Schemas.User(now, 'out')
      const wanted = await new scimmy.Messages.PatchOp({ schemas: [PATCH], Operations: Operations.map(o => ({ ...o, op: o.op.toLowerCase(), ...(o.path ? { path: o.path.replace(`${USER}:`, '') } : {}) })) }).apply(theirs, async v => v)
      const r = await ask('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations })
      must(r.status === 200, `${JSON.stringify(Operations)}: ${r.status} ${JSON.stringify(r.json)}`)
      const a = read(scimmy, r.json), b = read(scimmy, { ...JSON.parse(JSON.stringify(wanted ?? theirs)), meta: now.meta })
      delete a.name.formatted; delete b.name.formatted
      same(order(a), order(b), JSON.stringify(Operations))
      now = r.json
    }
    // as they deviate
    for (const value of ['False', 'True', [{ $ref: null, value: 'False' }], true, false, 'true']) {
      now = (await ask('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'Replace', path: 'active', value }] })).json
      must(now.active === /true/i.test(JSON.stringify(value)), `active as ${JSON.stringify(value)}`)
    }
    now = (await ask('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'replace', value: { id, active: true, 'emails[type eq "work"].value': 'ada3@example.org', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department': 'x', [USER]: { displayName: 'A.' } } }] })).json
    must(now.emails[0].value === 'ada3@example.org' && now.displayName === 'A.', 'keys that are paths')
    must((await ask('PATCH', `/Users/${id}`, { Operations: { op: 'add', path: 'phoneNumbers[type eq "work"].value', value: '1' } })).json.meta.version === now.meta.version, 'what is not kept changes nothing')
    // versions
    must((await ask('GET', `/Users/${id}`, undefined, { 'if-none-match': now.meta.version })).status === 304, '304')
    await refused(412, null, 'PUT', `/Users/${id}`, ada, { 'if-match': 'W/"1.1.1"' })
    now = (await ask('PUT', `/Users/${id}`, { schemas: [USER], id: '1', userName: 'ada', name: { givenName: 'Ada', familyName: 'New' }, emails: [{ value: 'ada@example.org' }] }, { 'if-match': now.meta.version })).json
    must(now.userName === 'ada' && now.externalId === undefined && now.displayName === 'Ada New' && now.emails[0].value === 'ada@example.org' && now.active === true && now.id === id, 'replaced')
    // shut out at once: her session and her links
    const hers = await signedIn(site, base, 'ada@example.org')
    must((await hers.get('/home')).status === 200, 'she is signed in')
    now = (await ask('PATCH', `/Users/${id}`, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] })).json
    const after = await hers.get('/home')
    must(after.status === 303 && /sign-in/.test(after.headers.get('location')), `her session goes on: ${after.status}`)
    must(site.query(`SELECT COUNT(*) FROM identity WHERE person_id = ${id}`) === '1', 'the record is gone')
    must((await ask('DELETE', `/Users/${id}`)).status === 204, 'DELETE')
    for (const [method, body] of [['GET'], ['PUT', ada], ['PATCH', { Operations: [{ op: 'replace', path: 'active', value: true }] }], ['DELETE']]) await refused(404, null, method, `/Users/${id}`, body)
    must((await ask('GET', '/Users?filter=userName%20eq%20%22ada%22')).json.totalResults === 0 && (await ask('GET', '/Users?count=0')).json.totalResults === all.totalResults - 1, 'who was deleted is not found')
    must(site.query(`SELECT COUNT(*) FROM identity WHERE person_id = ${id}`) === '1', 'the record stays')
    // and back again: the same person, another resource
    const back = await ask('POST', '/Users', { schemas: [USER], userName: 'ada', emails: [{ value: 'ada@example.org' }], name: { givenName: 'Ada', familyName: 'New' } })
    must(back.status === 201 && back.json.id !== id && site.query("SELECT COUNT(*) FROM identity WHERE email_key = 'ada@example.org'") === '1', 'she comes back as herself')
    await refused(404, null, 'GET', `/Users/${id}`)
    // what she can take along, and what goes with her
    const file = JSON.parse(site.run(['export', 'person', '--db', site.db, '--id', id]))
    must(JSON.stringify(file).includes('"user_name":"ada"'), 'her export')
    site.run(['erase', 'person', '--db', site.db, '--id', id, '--yes'])
    must(site.query(`SELECT COUNT(*) FROM scim_user WHERE person_id = ${id}`) === '0', 'what names her stays behind')
    await refused(404, null, 'GET', `/Users/${back.json.id}`)
    return undefined
  },

  async 'SCIM: groups are names until an administrator says what they are; then members follow'(site) {
    const { base, admin, scimmy, ask, refused } = await begin(site)
    const ids = []
    for (const n of [1, 2, 3]) ids.push((await ask('POST', '/Users', { schemas: [USER], userName: `g${n}@example.org`, emails: [{ value: `g${n}@example.org` }], name: { givenName: 'Group', familyName: `Member${n}` } })).json.id)
    const made = await ask('POST', '/Groups', { schemas: [GROUP], displayName: 'Residents', externalId: 'grp', members: [{ value: ids[0] }] }), group = made.json.id
    must(made.status === 201, `${made.status} ${JSON.stringify(made.json)}`)
    const members = g => (g.members ?? []).map(m => m.value).sort()
    const patch = async (...Operations) => {
      const before = (await ask('GET', `/Groups/${group}`)).json, theirs = new scimmy.Schemas.Group(before, 'out')
      const r = await ask('PATCH', `/Groups/${group}`, { schemas: [PATCH], Operations })
      must(r.status === 200, `${JSON.stringify(Operations)}: ${r.status} ${JSON.stringify(r.json)}`)
      const standard = Operations.every(o => o.op === o.op.toLowerCase() && !(o.op === 'remove' && o.value))
      if (standard) {
        const wanted = JSON.parse(JSON.stringify(await new scimmy.Messages.PatchOp({ schemas: [PATCH], Operations }).apply(theirs, async v => v) ?? theirs))
        same(members(r.json), members(wanted), JSON.stringify(Operations))
        must(r.json.displayName === wanted.displayName, 'displayName')
      }
      return members(r.json)
    }
    same(await patch({ op: 'add', path: 'members', value: [{ value: ids[1] }, { value: ids[2] }] }), [...ids].sort(), 'added')
    same(await patch({ op: 'remove', path: `members[value eq "${ids[1]}"]` }), [ids[0], ids[2]].sort(), 'removed by a filter')
    same(await patch({ op: 'Remove', path: 'members', value: [{ value: ids[2] }] }), [ids[0]], 'removed by a list')
    same(await patch({ op: 'Add', path: 'members', value: [{ value: ids[2] }] }), [ids[0], ids[2]].sort(), 'added again')
    same(await patch({ op: 'replace', value: { id: group, displayName: 'All residents' } }), [ids[0], ids[2]].sort(), 'renamed')
    same(await patch({ op: 'replace', path: 'members', value: [{ value: ids[0] }, { value: ids[1] }] }), [ids[0], ids[1]].sort(), 'replaced')
    for (const [filter, n] of [['displayName eq "all RESIDENTS"', 1], ['externalId eq "grp"', 1], [`id eq "${group}"`, 1], ['displayName sw "all"', 1], ['displayName eq "residents"', 0]])
      must((await ask('GET', `/Groups?filter=${encodeURIComponent(filter)}&excludedAttributes=members`)).json.totalResults === n, filter)
    must(!('members' in (await ask('GET', `/Groups/${group}?excludedAttributes=members`)).json), 'excludedAttributes')
    await refused(400, 'invalidFilter', 'GET', '/Groups?filter=members%20eq%20%22x%22')
    await refused(400, 'invalidValue', 'PATCH', `/Groups/${group}`, { Operations: [{ op: 'add', path: 'members', value: [{ value: '12' }] }] })
    await refused(400, 'invalidValue', 'PATCH', `/Groups/${group}`, { Operations: [{ op: 'add', path: 'members', value: [{ value: group, type: 'Group' }] }] })
    must(site.query(`SELECT COUNT(*) FROM membership WHERE source = 'scim'`) === '0', 'a group that stands for nothing brings nobody anywhere')
    // what it stands for
    const cohort = site.query('SELECT id FROM cohort ORDER BY id LIMIT 1'), programme = site.query(`SELECT programme_id FROM cohort WHERE id = ${cohort}`)
    const inside = () => site.query(`SELECT person_id FROM membership WHERE source = 'scim' AND cohort_id = ${cohort} AND state = 'active' ORDER BY person_id`).split('\n').filter(Boolean).sort()
    const list = await admin.get('/site/scim')
    must(list.text.includes('All residents'), 'the page names the group')
    const asked = await admin.get(`/site/scim/${group}?is=c${cohort}`)
    must(/2 people join/.test(asked.text), 'what will happen is said')
    same(inside(), [], 'looking changes nothing')
    const done = await admin.submit({}, `/site/scim/${group}/choose`)
    must(done.status === 303, `decided: ${done.status}`)
    same(inside(), [ids[0], ids[1]].sort(), 'brought in')
    await patch({ op: 'add', path: 'members', value: [{ value: ids[2] }] })
    same(inside(), [...ids].sort(), 'who is added joins')
    await patch({ op: 'remove', path: `members[value eq "${ids[0]}"]` })
    same(inside(), [ids[1], ids[2]].sort(), 'who is removed leaves')
    // what was done by hand stays
    const person = site.query(`SELECT m.person_id FROM membership m JOIN identity i ON i.person_id = m.person_id WHERE m.cohort_id = ${cohort} AND m.source <> 'scim' AND m.state = 'active' AND m.end_day IS NULL ORDER BY m.person_id LIMIT 1`)
    must(person !== '', 'the demo has a member')
    await patch({ op: 'add', path: 'members', value: [{ value: person }] })
    await patch({ op: 'remove', path: `members[value eq "${person}"]` })
    must(site.query(`SELECT COUNT(*) FROM membership WHERE person_id = ${person} AND programme_id = ${programme} AND state = 'active' AND end_day IS NULL`) === '1', 'a member by another hand was taken out')
    must((await ask('DELETE', `/Users/${ids[1]}`)).status === 204, 'DELETE of a member')
    same(inside(), [ids[2]], 'who is deleted leaves what the group brought her into')
    must((await ask('DELETE', `/Groups/${group}`)).status === 204, 'DELETE of the group')
    await refused(404, null, 'GET', `/Groups/${group}`)
    same(inside(), [], 'the group takes out whom it brought in')
  },

  async 'SCIM: who may not is refused, and bad input changes nothing'(site) {
    const { base, ask, refused } = await begin(site)
    for (const headers of [{}, { authorization: 'Bearer cadre_nothing' }]) {
      const r = await fetch(`${base}/scim/v2/Users`, { headers }), body = await r.json()
      must(r.status === 401 && body.status === '401' && r.headers.get('www-authenticate'), `without a key: ${r.status} ${JSON.stringify(body)} ${r.headers.get('www-authenticate')}`)
    }
    const other = await begin(site, 'PERSON_LIST')
    await other.refused(403, null, 'GET', '/Users')
    await other.refused(403, null, 'POST', '/Users', { userName: 'x', displayName: 'X' })
    const before = site.query('SELECT COUNT(*) FROM identity') + site.query('SELECT COUNT(*) FROM scim_user') + site.query('SELECT COUNT(*) FROM scim_group')
    const deep = '{"a":'.repeat(500) + '1' + '}'.repeat(500)
    for (const bad of ['', '{', '[]', '"x"', '{"userName":"a","userName":"b"}', deep, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '{"userName":"a\\u0000b"}', '{"userName":"a","active":123456789012345678901234567890}']) {
      await refused(400, 'invalidSyntax', 'POST', '/Users', bad)
      await refused(400, 'invalidSyntax', 'POST', '/Groups', bad)
    }
    for (const bad of [{}, { userName: 7 }, { userName: {} }, { userName: ['a', 'b'] }, { userName: 'a', displayName: 'x'.repeat(500) }, { userName: 'a', emails: [{ value: 'no address' }] }, { userName: 'a', emails: 7 }, { userName: 'a', active: 'maybe' },
      { userName: 'a', timezone: 'Mars/Olympus' }, { userName: 'a', name: 'A' }, { userName: 'x'.repeat(3000) }, { userName: 1e308 }])
      await refused(400, 'invalidValue', 'POST', '/Users', bad)
    for (const bad of [{ displayName: '' }, { displayName: 'a', members: 7 }, { displayName: 'a', members: [{ value: {} }] }, { displayName: 'a', members: [{ value: '99999999999999999999' }] }, { displayName: 'x'.repeat(300) }]) await refused(400, 'invalidValue', 'POST', '/Groups', bad)
    const one = (await ask('GET', '/Users?count=1')).json.Resources[0]
    for (const [type, Operations] of [['invalidSyntax', undefined], ['invalidSyntax', []], ['invalidSyntax', [7]], ['invalidSyntax', [{ op: 'move', path: 'active', value: true }]], ['noTarget', [{ op: 'remove' }]], ['invalidValue', [{ op: 'add', path: 'displayName' }]],
      ['invalidPath', [{ op: 'replace', path: 'emails[', value: 'x' }]], ['invalidPath', [{ op: 'replace', path: 'a b', value: 'x' }]], ['mutability', [{ op: 'replace', path: 'id', value: '5' }]], ['mutability', [{ op: 'remove', path: 'userName' }]], ['invalidValue', [{ op: 'replace', value: 'x' }]],
      ['invalidValue', [{ op: 'replace', path: 'displayName', value: 'Half done' }, { op: 'replace', path: 'active', value: 'maybe' }]]])
      await refused(400, type, 'PATCH', `/Users/${one.id}`, { schemas: [PATCH], Operations })
    must((await ask('GET', `/Users/${one.id}`)).json.meta.version === one.meta.version, 'a part of a refused request was kept')
    await refused(415, null, 'POST', '/Users', '<x/>', { 'content-type': 'text/xml' })
    await refused(413, null, 'POST', '/Users', `{"userName":"${'a'.repeat(2 << 20)}"}`).catch(e => { if (!/as text|as application\/problem|fetch failed/.test(e.message)) throw e })
    await refused(404, null, 'GET', '/Users/x')
    await refused(404, null, 'GET', '/Users/99999999999999999999')
    await refused(404, null, 'GET', '/Nothing')
    // the last administrator is not shut out, and her address is not moved by another system
    const admin = site.query("SELECT person_id FROM role_grant WHERE role = 'administrator' ORDER BY id LIMIT 1")
    await refused(403, null, 'PATCH', `/Users/${admin}`, { Operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'thief@example.org' }] })
    if (site.query("SELECT COUNT(DISTINCT person_id) FROM role_grant WHERE role = 'administrator'") === '1') await refused(409, null, 'PATCH', `/Users/${admin}`, { Operations: [{ op: 'replace', path: 'active', value: false }] })
    must(before === site.query('SELECT COUNT(*) FROM identity') + site.query('SELECT COUNT(*) FROM scim_user') + site.query('SELECT COUNT(*) FROM scim_group'), 'something was stored in part')
    must(/(Users|Groups): /.test(site.query('SELECT refused FROM scim_heard')) && !site.query('SELECT refused FROM scim_heard').includes('@'), 'what was refused is told by its kind')
  },
}
