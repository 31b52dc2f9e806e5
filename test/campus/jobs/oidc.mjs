// Signing in with an institution's own account, beside the certified oidc-provider and a provider that answers wrongly on purpose.
import { plain, Client } from '../../lib/client.mjs'
import { cadre } from '../../lib/site.mjs'
import { CLIENT, SECRET, addProvider, evilProvider, goodProvider, onward, signOn, signedIn, walk } from '../provider.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const says = (page, status, text) => must(page.status === status && plain(page.text).includes(text), `not ${status} "${text}": ${page.status} ${plain(page.text).slice(0, 1500)}`)
const goes = (page, to) => must(page.status === 303 && page.headers.get('location') === to, `not to ${to}: ${page.status} ${page.headers.get('location')} ${plain(page.text).slice(0, 1000)}`)

// Two trainees who hold no role in the whole site, with numbers of the roster: [{id, name, email}]
function trainees(site) {
  const rows = site.query("SELECT i.person_id, i.display_name, i.email FROM identity i WHERE i.email IS NOT NULL AND EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role = 'trainee' AND r.end_day IS NULL) AND NOT EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role <> 'trainee') ORDER BY i.person_id LIMIT 2")
  site.query("DELETE FROM identity_source WHERE source = 'roster'")
  return rows.split('\n').map((row, k) => {
    const [id, name, email] = row.split('|')
    site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'S-${k}', ${id})`)
    return { id, name, email }
  })
}
const whoIs = async client => (await client.get('/account.json'), JSON.parse(client.page.text))
const links = (site, person) => site.query(`SELECT how FROM sign_on_link WHERE person_id = ${person}`)

export const jobs = {
  async 'who is on the roster signs in with her own account, and comes to where she wanted to go'(site) {
    const { base } = await site.serve(), [eva, ben] = trainees(site)
    const provider = await goodProvider(site, base, { 'subject-0': { name: 'Somebody', student_number: 'S-0', email: ben.email, email_verified: false }, 'subject-1': { name: 'Else', student_number: 'S-1' } })
    const { id } = await addProvider(site, base, provider.base, { roster_claim: 'student_number' })
    const first = await signOn(base, id, { back: '/account/sign-ins?x=1' })
    goes(first.page, '/account/sign-ins?x=1')
    must(links(site, eva.id) === 'roster', 'the link is not there')
    must((await whoIs(first)).email === eva.email, 'she is somebody else')
    must(site.query(`SELECT count(*) FROM audit WHERE subject_id = ${eva.id} AND action IN ('sign_on_link', 'sign_in')`) === '2', 'the audit does not tell')

    await new Client(base).get(first.callback).then(page => says(page, 410, 'used already')) // by anybody else
    await first.get(first.callback)
    says(first.page, 410, 'used already') // and by herself

    site.query("DELETE FROM identity_source WHERE source = 'roster'") // known by her account from now on
    const second = await signOn(base, id)
    goes(second.page, '/home')
    must((await whoIs(second)).email === eva.email, 'the second time she is somebody else')

    provider.as = 'subject-1'
    says((await signOn(base, id)).page, 403, 'not linked with anybody')
    must(links(site, ben.id) === '', 'somebody was linked by what is no longer in the roster')
    await provider.close()
  },

  async 'a provider changes its keys'(site) {
    const { base } = await site.serve()
    trainees(site)
    const provider = await goodProvider(site, base, { one: { student_number: 'S-0' } })
    const { id } = await addProvider(site, base, provider.base, { roster_claim: 'student_number' })
    goes((await signOn(base, id)).page, '/home')
    for (let times = 0; times < 2; times++) {
      const before = site.query('SELECT key_set FROM sign_on_provider')
      await provider.rotate()
      goes((await signOn(base, id)).page, '/home')
      must(site.query('SELECT key_set FROM sign_on_provider') !== before, 'the keys are those from before')
    }
    await provider.close()
  },

  async 'the provider says no, is away, comes back; the sign-in page stays what it is'(site) {
    const { base } = await site.serve()
    trainees(site)
    const provider = await goodProvider(site, base, { one: { student_number: 'S-0' } })
    const { id, admin } = await addProvider(site, base, provider.base, { roster_claim: 'student_number' })
    provider.refuse = true
    const refused = await signOn(base, id)
    says(refused.page, 403, 'did not sign you in. It says: access_denied')
    must(!refused.page.text.includes('<b>no'), 'what the provider wrote is on the page')
    provider.refuse = false

    const client = new Client(base)
    await client.get('/sign-in')
    await client.submit({}, `/sign-on/${id}`)
    const callback = await walk(onward(client.page), base)
    await provider.close()
    says(await client.get(callback), 503, 'does not answer at the moment')
    says(await client.get('/sign-in'), 200, 'Sign in with North Hospital')
    await admin.get(`/site/sign-on/${id}`)
    says(await admin.submit({}, '/test'), 422, 'does not answer as it should')
    await admin.submit({}, '/turn')
    await admin.follow()
    says(admin.page, 200, 'It is off')
    must(!(await client.get('/sign-in')).text.includes('North Hospital'), 'the button is still there')
    must((await client.post(`/sign-on/${id}`, [['back', '']])).status === 404, 'one that is off can be begun')
    await admin.get(`/site/sign-on/${id}`)
    says(await admin.submit({}, '/turn'), 422, 'does not answer as it should')
  },

  async 'who is signed in links her account herself, removes it, and nobody takes that of another'(site) {
    const { base } = await site.serve(), [eva, ben] = trainees(site)
    const provider = await goodProvider(site, base, { one: {}, two: {} })
    const { id } = await addProvider(site, base, provider.base)
    const begin = async client => {
      await client.get('/account/sign-on')
      await client.submit({}, `/account/sign-on/${id}`)
      return walk(onward(client.page), base)
    }
    const hers = await signedIn(site, base, eva.email), his = await signedIn(site, base, ben.email)
    says(await hers.get('/account'), 200, 'Accounts of other systems')
    goes(await hers.get(await begin(hers)), '/account/sign-on')
    says(await hers.follow(), 200, 'The account is linked')
    must(links(site, eva.id) === 'self', 'nothing was linked')
    says(await his.get(await begin(his)), 403, 'is linked with another person here')

    const taken = await begin(his) // begun by him, come back to in her browser
    says(await hers.get(taken), 403, 'begun in another browser')
    await his.get('/account')
    await his.post('/sign-out', [])
    says(await his.get(taken), 403, 'You are not signed in here any more')
    must(links(site, ben.id) === '', 'he is linked')

    goes((await signOn(base, id)).page, '/home')
    const again = await signedIn(site, base, ben.email)
    await again.get('/account/sign-on')
    const link = site.query('SELECT id FROM sign_on_link')
    must((await again.post(`/account/sign-on/${link}/remove`, [])).status === 404, 'he removes what is hers')
    site.query(`UPDATE identity SET email = NULL, email_key = NULL WHERE person_id = ${eva.id}`)
    says(await hers.get('/account/sign-on'), 200, 'your only way to sign in')
    must((await hers.post(`/account/sign-on/${link}/remove`, [])).status === 409, 'the only way in is gone')
    site.query(`UPDATE identity SET email = 'eva@example.org', email_key = 'eva@example.org' WHERE person_id = ${eva.id}`)
    await hers.get('/account/sign-on')
    await hers.submit({}, '/remove')
    says(await hers.follow(), 200, 'The link is removed')
    says((await signOn(base, id)).page, 403, 'not linked with anybody')
    await provider.close()
  },

  async 'an address alone is not enough; a verified one only when an administrator said so, and never for one who looks after the site'(site) {
    const { base } = await site.serve(), [eva, ben] = trainees(site)
    const chief = site.query("SELECT i.email FROM identity i JOIN pub_programme_role r ON r.person_id = i.person_id WHERE r.role = 'administrator' ORDER BY i.person_id LIMIT 1")
    const provider = await goodProvider(site, base, {
      eva: { email: eva.email, email_verified: true }, ben: { email: ben.email, email_verified: false }, text: { email: ben.email, email_verified: 'true' },
      chief: { email: chief, email_verified: true }, fresh: { email: 'new@example.org', email_verified: true, name: 'Neo Fresh', given_name: 'Neo', family_name: 'Fresh' },
    })
    const { id, admin } = await addProvider(site, base, provider.base)
    const as = who => (provider.as = who, signOn(base, id))
    says((await as('eva')).page, 403, 'not linked with anybody')
    await admin.get(`/site/sign-on/${id}`)
    await admin.submit({ by_address: '1' }, `/site/sign-on/${id}`)
    must(admin.page.status === 303, 'not saved')
    says((await as('ben')).page, 403, 'not linked with anybody')
    says((await as('text')).page, 403, 'not linked with anybody')
    says((await as('chief')).page, 403, 'You look after this whole site')
    says((await as('fresh')).page, 403, 'not linked with anybody')
    goes((await as('eva')).page, '/home')
    must(links(site, eva.id) === 'address', 'she was not found by her address')

    await admin.get(`/site/sign-on/${id}`)
    await admin.submit({ make_person: '1' }, `/site/sign-on/${id}`)
    const fresh = await as('fresh')
    goes(fresh.page, '/home')
    must((await fresh.follow()).status === 200, 'somebody new has no home')
    const person = site.query("SELECT person_id FROM identity WHERE email = 'new@example.org' AND given_name = 'Neo'")
    must(person && site.query(`SELECT count(*) FROM pub_programme_role WHERE person_id = ${person}`) === '0', 'somebody new holds a role')
    for (const path of ['/people', '/programmes', '/site/sign-on']) must([403, 404].includes((await fresh.get(path)).status), `somebody new sees ${path}`)
    await as('ben') // his address is not verified, so he is somebody else, without an address
    must(site.query(`SELECT count(*) FROM identity WHERE email = '${ben.email}'`) === '1' && links(site, ben.id) === '', 'an unverified address was believed')
    await provider.close()
  },

  async 'a closed account stays closed; export and erasure know the links'(site) {
    const { base } = await site.serve(), [eva] = trainees(site)
    const provider = await goodProvider(site, base, { one: { student_number: 'S-0' } })
    const { id } = await addProvider(site, base, provider.base, { roster_claim: 'student_number' })
    goes((await signOn(base, id)).page, '/home')
    const told = JSON.parse(site.run(['export', 'person', '--db', site.db, '--email', eva.email]))
    must(JSON.stringify(told).includes(provider.base) && JSON.stringify(told).includes('North Hospital'), 'the export leaves it out')
    site.query(`UPDATE account SET disabled = 1 WHERE person_id = ${eva.id}`)
    says((await signOn(base, id)).page, 403, 'Your account here is closed')
    site.run(['erase', 'person', '--db', site.db, '--yes', '--email', eva.email])
    must(site.query('SELECT count(*) FROM sign_on_link') === '0' && site.query('SELECT count(*) FROM sign_on_session') === '0', 'erasure leaves a link')
    says((await signOn(base, id)).page, 403, 'not linked with anybody')
    await provider.close()
  },

  async 'signing out here leads to signing out there; signing out there ends the session here'(site) {
    const { base } = await site.serve()
    trainees(site)
    const provider = await goodProvider(site, base, { one: { student_number: 'S-0' } })
    const { id } = await addProvider(site, base, provider.base, { roster_claim: 'student_number' })
    const jar = new Map(), here = await signOn(base, id, { jar }), elsewhere = await signOn(base, id)
    await elsewhere.get('/account')
    await elsewhere.post('/sign-out', [])
    goes(elsewhere.page, `/sign-on/${id}/left`)
    says(await elsewhere.follow(), 200, 'you may still be signed in')
    const end = new URL(/href="(http:[^"]*end[^"]*)"/.exec(elsewhere.page.text)[1].replaceAll('&amp;', '&'))
    must(end.origin === provider.base && end.searchParams.get('client_id') === CLIENT && end.searchParams.get('post_logout_redirect_uri') === `${base}/sign-in`, `it leads to ${end}`)

    must((await here.get('/account')).status === 200, 'she is not signed in')
    const cookie = () => [...jar].map(([k, v]) => `${k}=${v}`).join('; ')
    const ask = await fetch(end, { headers: { cookie: cookie() } }), page = await ask.text()
    for (const line of ask.headers.get('set-cookie')?.split(/, (?=[\w.-]+=)/) ?? []) jar.set(...line.split(';')[0].split(/=(.*)/s).slice(0, 2))
    const confirm = /action="([^"]+)"/.exec(page)[1], xsrf = /name="xsrf" value="([^"]+)"/.exec(page)[1]
    const out = await fetch(confirm, { method: 'POST', redirect: 'manual', headers: { cookie: cookie(), 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ xsrf, logout: 'yes' }) })
    must(out.status === 303 && out.headers.get('location').startsWith(`${base}/sign-in`), `the provider: ${out.status} ${await out.text()}`)
    must((await here.get('/account')).status === 303, 'her session outlives that at the provider')
    must(site.query("SELECT count(*) FROM audit WHERE action = 'sign_in_end' AND object_kind = 'sign_on_provider'") === '1', 'the audit does not tell')
    await provider.close()
  },

  async 'answers that are not believed'(site) {
    const { base } = await site.serve(), evil = await evilProvider(site)
    trainees(site)
    const { id } = await addProvider(site, base, evil.base, { roster_claim: 'student_number', make_person: '1' })
    const now = () => Math.floor(Date.now() / 1000), honest = claims => evil.sign(claims)
    const flip = (token, part) => token.split('.').map((p, i) => i === part ? (p[10] === 'A' ? `${p.slice(0, 10)}B${p.slice(11)}` : `${p.slice(0, 10)}A${p.slice(11)}`) : p).join('.')
    const cases = [
      ['one changed byte of the signature', { twist: async c => flip(await honest(c), 2) }, 'could not be checked'],
      ['changed content', { twist: async c => { const [h, , s] = (await honest(c)).split('.'); return [h, evil.b64({ ...c, sub: 'other' }), s].join('.') } }, 'could not be checked'],
      ['another key', { twist: c => evil.sign(c, {}, evil.other) }, 'could not be checked'],
      ['a key that nobody knows', { twist: c => evil.sign(c, { kid: 'k9' }, evil.other) }, 'could not be checked'],
      ['no token', { twist: () => 'x' }, 'could not be checked'],
      ['none', { twist: c => `${evil.b64({ alg: 'none' })}.${evil.b64(c)}.` }, 'in a way that is not trusted'],
      ['a secret that everybody knows', { twist: async c => { const { SignJWT } = await site.peer('jose'); return new SignJWT(c).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.from(JSON.stringify(evil.shown))) } }, 'in a way that is not trusted'],
      ['wrong nonce', { claims: { nonce: 'x' } }, 'belongs to another sign-in'],
      ['no nonce', { claims: { nonce: undefined } }, 'belongs to another sign-in'],
      ['wrong issuer', { claims: { iss: `${evil.base}/` } }, 'somebody other than North Hospital'],
      ['wrong audience', { claims: { aud: 'another' } }, 'made for another site'],
      ['audience among others', { claims: { aud: [CLIENT, 'another'] } }, 'made for another site'],
      ['made for another of several', { claims: { aud: [CLIENT, 'another'], azp: 'another' } }, 'made for another site'],
      ['expired', { claims: { iat: now() - 4000, exp: now() - 400 } }, 'out of date'],
      ['of tomorrow', { claims: { iat: now() + 4000, exp: now() + 5000 } }, 'out of date'],
      ['without an end', { claims: { exp: undefined } }, 'out of date'],
      ['end as text', { claims: { exp: String(now() + 300) }, twist: async c => { const { CompactSign } = await site.peer('jose'); return new CompactSign(Buffer.from(JSON.stringify(c))).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(evil.key) } }, 'out of date'],
      ['no subject', { claims: { sub: undefined } }, 'did not say clearly who you are'],
      ['an endless subject', { claims: { sub: 's'.repeat(256) } }, 'did not say clearly who you are'],
      ['another subject in the second answer', { userinfo: { sub: 'evil-2', student_number: 'S-0' } }, 'did not say clearly who you are'],
      ['another issuer in the answer', { query: { iss: 'https://honest.example.org' } }, 'somebody other than North Hospital'],
      ['no code', { query: { code: null } }, 'did not sign you in'],
      ['a code that it does not know', { query: { code: 'code-0' } }, 'did not accept this sign-in'],
      ['a broken provider', { status: 500 }, 'does not answer at the moment', 503],
      ['a state that nobody began', { query: { state: 'A'.repeat(43) } }, 'used already', 410],
      ['no state', { query: { state: null } }, 'used already', 410],
    ]
    const before = site.query('SELECT count(*) FROM person')
    for (const [name, twisted, text, status = 403] of cases) {
      Object.assign(evil, { twist: honest, claims: {}, query: {}, userinfo: null, status: 200 }, twisted)
      const client = await signOn(base, id)
      try {
        says(client.page, status, text)
        must((await client.get('/account')).status === 303, 'somebody is signed in')
      } catch (e) {
        throw new Error(`${name}: ${e.message}`)
      }
    }
    must(site.query('SELECT count(*) FROM person') === before && site.query('SELECT count(*) FROM sign_on_link') === '0', 'something was written')
    must(evil.asked.keys <= 8, `the keys were asked for ${evil.asked.keys} times`)
    must(evil.asked.last.code_challenge_method === 'S256' && /^[\w-]{43}$/.test(evil.asked.last.code_challenge), 'no PKCE')

    Object.assign(evil, { twist: honest, claims: { name: 'Good Again' }, query: { iss: evil.base }, userinfo: null, status: 200 }) // it can do well
    goes((await signOn(base, id)).page, '/home')
    evil.claims = { aud: [CLIENT, 'another'], azp: CLIENT }
    goes((await signOn(base, id)).page, '/home')
    must(site.query('SELECT count(*) FROM sign_on_link') === '1', 'one subject is one person')

    const logout = async (claims, sign = c => evil.sign(c, { typ: 'logout+jwt' })) => (await fetch(`${base}/sign-on/logout`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ logout_token: await sign({ iss: evil.base, aud: CLIENT, iat: now(), exp: now() + 100, jti: 'x', sub: 'evil-1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims }) }) })).status
    const sessions = () => site.query('SELECT count(*) FROM sign_on_session')
    for (const claims of [{ events: undefined }, { nonce: 'n' }, { aud: 'another' }, { iss: 'https://honest.example.org' }, { exp: now() - 1000 }, { sub: undefined }])
      must(await logout(claims) === 400, `a logout with ${JSON.stringify(claims)} is believed`)
    must(await logout({}, c => evil.sign(c, {}, evil.other)) === 400 && await logout({}, () => 'x') === 400 && await logout({}, () => '') === 400, 'a forged logout is believed')
    must(sessions() === '2', 'a session was ended')
    must(await logout({}) === 200 && sessions() === '0', 'a good logout is not believed')
    await evil.close()
  },

  async 'an administrator sets it up: what is wrong is said, and the secret is never shown again'(site) {
    const { base } = await site.serve([], { CADRE_SECRET: 'x'.repeat(40) }), evil = await evilProvider(site)
    const admin = await signedIn(site, base, 'administrator')
    const add = async more => (await admin.get('/site/sign-on/new'), admin.submit({ name: 'North', issuer: evil.base, client_id: CLIENT, secret: SECRET, ...more }, '/site/sign-on/new'))
    says(await add({ issuer: 'http://example.org' }), 422, 'begins with https://')
    says(await add({ issuer: `${evil.base}/.well-known/openid-configuration` }), 422, 'Leave out')
    says(await add({ roster_claim: 'email' }), 422, 'People can change this themselves')
    says(await add({ scopes: 'a"b' }), 422, 'Words with spaces')
    await add({ issuer: `${evil.base}/` })
    await admin.follow()
    says(await admin.submit({}, '/turn'), 422, 'The system names itself otherwise')
    await add({})
    await admin.follow()
    const path = admin.page.path
    for (const [metadata, text] of [[{ code_challenge_methods_supported: ['plain'] }, 'PKCE'], [{ token_endpoint: 'http://example.org/token' }, 'do not begin with https://'], [{ response_types_supported: ['id_token'] }, 'authorization code'], [{ id_token_signing_alg_values_supported: ['HS256'] }, 'none of the algorithms']]) {
      evil.metadata = metadata
      says(await admin.submit({}, '/test'), 422, text)
      await admin.get(path)
    }
    evil.metadata = {}
    says(await admin.submit({}, '/test'), 200, 'The system answers')
    await admin.get(path)
    await admin.submit({}, '/turn')
    says(await admin.follow(), 200, 'It is on')
    const stored = site.query('SELECT client_secret_locked FROM sign_on_provider ORDER BY id DESC LIMIT 1')
    must(stored === '1', 'the secret lies open')
    await admin.submit({ name: 'North 2' }, path)
    await admin.follow()
    says(admin.page, 200, 'One is stored')
    for (const page of [path, `${path}.json`, '/site/sign-on', '/site/sign-on.json']) must(!(await admin.get(page)).text.includes(SECRET), `${page} shows the secret`)
    says(await add({}), 409, 'set up already')
    for (const role of ['director', 'coordinator', 'trainee']) {
      const other = await signedIn(site, base, role)
      for (const page of ['/site/sign-on', '/site/sign-on/new', path]) must((await other.get(page)).status === 403, `${role} sees ${page}`)
    }
    evil.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    await admin.get(path)
    says(await admin.submit({}, '/test'), 200, 'The system answers')
    says((await signOn(base, /\d+$/.exec(path)[0])).page, 403, 'not linked with anybody')
    await evil.close()
  },
}
