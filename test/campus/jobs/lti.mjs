// Launches from a learning platform (LTI 1.3 Advantage), against the simulator of ../lti_platform.mjs.
import { link } from '../../lib/site.mjs'
import { Client } from '../../lib/client.mjs'
import { holds } from '../../lib/patience.mjs'
import { quizAnswers } from '../../lib/quiz.mjs'
import { AGS, CLAIM, Platform, ROLE } from '../lti_platform.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const equal = (x, y, what) => must(JSON.stringify(x) === JSON.stringify(y), `${what}: ${JSON.stringify(x)} instead of ${JSON.stringify(y)}`)
const path = href => new URL(href, 'http://x').pathname
const LEARNER = { [`${CLAIM}roles`]: [`${ROLE}Learner`] }, TEACHER = { [`${CLAIM}roles`]: [`${ROLE}Instructor`], sub: 'teacher-1', given_name: 'Tariq', family_name: 'Aziz', name: 'Tariq Aziz' }
const opens = what => ({ [`${CLAIM}custom`]: { cadre: what } })
const linked = id => ({ [`${CLAIM}resource_link`]: { id, title: `Link ${id}` } })

// A site, a platform that its administrator entered in the browser, and her browser. more: of the course, once it was seen.
async function campus(site, { by_roster = true, args = [] } = {}) {
  const { base } = await site.serve(args), jose = await site.peer('jose'), admin = new Client(base)
  await admin.get(path(link(site.bin, site.db, base, 'administrator')))
  const programme = site.query('SELECT min(id) FROM programme'), cohort = site.query(`SELECT min(id) FROM cohort WHERE programme_id = ${programme}`)
  return connected({ base, jose, admin, programme, cohort }, 'The simulator', by_roster)
}
// The same site with one more platform.
async function connected(k, name, by_roster) {
  const platform = await Platform.start(k.jose, k.base), { admin } = k
  await admin.get('/site/lti/new')
  await admin.submit({ name, issuer: platform.base, client_id: platform.clientId, deployments: platform.deployment, auth_url: `${platform.base}/auth?from=cadre`, token_url: `${platform.base}/token`, jwks_url: `${platform.base}/certs`, ...(by_roster ? { by_roster: '1' } : {}) })
  must(admin.page.status === 303, `the platform is not taken: ${admin.page.status} ${admin.page.text.slice(0, 2000)}`)
  await admin.follow()
  return { ...k, platform, page: path(admin.page.path) }
}

// The platform's page begins a launch in a browser; what Cadre asks the platform, and the browser.
async function begin(k, who = {}, how = 'GET') {
  const client = new Client(k.base), start = { ...k.platform.start(who), ...who.start }
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', origin: k.platform.base, ...who.headers }
  if (how === 'GET') await client.get(`/lti/login?${new URLSearchParams(start)}`, headers)
  else await client.request('POST', '/lti/login', { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(start).toString() })
  if (client.page.status !== 303) return { client, headers }
  const to = new URL(client.page.headers.get('location')), q = to.searchParams
  must(to.origin === k.platform.base && to.pathname === '/auth' && q.get('from') === 'cadre', `sent to ${to}`)
  equal([q.get('scope'), q.get('response_type'), q.get('response_mode'), q.get('prompt'), q.get('client_id'), q.get('redirect_uri'), q.get('login_hint'), q.get('lti_message_hint')],
    ['openid', 'id_token', 'form_post', 'none', k.platform.clientId, `${k.base}/lti/launch`, start.login_hint, 'page 5'], 'what Cadre asks the platform')
  return { client, headers, state: q.get('state'), nonce: q.get('nonce') }
}
const answer = (b, fields) => b.client.request('POST', '/lti/launch', { headers: { ...b.headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ state: b.state, ...fields }).toString() })

// A launch from its beginning to the page that it leads to.
async function launch(k, more = {}, { how = 'GET', headers } = {}) {
  const b = await begin(k, { sub: more.sub, headers }, how)
  await answer(b, { id_token: await k.platform.sign(k.platform.claims(b.nonce, more)) })
  if (b.client.page.status === 303) await b.client.get(b.client.page.headers.get('location'), { 'sec-fetch-dest': 'document', ...headers })
  return b.client
}
const where = client => client.page.headers.get('location')

// The administrator says what the course is here; it is there once somebody tried.
async function place(k, { cohort = k.cohort, instructor = 'none', may_add = true } = {}) {
  await launch(k)
  await k.admin.get(k.page)
  const course = /\/site\/lti\/courses\/\d+/.exec(k.admin.page.text)?.[0]
  must(course, `the course is not listed: ${k.admin.page.text.slice(0, 3000)}`)
  await k.admin.get(course)
  await k.admin.submit({ place: `${k.programme}-${cohort}`, instructor, may_add: may_add ? '1' : null })
  must(k.admin.page.status === 303, `the course is not placed: ${k.admin.page.status}`)
}
// A cohort that is enrolled in something, and a session of it with a quiz: what is finished there counts.
function offered(site, k) {
  const [cohort, session] = site.query(`SELECT o.cohort_id, min(s.session_id) FROM offering o JOIN offering_session s ON s.offering_id = o.id JOIN cohort h ON h.id = o.cohort_id JOIN question q ON q.session_id = s.session_id AND q.retired = 0 WHERE o.group_id IS NULL AND h.programme_id = ${k.programme} AND o.end_day > ${Math.floor(Date.now() / 86400000)} GROUP BY o.cohort_id ORDER BY o.cohort_id LIMIT 1`).split('|')
  must(cohort && session, 'the demo has no offering with a quiz')
  return [cohort, session]
}
const aSession = (site, k) => site.query(`SELECT min(s.id) FROM course_session s JOIN course c ON c.id = s.course_id JOIN question q ON q.session_id = s.id AND q.retired = 0 WHERE c.programme_id = ${k.programme} AND c.state = 'published' AND s.retired = 0`)

