// A learning platform of the tests' own (LTI 1.3 Advantage, the platform's side): it starts launches, signs tokens with npm `jose`, hands out
// access tokens for assertions that Cadre signed, and keeps columns, scores and members as a real one does. `away` makes its services fail.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/'
const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/'
const ROLE = 'http://purl.imsglobal.org/vocab/lis/v2/membership#'
const text = s => String(s).replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
const body = rq => new Promise(done => { let s = ''; rq.on('data', d => { s += d }); rq.on('end', () => done(s)) })

export class Platform {
  static async start(jose, tool) {
    const p = new Platform()
    Object.assign(p, {
      jose, tool, away: false, clientId: 'cadre-at-the-platform', deployment: '1', // as Moodle counts them
      opens: {}, lineitems: [], scores: [], members: [], tokens: new Map(), asked: [], registrations: [], keys: [], perPage: 2, subjects: new Map(),
    })
    await p.rotate()
    p.server = createServer((rq, rs) => p.handle(rq, rs).catch(e => { rs.writeHead(500); rs.end(String(e.stack)) }))
    await new Promise(done => p.server.listen(0, '127.0.0.1', done))
    p.base = `http://127.0.0.1:${p.server.address().port}`
    return p
  }
  stop() { this.server.closeAllConnections?.(); this.server.close() }

  // A new key that signs from now on; the earlier ones are shown no more.
  async rotate() {
    const { publicKey, privateKey } = await this.jose.generateKeyPair('RS256', { extractable: true })
    const kid = randomUUID()
    this.key = { kid, privateKey }
    this.keys = [{ ...await this.jose.exportJWK(publicKey), kid, alg: 'RS256', use: 'sig' }]
  }

