// Badges (Open Badges 3.0), checked by another library: what Cadre signs is good with the keys that it publishes, a changed byte is not, what was
// withdrawn stands on the status list, and the pictures hold the same credential.
import { gunzipSync } from 'node:zlib'
import { Client } from '../../lib/client.mjs'
import { holds } from '../../lib/patience.mjs'
import { link } from '../../lib/site.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const same = (a, b, what) => must(JSON.stringify(a) === JSON.stringify(b), `${what}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`)
const part = (jwt, i) => JSON.parse(Buffer.from(jwt.split('.')[i], 'base64url').toString())

// CRC-32 as PNG counts it; Debian 12's Node has none to offer.
function crc32(bytes) {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

// As the standard says: the first iTXt chunk with the keyword; its checks are counted anew.
function fromPng(bytes) {
  must(bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])), 'not a PNG')
  for (let at = 8; at < bytes.length;) {
    const n = bytes.readUInt32BE(at), type = bytes.toString('latin1', at + 4, at + 8), body = bytes.subarray(at + 8, at + 8 + n)
    must(crc32(bytes.subarray(at + 4, at + 8 + n)) === bytes.readUInt32BE(at + 8 + n), `the check of ${type} is wrong`)
    if (type === 'iTXt' && body.toString('latin1', 0, 20) === 'openbadgecredential\0') {
      same([...body.subarray(20, 24)], [0, 0, 0, 0], 'compression, method, language, keyword')
      return body.toString('utf8', 24)
    }
    at += 12 + n
  }
  throw new Error('no credential in the PNG')
}
const fromSvg = text => /<svg [^>]*xmlns:openbadges="https:\/\/purl\.imsglobal\.org\/ob\/v3p0"[^>]*>\s*<openbadges:credential verify="([\w.-]+)"><\/openbadges:credential>/.exec(text)[1]

async function signIn(site, base, who) {
  const client = new Client(base)
  await client.get(link(site.bin, site.db, base, who))
  must(client.page.status === 303, `signing in as ${who}: ${client.page.status}`)
  return client
}

// Somebody whose badge is valid, signed in, with her credential in its three forms.
async function owner(site, server) {
  const [award, person, badge] = site.query(`SELECT w.id, w.person_id, w.badge_id FROM badge_award w JOIN badge b ON b.id = w.badge_id WHERE w.revoked_at IS NULL AND b.earn = 'hand' ORDER BY w.id LIMIT 1`).split('|')
  const email = site.query(`SELECT email FROM identity WHERE person_id = ${person}`)
  const client = await signIn(site, server.base, email)
  const file = async kind => (await client.get(`/badges/mine/${award}/file/${kind}`))
  return { award, person, badge, email, client, file }
}

async function check(base, given) {
  const visitor = new Client(base)
  await visitor.get('/badges/v')
  const body = new FormData()
  for (const [k, v] of Object.entries({ file: new Blob([]), text: '', email: '', ...given })) typeof v === 'string' ? body.append(k, v) : body.append(k, v, 'badge')
  const r = await visitor.request('POST', '/badges/v', { body, headers: { accept: 'application/json' } })
  return { status: r.status, ...JSON.parse(r.text) }
}