export const jobs = {
  async 'a launch by GET and by POST leads to the session that the link names, with the right name and role'(site) {
    const k = await campus(site)
    await place(k)
    const session = aSession(site, k)
    for (const how of ['GET', 'POST']) {
      const client = await launch(k, { ...linked(`by-${how}`), ...opens(`session/${session}`) }, { how })
      equal(where(client), `/sessions/${session}`, how)
      await client.follow()
      must(client.page.status === 200 && client.page.text.includes('Noor Haddad'), `${how}: ${client.page.status}`)
    }
    const person = site.query(`SELECT person_id FROM lti_person WHERE subject = 'learner-1'`)
    equal(site.query(`SELECT cohort_id FROM membership WHERE person_id = ${person}`), k.cohort, 'the cohort')
    equal(site.query(`SELECT count(*) FROM role_grant WHERE person_id = ${person}`), '0', 'roles besides')
    equal(site.query(`SELECT coalesce(email, '') FROM identity WHERE person_id = ${person}`), '', 'no address is taken over')
    const client = await launch(k, { ...linked('a quiz'), ...opens(`quiz/${session}`) })
    equal(where(client), `/sessions/${session}/quiz`, 'a quiz')
    const code = site.query(`SELECT min(code) FROM exercise WHERE programme_id = ${k.programme} AND state = 'open' AND kind = 'case'`), exercise = site.query(`SELECT id FROM exercise WHERE code = '${code}' AND programme_id = ${k.programme}`)
    equal(where(await launch(k, { ...linked('a case'), ...opens(`case/${code}`) })), `/practice/${exercise}`, 'a case')
    equal(where(await launch(k, { ...linked('by its address'), [`${CLAIM}target_link_uri`]: `${k.base}/sessions/${session}` })), `/sessions/${session}`, 'an address of this site')
    equal(where(await launch(k, linked('a case'))), `/practice/${exercise}`, 'what a link opens is remembered')
    k.platform.stop()
  },

  async 'what is wrong with a launch is refused, each with its reason, and nobody gets in'(site) {
    const k = await campus(site), now = Math.floor(Date.now() / 1000)
    await place(k)
    const before = site.query('SELECT count(*) FROM sign_in')
    const stranger = await k.jose.generateKeyPair('RS256'), c = (b, more) => k.platform.claims(b.nonce, more), sign = (...x) => k.platform.sign(...x)
    const unsigned = claims => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`
    const cases = {
      'wrong nonce': ['not the answer', b => sign(c(b, { nonce: 'another' }))],
      'no nonce': ['not the answer', b => sign(c(b, { nonce: undefined }))],
      'wrong audience': ['meant for another tool', b => sign(c(b, { aud: 'another' }))],
      'two audiences without a party': ['made for another tool', b => sign(c(b, { aud: [k.platform.clientId, 'another'] }))],
      'another party': ['made for another tool', b => sign(c(b, { azp: 'another' }))],
      'another issuer': ['another platform', b => sign(c(b, { iss: 'https://elsewhere.example' }))],
      'expired': ['has expired', b => sign(c(b, { iat: now - 3600, exp: now - 3000 }))],
      'made long ago': ['has expired', b => sign(c(b, { iat: now - 3600, exp: now + 3600 }))],
      'made tomorrow': ['dated in the future', b => sign(c(b, { iat: now + 86400, exp: now + 90000 }))],
      'a foreign key': ['not the platform&#39;s', b => sign(c(b), { key: { kid: 'stranger', privateKey: stranger.privateKey } })],
      'a foreign key under a known name': ['signature is wrong', b => sign(c(b), { key: { kid: k.platform.key.kid, privateKey: stranger.privateKey } })],
      'alg none': ['not trusted', b => unsigned(c(b))],
      'one changed byte': ['signature is wrong', async b => { const [h, p, s] = (await sign(c(b))).split('.'); return `${h}.${Buffer.from(Buffer.from(p, 'base64url').toString().replace('learner-1', 'learner-2')).toString('base64url')}.${s}` }],
      'not a token': ['no token', () => 'hello'],
      'nothing': ['no token', () => ''],
      'another deployment': ['deployment ID', b => sign(c(b, { [`${CLAIM}deployment_id`]: '99' }))],
      'another version': ['another version', b => sign(c(b, { [`${CLAIM}version`]: '1.1' }))],
      'another message': ['kind of launch', b => sign(c(b, { [`${CLAIM}message_type`]: 'LtiStartProctoring' }))],
      'another target': ['another site', b => sign(c(b, { [`${CLAIM}target_link_uri`]: 'https://elsewhere.example/lti/launch' }))],
      'nobody': ['who you are', b => sign(c(b, { sub: undefined }))],
      'no link': ['resource_link', b => sign(c(b, { [`${CLAIM}resource_link`]: undefined }))],
      'no role in the course': ['learn or teach', b => sign(c(b, { [`${CLAIM}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor'] }))],
      'a teacher where none is let in': ['not let in', b => sign(c(b, TEACHER))],
      'what is not there': ['not in the programme', b => sign(c(b, opens('session/12')))],
      'a parameter that names nothing': ['names nothing', b => sign(c(b, opens('course/of life')))],
    }
    for (const [what, [why, token]] of Object.entries(cases)) {
      const b = await begin(k)
      await answer(b, { id_token: await token(b) })
      const text = b.client.page.text.replace(/&#x27;|&apos;/g, '&#39;')
      must(b.client.page.status === 403 && text.includes(why), `${what}: ${b.client.page.status} ${text.replace(/[\s\S]*<main/, '').slice(0, 600)}`)
      must(!b.client.cookies.has('cadre_session'), `${what}: somebody is signed in`)
    }
    const b = await begin(k), good = await k.platform.sign(k.platform.claims(b.nonce))
    await answer(b, { id_token: good })
    must(b.client.page.status === 303, `a good launch: ${b.client.page.status}`)
    await answer(b, { id_token: good })
    must(b.client.page.status === 403 && b.client.page.text.includes('used before'), `a replayed state: ${b.client.page.status}`)
    b.state = 'x'.repeat(43)
    await answer(b, { id_token: good })
    must(b.client.page.status === 403 && b.client.page.text.includes('not begun here'), `a state of nobody: ${b.client.page.status}`)
    const old = await begin(k)
    site.query('UPDATE lti_state SET expires_at = 1 WHERE used = 0')
    await answer(old, { id_token: await k.platform.sign(k.platform.claims(old.nonce)) })
    must(old.client.page.status === 403 && old.client.page.text.includes('too long'), `an old state: ${old.client.page.status}`)
    const refused = await begin(k)
    await answer(refused, { error: 'login_required', error_description: 'Sign in first' })
    must(refused.client.page.status === 403 && refused.client.page.text.includes('Sign in first'), `what the platform refuses: ${refused.client.page.status}`)
    const unknown = await begin(k, { start: { iss: 'https://elsewhere.example' } })
    must(unknown.client.page.status === 403 && unknown.client.page.text.includes('does not know this learning platform'), `an unknown platform: ${unknown.client.page.status}`)
    equal(site.query('SELECT count(*) FROM sign_in'), before, 'sessions')
    await k.admin.get(k.page)
    must(k.admin.page.text.includes('Sign in first'), 'the last problem stands on the page of the platform')
    await k.admin.submit({}, '/switch')
    const off = await begin(k)
    must(off.client.page.status === 403 && off.client.page.text.includes('turned off'), `a platform that is off: ${off.client.page.status}`)
    k.platform.stop()
  },

  async 'keys of the platform are fetched again, once, when a token names a new one'(site) {
    const k = await campus(site)
    await place(k)
    const fetched = () => k.platform.asked.filter(x => x === 'GET /certs').length
    equal(fetched(), 1, 'fetched at the first launch alone')
    await launch(k)
    equal(fetched(), 1, 'and kept')
    await k.platform.rotate()
    equal((await launch(k)).page.status, 303, 'a launch with the new key')
    equal(fetched(), 2, 'fetched again')
    k.platform.stop()
  },

  async 'who comes is found by the id of the roster, never by an address, and never gets more than the course is mapped to'(site) {
    const k = await campus(site)
    await place(k, { instructor: 'assessor', may_add: false })
    let client = await launch(k, { sub: 'new-1' })
    must(client.page.status === 403 && client.page.text.includes('not known here yet'), `an unknown person: ${client.page.status}`)
    const id = 'roster-17', trainee = site.query(`SELECT min(person_id) FROM membership WHERE cohort_id = ${k.cohort} AND state = 'active' AND end_day IS NULL`)
    site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', '${id}', ${trainee})`)
    const address = site.query(`SELECT email FROM identity WHERE person_id = ${trainee}`)
    client = await launch(k, { sub: 'new-2', email: address })
    must(client.page.status === 403, `an address alone: ${client.page.status}`)
    const lis = of => ({ [`${CLAIM}lis`]: { person_sourcedid: of } })
    client = await launch(k, { sub: 'new-3', ...lis(id) })
    equal(client.page.status, 303, 'who the roster knows')
    equal(site.query(`SELECT person_id FROM lti_person WHERE subject = 'new-3'`), trainee, 'the person')
    client = await launch(k, { sub: 'new-4', ...lis(id) })
    must(client.page.status === 403 && client.page.text.includes('Another account'), `a second account for one person: ${client.page.status}`)
    // an administrator who teaches in the course: a launch is good for an assessor's rights and no more
    const boss = site.query(`SELECT min(person_id) FROM role_grant WHERE role = 'administrator'`)
    site.query(`DELETE FROM identity_source WHERE person_id = ${boss}`)
    site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'boss-1', ${boss})`)
    client = await launch(k, { ...TEACHER, sub: 'boss', ...lis('boss-1') })
    equal(client.page.status, 303, 'a teacher')
    equal(site.query(`SELECT role FROM role_grant WHERE person_id = ${boss} AND role <> 'administrator' AND cohort_id = ${k.cohort}`), 'assessor', 'the role that the mapping gives')
    await client.get('/site/lti')
    equal(client.page.status, 403, 'the pages of administrators')
    await client.get('/home')
    equal(client.page.status, 200, 'her own pages')
    for (const page of ['/account', '/account/password', '/account/tokens', '/account/data', `/people/${boss}/data`])
      equal((await client.get(page)).status, 403, `what would open more: ${page}`)
    must((await client.get('/account')).text.includes('with a password that you chose yourself'), 'it is told how she gets there herself')
    k.platform.stop()
  },

  async 'what nobody may frame is told in a frame by a page that opens a window, about nobody'(site) {
    const k = await campus(site, { args: ['--trust-proxy'] }), frame = { 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }, top = { ...frame, 'sec-fetch-dest': 'document' }
    const may = page => /frame-ancestors ([^;]*)/.exec(page.headers.get('content-security-policy'))?.[1], nobody = new Client(k.base), herself = new Client(k.base)
    let page = await nobody.get('/sign-in?back=/learning', frame)
    equal([page.status, may(page), /<a class="btn" href="([^"]*)" target="_blank" rel="noopener"/.exec(page.text)?.[1], page.text.includes('<form')], [200, '*', '/sign-in?back=/learning', false], 'the sign-in page')
    page = await nobody.get('/sign-in?back=/learning', top)
    equal([page.status, may(page), page.text.includes('<form')], [200, "'none'", true], 'in a window')
    page = await nobody.get('/is/not/there', frame)
    equal([page.status, may(page)], [404, '*'], 'what is not there')
    // a session of her own whose cookie came along all the same, from a page of the same site
    await herself.get(path(link(site.bin, site.db, k.base, 'trainee')))
    page = await herself.get('/home', { ...frame, 'sec-fetch-site': 'same-site' })
    must(page.status === 200 && may(page) === '*' && !page.text.includes('data-person') && !page.text.includes('<form') && !page.text.includes('csrf'), `her own page: ${page.status} ${page.text.slice(0, 1500)}`)
    page = await herself.get('/account/data', { ...frame, 'sec-fetch-site': 'same-site', accept: 'application/json' })
    equal(may(page), "'none'", 'and no JSON of hers')
    // what a launch is refused for is read where it happens
    page = await nobody.get(`/lti/login?iss=${encodeURIComponent('https://elsewhere.example')}&login_hint=x`, frame)
    must(page.status === 403 && may(page) === '*' && page.text.includes('does not know this learning platform'), `an unknown platform: ${page.status} ${may(page)}`)
    page = await nobody.get(`/lti/enter/${'x'.repeat(43)}`, frame)
    must(page.status === 410 && may(page) === '*' && page.text.includes('used before or is too old'), `an old way in: ${page.status} ${may(page)}`)
    k.platform.stop()
  },

  async 'in a frame the session has a partitioned cookie and only the platform may frame it; without cookies a new window opens'(site) {
    const k = await campus(site, { args: ['--trust-proxy'] }), headers = { 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'iframe' }
    // the proxy that does TLS is played by its header
    await place(k)
    const session = aSession(site, k)
    const b = await begin(k, { headers })
    const cookie = b.client.page.headers.get('set-cookie')
    must(/^lti_[\w-]{12}=/.test(cookie) && /SameSite=None; Secure; Partitioned/.test(cookie), `the cookie of the state: ${cookie}`)
    await answer(b, { id_token: await k.platform.sign(k.platform.claims(b.nonce, opens(`session/${session}`))) })
    await b.client.get(where(b.client), headers)
    equal(where(b.client), `/sessions/${session}`, 'within the frame')
    const own = b.client.page.headers.get('set-cookie')
    must(/cadre_frame=[\w-]{43};.*SameSite=None; Secure; Partitioned/.test(own) && !/cadre_session/.test(own), `the cookie of the session: ${own}`)
    await b.client.get(where(b.client), headers)
    must(b.client.page.status === 200 && b.client.page.headers.get('content-security-policy').includes(`frame-ancestors ${k.platform.base}`), `framed: ${b.client.page.status} ${b.client.page.headers.get('content-security-policy')}`)
    await b.client.get('/home', { ...headers, 'sec-fetch-dest': 'document' })
    equal(b.client.page.status, 303, 'the session of the frame is none outside of it')
    const read = await b.client.get(`/sessions/${session}`, headers)
    must(read.status === 200, 'and still one within')

    const blocked = await begin(k, { headers })
    blocked.client.cookies.clear()
    await answer(blocked, { id_token: await k.platform.sign(k.platform.claims(blocked.nonce, opens(`session/${session}`))) })
    must(blocked.client.page.status === 200 && blocked.client.page.text.includes('Noor Haddad') && blocked.client.cookies.size === 0, `nobody is signed in without a word: ${blocked.client.page.status}`)
    must(blocked.client.page.headers.get('content-security-policy').includes(`frame-ancestors ${k.platform.base}`), 'the page with the button can be seen in the frame')
    const way = /<a class="btn" href="(\/lti\/enter\/[\w-]+)" target="_blank"/.exec(blocked.client.page.text)?.[1]
    must(way, 'a link that opens a window')
    const window = new Client(k.base), top = { 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'document' }
    await window.request('HEAD', way, { headers: top })
    await window.get(way, top)
    equal(where(window), `/sessions/${session}`, 'the new window')
    must(/cadre_session=.*SameSite=Lax; Secure/.test(window.page.headers.get('set-cookie')), 'an ordinary session there')
    await window.get(where(window), top)
    must(window.page.status === 200 && window.page.headers.get('content-security-policy').includes(`frame-ancestors 'none'`), 'which nobody may frame')
    const again = new Client(k.base)
    await again.get(way, top)
    equal(again.page.status, 410, 'the way in is good once')
    k.platform.stop()
  },

  async 'a platform that is turned off: who came from it is signed out at once, who came from elsewhere or signed in herself is not'(site) {
    const k = await campus(site, { args: ['--trust-proxy'] }), tls = { 'x-forwarded-proto': 'https' }
    await place(k)
    const other = await connected(k, 'Another one', false)
    await place(other)
    const session = aSession(site, k), came = await launch(k, opens(`session/${session}`)), elsewhere = await launch(other, { sub: 'learner-9' }), herself = new Client(k.base)
    const framed = await launch(k, { sub: 'learner-2', ...opens(`session/${session}`) }, { headers: { ...tls, 'sec-fetch-dest': 'iframe' } })
    await herself.get(path(link(site.bin, site.db, k.base, 'trainee')))
    const waiting = await begin(k, { headers: { ...tls, 'sec-fetch-dest': 'iframe' } })
    waiting.client.cookies.clear()
    await answer(waiting, { id_token: await k.platform.sign(k.platform.claims(waiting.nonce)) })
    const way = /href="(\/lti\/enter\/[\w-]+)"/.exec(waiting.client.page.text)?.[1]
    must(way, `a way in that nobody has used yet: ${waiting.client.page.status}`)
    const page = async (client, headers) => (await client.get('/home', headers)).status, frame = { ...tls, 'sec-fetch-dest': 'iframe' }
    equal([await page(came), await page(framed, frame), await page(elsewhere), await page(herself)], [200, 200, 200, 200], 'all are signed in')
    const ends = () => site.query(`SELECT count(*) FROM audit WHERE action = 'sign_in_end' AND object_kind = 'lti_platform' AND object_id = ${k.page.split('/').pop()}`)
    equal([site.query('SELECT count(*) FROM lti_session') > 2, ends()], [true, '0'], 'what is known of them')

    await k.admin.get(k.page)
    must(k.admin.page.text.includes('signed out at once'), 'it is said before')
    await k.admin.submit({}, '/switch')
    equal(k.admin.page.status, 303, 'turned off')
    equal([await page(came), await page(framed, frame), await page(elsewhere), await page(herself)], [303, 303, 200, 200], 'who is still signed in')
    equal(site.query(`SELECT count(*) FROM lti_session WHERE platform_id = ${k.page.split('/').pop()}`), '0', 'sessions from there')
    must(Number(ends()) >= 2, `in the audit: ${ends()}`)
    const late = new Client(k.base)
    await late.get(way, { ...tls, 'sec-fetch-dest': 'document' })
    must(late.page.status === 403 && late.page.text.includes('turned off') && late.cookies.size === 0, `a way in from before: ${late.page.status}`)

    await k.admin.get(k.page)
    await k.admin.submit({}, '/switch')
    equal([await page(came), (await launch(k, opens(`session/${session}`))).page.status], [303, 303], 'on again: the old session is over, a new launch is one')
    equal(await page(await launch(k, opens(`session/${session}`))), 200, 'with a session')
    k.platform.stop()
    other.platform.stop()
  },

  async 'what is kept of somebody who came from a platform is in her export, and her erasure leaves nothing of it'(site) {
    const k = await campus(site), lasting = { ...linked('the quiz of week 3'), [`${CLAIM}context`]: { id: 'course-7', title: 'Leading on the ward' } }
    const [cohort, session] = offered(site, k)
    await place(k, { cohort })
    const client = await launch(k, { sub: 'subject-of-eva', ...lasting, ...opens(`quiz/${session}`) })
    await client.follow()
    await client.submit(quizAnswers(site.db, client.page, 'right'))
    must(await holds(() => k.platform.scores.length === 1), 'her score is sent')
    must(await holds(() => site.query('SELECT count(*) FROM lti_seat WHERE due_at IS NOT NULL') === '0'), 'and that is noted')
    const waiting = await begin(k, { sub: 'subject-of-eva' })
    waiting.client.cookies.clear()
    await answer(waiting, { id_token: await k.platform.sign(k.platform.claims(waiting.nonce, { sub: 'subject-of-eva', ...lasting })) })
    const person = site.query(`SELECT person_id FROM lti_person WHERE subject = 'subject-of-eva'`)

    const told = JSON.parse(site.run(['export', 'person', '--db', site.db, '--id', person]))
    const find = (o, name) => o && typeof o === 'object' ? o[name] ?? Object.values(o).map(x => find(x, name)).find(x => x) : undefined
    const { accounts, opened } = find(told, 'learning_platforms')
    equal(accounts.map(x => [x.platform, x.issuer, x.subject, Boolean(x.first && x.last)]), [['The simulator', k.platform.base, 'subject-of-eva', true]], 'her account there')
    equal(opened.map(x => [x.platform, x.course, x.link, x.kind, String(x.thing), x.percent_sent, Boolean(x.at && x.sent)]), [['The simulator', 'Leading on the ward', 'Link the quiz of week 3', 'quiz', session, 100, true]], 'what she opened, and what was sent of her')
    must(JSON.stringify(told).includes('"The simulator"') && told && !JSON.stringify(told).includes('learner-1'), 'hers, and nobody else\'s')

    // every column of every table of launches and sign-on, so that one that comes later is looked at too
    const columns = site.engine === 'postgres' ? "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE (table_name LIKE 'lti|_%' ESCAPE '|' OR table_name LIKE 'sign|_on|_%' ESCAPE '|') AND table_schema = 'public'"
      : "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND (m.name LIKE 'lti|_%' ESCAPE '|' OR m.name LIKE 'sign|_on|_%' ESCAPE '|')"
    const all = site.query(columns).split('\n').map(x => x.split('.'))
    const names = () => all.filter(([table, column]) => site.query(column === 'person_id' ? `SELECT count(*) FROM ${table} WHERE person_id = ${person}` : `SELECT count(*) FROM ${table} WHERE CAST(${column} AS TEXT) LIKE '%subject-of-eva%'`) !== '0').map(x => x.join('.')).sort()
    equal(names(), ['lti_door.person_id', 'lti_person.person_id', 'lti_person.subject', 'lti_seat.person_id'], 'where she stands')
    const sessions = () => Number(site.query('SELECT count(*) FROM lti_session')), before = sessions()
    site.run(['erase', 'person', '--db', site.db, '--yes', '--id', person])
    equal([names(), before - sessions()], [[], 1], 'after her erasure')
    equal((await client.get('/home')).status, 303, 'her session is over')
    const again = await launch(k, { sub: 'subject-of-eva', ...lasting, ...opens(`quiz/${session}`) })
    must(again.page.status === 303 && site.query(`SELECT person_id FROM lti_person WHERE subject = 'subject-of-eva'`) !== person, `who comes again is somebody new: ${again.page.status}`)
    k.platform.stop()
  },

  async 'a score is sent once although somebody finishes twice and the platform was away; columns are looked up first and made once'(site) {
    const k = await campus(site)
    const [cohort, session] = offered(site, k)
    await place(k, { cohort })
    for (const n of [1, 2, 3, 4]) k.platform.column({ label: `column ${n}`, scoreMaximum: 10, resourceLinkId: `link-of-others-${n}` })
    const there = k.platform.column({ label: 'there before', scoreMaximum: 20, resourceLinkId: 'the quiz' })
    const client = await launch(k, { ...linked('the quiz'), ...opens(`quiz/${session}`) })
    await client.follow()
    const take = async how => {
      await client.get(`/sessions/${session}/quiz`)
      await client.submit(quizAnswers(site.db, client.page, how))
      must(client.page.status === 303, `the quiz is not taken: ${client.page.status}`)
    }
    const waits = () => Number(site.query(`SELECT count(*) FROM lti_seat WHERE due_at IS NOT NULL`))
    k.platform.away = true
    await take('wrong')
    await take('right')
    await take('right')
    must(await holds(() => site.query('SELECT count(*) FROM lti_seat WHERE attempts > 0') === '1'), 'the platform is away: that is noticed')
    equal(k.platform.scores.length, 0, 'scores while the platform is away')
    await k.admin.get(k.page)
    must(k.admin.page.text.includes('gave no access'), 'the administrator sees that')
    k.platform.away = false
    must(await holds(() => waits() === 0), `the score goes out when the platform is back: ${k.platform.asked.slice(-5)}`)
    equal(k.platform.scores.length, 1, 'scores')
    const { timestamp, ...score } = k.platform.scores[0]
    equal(score, { column: there.number, userId: 'learner-1', scoreGiven: 100, scoreMaximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }, 'the score')
    must(Math.abs(Date.parse(timestamp) - Date.now()) < 3600e3, `its time: ${timestamp}`)
    await take('right')
    await take('wrong')
    must(await holds(() => waits() === 0), 'what was finished again is looked at')
    equal(k.platform.scores.length, 1, 'scores, though it was finished again')
    equal(k.platform.asked.filter(x => x === 'GET /lineitems').length, 3, 'pages of columns, looked through once')
    equal(k.platform.lineitems.length, 5, 'columns')
    const tokens = () => k.platform.asked.filter(x => x === 'POST /token').length, before = tokens()
    // one who finished before she came by a link that has no column yet
    await launch(k, { ...linked('another quiz'), ...opens(`quiz/${session}`) })
    site.query(`UPDATE job SET run_at = 0 WHERE kind = 'lti_scores' AND state = 'waiting'`)
    must(await holds(() => k.platform.scores.length === 2), 'what was finished before is sent')
    must(await holds(() => waits() === 0), 'and that is noted')
    equal([k.platform.lineitems.length, k.platform.lineitems[5]?.resourceLinkId, k.platform.scores[1].column], [6, 'another quiz', '6'], 'the column that was made')
    equal(tokens(), before, 'the access token is kept')
    k.platform.tokens.clear() // taken back before its time
    await launch(k, { ...linked('a third quiz'), ...opens(`quiz/${session}`) })
    site.query(`UPDATE job SET run_at = 0 WHERE kind = 'lti_scores' AND state = 'waiting'`)
    must(await holds(() => k.platform.scores.length === 3), 'with a new token')
    k.platform.stop()
  },

  async 'a teacher chooses what a link opens; the choice goes back signed, and the link then leads there'(site) {
    const k = await campus(site)
    await place(k, { instructor: 'mentor' })
    const session = aSession(site, k), deep = { [`${CLAIM}message_type`]: 'LtiDeepLinkingRequest', [`${CLAIM}resource_link`]: undefined,
      'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': { deep_link_return_url: `${k.platform.base}/return?course=7`, accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe'], data: 'opaque 42 <&>' } }
    const learner = await launch(k, deep)
    must(learner.page.status === 403 && learner.page.text.includes('Only teachers'), `a learner: ${learner.page.status}`)
    const client = await launch(k, { ...TEACHER, ...deep }) // no cookie is needed on this way
    const pick = client.page.path
    must(client.page.status === 200 && /^\/lti\/pick\/[\w-]{43}$/.test(pick), `the choice: ${client.page.status} ${pick}`)
    must(client.page.headers.get('content-security-policy').includes(`frame-ancestors ${k.platform.base}`), 'may be framed by the platform')
    client.cookies.clear()
    await client.submit({ what: 'session/1' })
    equal(client.page.status, 422, 'what was not offered')
    await client.submit({ what: `quiz/${session}` })
    must(client.page.status === 200 && client.page.headers.get('content-security-policy').includes(`form-action 'self' ${k.platform.base};`), `the answer: ${client.page.status}`)
    const form = /<form method="post" action="([^"]*)">\s*<input type="hidden" name="JWT" value="([^"]*)">/.exec(client.page.text)
    equal(form?.[1], `${k.platform.base}/return?course=7`, 'where the answer goes')
    const { payload } = await k.jose.jwtVerify(form[2], k.jose.createRemoteJWKSet(new URL(`${k.base}/.well-known/jwks.json`)), { issuer: k.platform.clientId, audience: k.platform.base })
    equal([payload[`${CLAIM}message_type`], payload[`${CLAIM}version`], payload[`${CLAIM}deployment_id`], payload['https://purl.imsglobal.org/spec/lti-dl/claim/data']], ['LtiDeepLinkingResponse', '1.3.0', k.platform.deployment, 'opaque 42 <&>'], 'the answer')
    must(payload.nonce && payload.exp > payload.iat, 'its nonce and its end')
    const [item] = payload['https://purl.imsglobal.org/spec/lti-dl/claim/content_items']
    equal([item.type, item.url, item.custom.cadre, item.lineItem.scoreMaximum], ['ltiResourceLink', `${k.base}/lti/launch`, `quiz/${session}`, 100], 'the link')
    await client.get(pick)
    equal(client.page.status, 410, 'the choice is made once')
    equal(where(await launch(k, { ...linked('chosen'), [`${CLAIM}custom`]: item.custom })), `/sessions/${session}/quiz`, 'a launch of that link')
    k.platform.stop()
  },

  async 'a coordinator sees who is in the course, page by page, before anything is done, and brings them in'(site) {
    const k = await campus(site), member = (n, role, more = {}) => ({ user_id: `member-${n}`, status: 'Active', given_name: `Given${n}`, family_name: `Family${n}`, name: `Given${n} Family${n}`, roles: [`${ROLE}${role}`], ...more })
    await place(k, { instructor: 'mentor' })
    const rostered = site.query(`SELECT min(person_id) FROM membership WHERE cohort_id = ${k.cohort} AND state = 'active' AND end_day IS NULL`)
    site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'roster-3', ${rostered})`)
    k.platform.members = [member(1, 'Learner'), member(2, 'Instructor'), member(3, 'Learner', { lis_person_sourcedid: 'roster-3' }), member(4, 'Learner', { status: 'Inactive' }), member(5, 'Mentor')]
    await launch(k) // somebody of the course came before
    k.platform.members.push({ user_id: 'learner-1', roles: ['Learner'] })
    const people = () => site.query('SELECT count(*) FROM person'), before = people()
    const coordinator = new Client(k.base)
    await coordinator.get(path(link(site.bin, site.db, k.base, 'coordinator')))
    await coordinator.get('/lti/courses')
    const course = /\/lti\/courses\/\d+/.exec(coordinator.page.text)?.[0]
    must(coordinator.page.status === 200 && course, `her courses: ${coordinator.page.status}`)
    await coordinator.get(course)
    k.platform.away = true
    await coordinator.submit({})
    must(coordinator.page.status === 422 && coordinator.page.text.includes('gave no access'), `while the platform is away: ${coordinator.page.status}`)
    k.platform.away = false
    await coordinator.get(course)
    await coordinator.submit({})
    const seen = Object.fromEntries([...coordinator.page.text.matchAll(/<dt>([^<]*)<\/dt><dd>(\d+)<\/dd>/g)].map(m => [m[1], Number(m[2])]))
    equal(seen, { 'Here as they should be': 1, 'Found by the id of the roster': 1, 'New people': 2, 'Join the cohort': 1, 'Get the role of teachers': 1, 'Not taken': 1, 'Not active in the course': 1 }, 'the plan')
    must(coordinator.page.text.includes('Given1 Family1'), 'names')
    equal([people(), k.platform.asked.filter(x => x === 'GET /members').length], [before, 3], 'nothing was done, three pages were read')
    k.platform.members[0].name = k.platform.members[0].given_name = 'Renamed'
    await coordinator.submit({})
    must(coordinator.page.status === 200 && coordinator.page.text.includes('Renamed'), `what changed meanwhile is shown first: ${coordinator.page.status}`)
    await coordinator.submit({})
    equal([coordinator.page.status, Number(people()) - Number(before)], [303, 2], 'brought in')
    equal(site.query(`SELECT count(*) FROM role_grant g JOIN lti_person p ON p.person_id = g.person_id WHERE p.subject = 'member-2' AND g.role = 'mentor'`), '1', 'the teacher is a mentor')
    equal(site.query(`SELECT person_id FROM lti_person WHERE subject = 'member-3'`), rostered, 'who the roster knows')
    equal(site.query(`SELECT m.cohort_id FROM membership m JOIN lti_person p ON p.person_id = m.person_id WHERE p.subject = 'member-1'`), k.cohort, 'the learner is in the cohort')
    await coordinator.follow()
    await coordinator.submit({})
    must(coordinator.page.text.includes('nothing to change') && Number(people()) - Number(before) === 2, 'once more: nothing to do')
    const trainee = new Client(k.base)
    await trainee.get(path(link(site.bin, site.db, k.base, 'trainee')))
    must([403, 404].includes((await trainee.get(course)).status), 'no trainee reads members')
    k.platform.stop()
  },

  async 'a platform registers itself by an address that is good once'(site) {
    const k = await campus(site), other = await Platform.start(k.jose, k.base)
    other.registrationToken = 'token of the platform'
    await k.admin.get('/site/lti')
    await k.admin.submit({}, '/site/lti/register')
    const address = /http:[^<\s]*\/lti\/register\/[\w-]{43}/.exec(k.admin.page.text)?.[0]
    must(k.admin.page.status === 200 && address, `the address: ${k.admin.page.status}`)
    const frame = new Client(k.base), query = (config, token = other.registrationToken) => `?${new URLSearchParams({ openid_configuration: config, registration_token: token })}`
    await frame.get(path(address))
    must(frame.page.status === 422 && frame.page.text.includes('for the learning platform'), `without a platform: ${frame.page.status}`)
    await frame.get(path(address) + query(`${other.base}/openid-configuration`, 'wrong'))
    must(frame.page.status === 200 && frame.page.text.includes(other.base) && frame.page.headers.get('content-security-policy').includes(`frame-ancestors ${other.base}`), `the question: ${frame.page.status}`)
    await frame.submit({})
    must(frame.page.status === 422 && frame.page.text.includes('HTTP 401'), `what the platform refuses: ${frame.page.status}`)
    const good = other.configuration
    other.configuration = () => ({ ...good.call(other), issuer: 'https://elsewhere.example' })
    await frame.get(path(address) + query(`${other.base}/openid-configuration`))
    await frame.submit({})
    equal([frame.page.status, other.registrations.length], [422, 0], 'an issuer of elsewhere')
    other.configuration = good
    await frame.get(path(address) + query(`${other.base}/openid-configuration`))
    await frame.submit({})
    must(frame.page.status === 200 && frame.page.text.includes('is connected'), `connected: ${frame.page.status} ${frame.page.text.slice(0, 3000)}`)
    const [sent] = other.registrations, tool = sent['https://purl.imsglobal.org/spec/lti-tool-configuration']
    equal([sent.application_type, sent.response_types, sent.initiate_login_uri, sent.redirect_uris, sent.jwks_uri, sent.token_endpoint_auth_method, tool.target_link_uri, tool.messages.map(m => m.type)],
      ['web', ['id_token'], `${k.base}/lti/login`, [`${k.base}/lti/launch`], `${k.base}/.well-known/jwks.json`, 'private_key_jwt', `${k.base}/lti/launch`, ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']], 'what Cadre says of itself')
    await frame.get(path(address) + query(`${other.base}/openid-configuration`))
    equal(frame.page.status, 410, 'the address is good once')
    Object.assign(other, { clientId: 'registered-1', deployment: '9' })
    const b = new Client(k.base), start = new URLSearchParams(other.start())
    await b.get(`/lti/login?${start}`)
    const q = new URL(b.page.headers.get('location')).searchParams
    await b.request('POST', '/lti/launch', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ state: q.get('state'), id_token: await other.sign(other.claims(q.get('nonce'))) }).toString() })
    must(b.page.status === 403 && b.page.text.includes('not connected with a programme yet'), `a launch from it is known: ${b.page.status}`)
    k.platform.stop()
    other.stop()
  },
}