  // ---- launches: what the platform's own page and its auth address do ----
  start(who = {}) {
    return { iss: this.base, login_hint: who.sub ?? 'learner-1', target_link_uri: `${this.tool}/lti/launch`, lti_message_hint: 'page 5', client_id: this.clientId, lti_deployment_id: this.deployment }
  }
  claims(nonce, more = {}) {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: this.base, aud: this.clientId, sub: 'learner-1', iat: now, exp: now + 600, nonce, given_name: 'Noor', family_name: 'Haddad', name: 'Noor Haddad', email: 'noor@example.org',
      [`${CLAIM}deployment_id`]: this.deployment, [`${CLAIM}version`]: '1.3.0', [`${CLAIM}message_type`]: 'LtiResourceLinkRequest', [`${CLAIM}target_link_uri`]: `${this.tool}/lti/launch`,
      [`${CLAIM}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student', `${ROLE}Learner`],
      [`${CLAIM}context`]: { id: 'course-7', title: 'Leading on the ward', type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering'] },
      [`${CLAIM}resource_link`]: { id: 'link-1', title: 'First session' },
      [`${CLAIM}launch_presentation`]: { document_target: 'window' },
      [`${AGS}claim/endpoint`]: { scope: [`${AGS}scope/lineitem`, `${AGS}scope/score`], lineitems: `${this.base}/lineitems?type_id=1` },
      [`${NRPS}claim/namesroleservice`]: { context_memberships_url: `${this.base}/members?course=7`, service_versions: ['2.0'] },
      ...more,
    }
  }
  sign(claims, { key = this.key, alg = 'RS256' } = {}) {
    return new this.jose.SignJWT(claims).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(key.privateKey)
  }

  // The pages that a browser sees: a course with the tool in a frame, and the answer to what the tool asks.
  page(rs, html) { rs.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }); rs.end(`<!doctype html><html lang="en"><title>The platform</title>${html}`) }
  async answer(q, rs) {
    const token = await this.sign(this.claims(q.get('nonce'), this.opens))
    this.page(rs, `<form method="post" action="${text(q.get('redirect_uri'))}"><input type="hidden" name="state" value="${text(q.get('state'))}"><input type="hidden" name="id_token" value="${text(token)}"></form><script>document.forms[0].submit()</script>`)
  }

  // ---- services ----
  async handle(rq, rs) {
    const url = new URL(rq.url, this.base), sent = await body(rq), { pathname: path, searchParams: q } = url
    const json = (status, value, headers = {}) => { rs.writeHead(status, { 'Content-Type': 'application/json', ...headers }); rs.end(value === undefined ? '' : JSON.stringify(value)) }
    this.asked.push(`${rq.method} ${path}`)
    if (this.away) return json(503, { error: 'away' })
    if (path === '/certs') return json(200, { keys: this.keys })
    if (path === '/token') return this.token(new URLSearchParams(sent), json)
    if (path === '/course') return this.page(rs, `<h1>Leading on the ward</h1><iframe title="Cadre" width="900" height="700" src="${this.tool}/lti/login?${text(new URLSearchParams(this.start()))}"></iframe>`)
    if (path === '/auth') return this.answer(q, rs)
    if (path === '/openid-configuration') return json(200, this.configuration())
    if (path === '/register') return this.register(rq, JSON.parse(sent), json)
    const scopes = this.tokens.get((rq.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!scopes) return json(401, { error: 'no token' })
    if (path.startsWith('/lineitems')) {
      if (q.get('type_id') !== '1') return json(404, { error: 'the query of the address was lost' })
      if (path === '/lineitems' && rq.method === 'GET') return this.list(rq, q, scopes, json)
      if (path === '/lineitems' && rq.method === 'POST') return this.make(rq, JSON.parse(sent), scopes, json)
      const [, , id, , last] = path.split('/'), item = this.lineitems.find(x => x.number === id)
      if (item && last === 'scores' && rq.method === 'POST') return this.score(rq, item, JSON.parse(sent), scopes, json)
    }
    if (path === '/members') return this.memberList(rq, q, scopes, json)
    json(404, { error: 'not here' })
  }

  async token(form, json) {
    const jwks = this.jose.createRemoteJWKSet(new URL(`${this.tool}/.well-known/jwks.json`))
    const { payload } = await this.jose.jwtVerify(form.get('client_assertion'), jwks, { audience: `${this.base}/token`, issuer: this.clientId, subject: this.clientId })
    const good = form.get('grant_type') === 'client_credentials' && form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' && payload.jti && !this.subjects.has(payload.jti)
    if (!good) return json(400, { error: 'invalid_request' })
    this.subjects.set(payload.jti, true)
    const token = randomUUID()
    this.tokens.set(token, form.get('scope').split(' '))
    json(200, { access_token: token, token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') })
  }
  list(rq, q, scopes, json) {
    if (!scopes.some(s => s.startsWith(`${AGS}scope/lineitem`))) return json(403, { error: 'scope' })
    if (!/vnd\.ims\.lis\.v2\.lineitemcontainer\+json/.test(rq.headers.accept)) return json(406, { error: 'accept' })
    const page = Number(q.get('page') ?? 0), all = this.lineitems // as some platforms do, whatever link was asked for
    const next = all.length > (page + 1) * this.perPage ? { Link: `<${this.base}/lineitems?type_id=1&page=${page + 1}>; rel="next"` } : {}
    json(200, all.slice(page * this.perPage, (page + 1) * this.perPage).map(({ number, ...x }) => x), { 'Content-Type': 'application/vnd.ims.lis.v2.lineitemcontainer+json', ...next })
  }
  make(rq, item, scopes, json) {
    if (!scopes.includes(`${AGS}scope/lineitem`) || !/vnd\.ims\.lis\.v2\.lineitem\+json/.test(rq.headers['content-type'])) return json(403, { error: 'scope or type' })
    const made = this.column(item)
    const { number, ...shown } = made
    json(201, shown, { 'Content-Type': 'application/vnd.ims.lis.v2.lineitem+json' })
  }
  column(item) {
    const number = String(this.lineitems.length + 1), made = { ...item, number, id: `${this.base}/lineitems/${number}/lineitem?type_id=1` }
    this.lineitems.push(made)
    return made
  }
  score(rq, item, score, scopes, json) {
    if (!scopes.includes(`${AGS}scope/score`) || !/vnd\.ims\.lis\.v1\.score\+json/.test(rq.headers['content-type'])) return json(403, { error: 'scope or type' })
    this.scores.push({ column: item.number, ...score })
    json(200)
  }
  memberList(rq, q, scopes, json) {
    if (!scopes.includes(`${NRPS}scope/contextmembership.readonly`)) return json(403, { error: 'scope' })
    if (q.get('course') !== '7') return json(404, { error: 'the query of the address was lost' })
    const page = Number(q.get('page') ?? 0), next = this.members.length > (page + 1) * this.perPage ? { Link: `<${this.base}/members?course=7&page=${page + 1}>; rel=next` } : {}
    json(200, { id: `${this.base}/members?course=7`, context: { id: 'course-7' }, members: this.members.slice(page * this.perPage, (page + 1) * this.perPage) }, { 'Content-Type': 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json', ...next })
  }

  // ---- dynamic registration ----
  configuration() {
    return {
      issuer: this.base, authorization_endpoint: `${this.base}/auth`, token_endpoint: `${this.base}/token`, jwks_uri: `${this.base}/certs`, registration_endpoint: `${this.base}/register`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'], token_endpoint_auth_signing_alg_values_supported: ['RS256'], scopes_supported: ['openid', `${AGS}scope/lineitem`, `${AGS}scope/score`, `${NRPS}scope/contextmembership.readonly`],
      response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'], claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name'],
      'https://purl.imsglobal.org/spec/lti-platform-configuration': { product_family_code: 'simulator', version: '4.5', messages_supported: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest' }], variables: [] },
    }
  }
  register(rq, tool, json) {
    if (rq.headers.authorization !== `Bearer ${this.registrationToken}`) return json(401, { error: 'token' })
    this.registrations.push(tool)
    json(200, { ...tool, client_id: 'registered-1', 'https://purl.imsglobal.org/spec/lti-tool-configuration': { ...tool['https://purl.imsglobal.org/spec/lti-tool-configuration'], deployment_id: '9' } })
  }
}
export { AGS, CLAIM, NRPS, ROLE }