export const jobs = {
  async 'a badge is signed, checked with the published keys, and the same in every file'(site) {
    const server = await site.serve(), { base } = server, { createRemoteJWKSet, importJWK, jwtVerify } = await site.peer('jose')
    const her = await owner(site, server)
    const file = await her.file('jwt')
    must(file.status === 200 && /^text\/plain/.test(file.headers.get('content-type')), `the credential is not there: ${file.status}`)
    const jwt = file.text
    same((await her.file('jwt')).text, jwt, 'asked again')
    same(fromPng((await her.file('png')).bytes), jwt, 'the PNG')
    same(fromSvg((await her.file('svg')).text), jwt, 'the SVG')

    const { payload, protectedHeader } = await jwtVerify(jwt, createRemoteJWKSet(new URL(`${base}/badges/keys`)), { algorithms: ['RS256'] })
    same(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ'], 'the header')
    must(protectedHeader.typ === 'JWT', 'typ')
    await jwtVerify(jwt, await importJWK(await (await fetch(protectedHeader.kid)).json(), 'RS256'))
    const shared = await (await fetch(`${base}/.well-known/jwks.json`)).json()
    must(shared.keys.some(k => protectedHeader.kid.endsWith(`/${k.kid}`)), 'the key is not among those of the site')

    same(payload['@context'], ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'], 'the context')
    same(payload.type, ['VerifiableCredential', 'OpenBadgeCredential'], 'the type')
    same([payload.iss, payload.jti, payload.sub], [payload.issuer.id, payload.id, payload.credentialSubject.id], 'the claims')
    same([payload.nbf, payload.exp], [Date.parse(payload.validFrom) / 1000, Date.parse(payload.validUntil) / 1000], 'the dates')
    const { achievement, identifier: [identity] } = payload.credentialSubject
    same(achievement.type, ['Achievement'], 'the achievement')
    const { createHash } = await import('node:crypto')
    same(identity.identityHash, `sha256$${createHash('sha256').update(her.email.toLowerCase() + identity.salt).digest('hex')}`, 'the identity')
    must(!JSON.stringify(payload).includes(her.email), 'the address stands in the credential')
    must(!JSON.stringify(payload).includes(her.person), 'the number of the person stands in the credential')
    must(achievement.alignment.length === 1 && achievement.alignment[0].targetType === 'CFItem', 'the alignment')
    for (const url of [payload.issuer.id, achievement.id]) {
      const r = await fetch(url, { headers: { accept: 'application/json' } }), o = await r.json()
      must(r.status === 200 && o.id === url && r.headers.get('access-control-allow-origin') === '*', `${url} does not answer as it is called`)
    }
    must((await fetch(achievement.image.id)).headers.get('content-type') === 'image/png', 'the picture')

    for (const given of [{ text: jwt }, { text: `\n ${jwt} ` }, { file: new Blob([(await her.file('png')).bytes]) }, { file: new Blob([(await her.file('svg')).bytes]) }]) {
      const r = await check(base, given)
      same([r.status, r.result, r.good], [200, 'valid', true], 'the check of a badge')
      must(!JSON.stringify(r).includes(her.email), 'the check names her')
    }
    same((await check(base, { text: jwt, email: her.email })).badge.belongs, true, 'her address')
    same((await check(base, { text: jwt, email: 'somebody@example.org' })).badge.belongs, false, 'another address')
  },

  async 'one changed byte, another key, no signature: each is told apart'(site) {
    const server = await site.serve(), { base } = server, { SignJWT, createRemoteJWKSet, generateKeyPair, jwtVerify } = await site.peer('jose')
    const her = await owner(site, server), jwt = (await her.file('jwt')).text, [head, body, signature] = jwt.split('.')
    const keys = createRemoteJWKSet(new URL(`${base}/badges/keys`))
    const changed = (s, i) => s.slice(0, i) + (s[i] === 'A' ? 'B' : 'A') + s.slice(i + 1)
    const renamed = Buffer.from(JSON.stringify({ ...part(jwt, 1), name: 'A greater one' })).toString('base64url')
    for (const bad of [[head, renamed, signature], [head, body, changed(signature, 7)]].map(p => p.join('.'))) {
      must(await jwtVerify(bad, keys).then(() => false, () => true), 'jose takes a changed badge')
      same((await check(base, { text: bad })).result, 'changed', 'a changed badge')
    }
    for (let i = 0; i < jwt.length - 1; i += 101) { // the last character may hold bits that mean nothing
      const bad = changed(jwt, i)
      must(bad === jwt || jwt[i] === '.' || await jwtVerify(bad, keys).then(() => false, () => true), `jose takes a badge with byte ${i} changed`)
      if (i % 505 === 0) must(!(await check(base, { text: bad })).good, `a badge with byte ${i} changed is called good`)
    }
    const { privateKey } = await generateKeyPair('RS256')
    const forge = h => new SignJWT(part(jwt, 1)).setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...h }).sign(privateKey)
    same((await check(base, { text: await forge({ kid: 'https://elsewhere.example/keys/1' }) })).result, 'foreign', 'a foreign key')
    same((await check(base, { text: await forge({ kid: part(jwt, 0).kid }) })).result, 'changed', 'our key named by another')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    must(['unsigned', 'foreign', 'unreadable'].includes((await check(base, { text: `${none}.${body}.AAAA` })).result), 'no signature')
    same((await check(base, { file: new Blob([await (await fetch(`${base}/badges/a/${her.badge}/picture.png`)).arrayBuffer()]) })).result, 'picture', 'a picture without a badge')
    const png = (await her.file('png')).bytes
    same((await check(base, { file: new Blob([png.subarray(0, png.length - 9)]) })).result, 'damaged', 'a picture cut off')
    same((await check(base, { text: 'nonsense' })).result, 'unknown', 'nonsense')
    same((await check(base, { text: '{"type":["OpenBadgeCredential"]}' })).result, 'embedded', 'JSON')
    same((await check(base, {})).status, 422, 'nothing')
    same((await check(base, { text: jwt, file: new Blob([jwt]) })).status, 422, 'both')
    const list = await (await fetch(part(jwt, 1).credentialStatus.statusListCredential)).text()
    same((await check(base, { text: list })).result, 'no_badge', 'the status list is no badge')
  },

  async 'what was withdrawn stands on the status list, and nothing else'(site) {
    const server = await site.serve(), { base } = server, { createRemoteJWKSet, jwtVerify } = await site.peer('jose')
    const her = await owner(site, server), jwt = (await her.file('jwt')).text, status = part(jwt, 1).credentialStatus
    const keys = createRemoteJWKSet(new URL(`${base}/badges/keys`))
    const bit = async () => {
      const r = await fetch(status.statusListCredential)
      must(r.status === 200 && r.headers.get('content-type') === 'application/vc+jwt', 'the list is not there')
      const { payload } = await jwtVerify(await r.text(), keys), { credentialSubject: s } = payload
      same([payload.type, s.type, s.statusPurpose, payload.issuer], [['VerifiableCredential', 'BitstringStatusListCredential'], 'BitstringStatusList', 'revocation', part(jwt, 1).iss], 'the list')
      must(s.encodedList[0] === 'u', 'not multibase base64url')
      const bits = gunzipSync(Buffer.from(s.encodedList.slice(1), 'base64url')), i = Number(status.statusListIndex)
      same(bits.length * 8, 131072, 'the length of the list')
      return { set: (bits[i >> 3] >> (7 - (i & 7))) & 1, all: bits.reduce((n, b) => n + b.toString(2).replace(/0/g, '').length, 0) }
    }
    const before = await bit()
    same(before.set, 0, 'the place before')
    const keeper = await signIn(site, base, 'coordinator')
    await keeper.get(`/badges/given/${her.award}/withdraw`)
    const done = await keeper.submit({ reason: 'Given by mistake.' })
    must(done.status === 303, `withdrawing: ${done.status}`)
    const after = await bit()
    same([after.set, after.all], [1, before.all + 1], 'the place after')
    const r = await check(base, { text: jwt })
    same([r.result, r.good, r.badge.why], ['revoked', false, 'Given by mistake.'], 'the check')

    // Who goes takes it along as withdrawn, and nobody stands beside it.
    site.query(`UPDATE badge_award SET revoked_at = NULL, revoked_by = NULL, revoked_why = '' WHERE id = ${her.award}`)
    same((await bit()).set, 0, 'the place, put back')
    site.run(['erase', 'person', '--db', site.db, '--email', her.email, '--yes'])
    same((await bit()).set, 1, 'the place of who is gone')
    const gone = await check(base, { text: jwt })
    same([gone.result, gone.badge.why], ['revoked', ''], 'the check of who is gone')
    same(site.query(`SELECT count(*) FROM badge_award WHERE id = ${her.award} AND person_id IS NULL AND jwt IS NULL AND token IS NULL AND reason = ''`), '1', 'what is kept')
  },

  async 'a page is public only while its owner shows it'(site) {
    const server = await site.serve(), { base } = server, her = await owner(site, server)
    const name = site.query(`SELECT display_name FROM identity WHERE person_id = ${her.person}`)
    await her.client.get(`/badges/mine/${her.award}`)
    must(/Only you|Nobody but you/.test(her.client.page.text), 'private at first')
    await her.client.get(`/badges/mine/${her.award}/share`)
    await her.client.submit({})
    await her.client.follow()
    const address = /<code>([^<]*\/badges\/v\/[^<]+)<\/code>/.exec(her.client.page.text)[1]
    const open = await fetch(address), text = await open.text()
    must(open.status === 200 && text.includes(name) && open.headers.get('x-robots-tag') === 'noindex', 'the public page')
    await her.client.get(`/badges/mine/${her.award}/share`)
    await her.client.submit({})
    same((await fetch(address)).status, 404, 'shown no longer')
  },

  async 'a published badge is given by itself, and a draft to nobody'(site) {
    const server = await site.serve(), { base } = server, keeper = await signIn(site, base, 'coordinator')
    const programme = site.query(`SELECT programme_id FROM badge ORDER BY id LIMIT 1`)
    const course = site.query(`SELECT o.course_id FROM enrolment e JOIN offering o ON o.id = e.offering_id JOIN course c ON c.id = o.course_id WHERE e.state = 'completed' AND c.programme_id = ${programme} AND c.state = 'published' GROUP BY o.course_id ORDER BY count(*) DESC, o.course_id LIMIT 1`)
    await keeper.get('/badges/new')
    await keeper.submit({ title: 'A course done', about: 'Did a course.', criteria: 'All of it.', earn: `course-${course}`, symbol: 'book', colour: 'blue' })
    must(keeper.page.status === 303, `making it: ${keeper.page.status} ${keeper.page.text.slice(0, 300)}`)
    const path = keeper.page.headers.get('location'), id = path.split('/').pop()
    same((await fetch(`${base}/badges/a/${id}`)).status, 404, 'a draft is not public')
    await keeper.get(`${path}/publish`)
    await keeper.submit({})
    must(keeper.page.status === 303, `publishing it: ${keeper.page.status}`)
    const wanted = site.query(`SELECT count(DISTINCT e.person_id) FROM enrolment e JOIN offering o ON o.id = e.offering_id WHERE e.state = 'completed' AND o.course_id = ${course}`)
    must(Number(wanted) > 0, 'nobody has completed the course')
    must(await holds(() => site.query(`SELECT count(*) FROM badge_award WHERE badge_id = ${id}`) === wanted), `not all ${wanted} have it: ${site.query(`SELECT count(*) FROM badge_award WHERE badge_id = ${id}`)}`)
    same((await fetch(`${base}/badges/a/${id}`)).status, 200, 'public')
    await keeper.get(`${path}/text`)
    same(keeper.page.status, 409, 'what was published stays')
  },
}
