// Providers of OpenID Connect on this machine: the certified oidc-provider from npm, and one that answers wrongly on purpose. And the way of a
// browser through them.
import { createServer } from 'node:http'
import { Client, plain } from '../lib/client.mjs'
import { link } from '../lib/site.mjs'

export const CLIENT = 'cadre-test', SECRET = 'a secret: with %, &, + and =, long enough'

async function listen(handle) {
  const server = createServer((q, s) => handle(q, s))
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve))
  return { server, base: `http://127.0.0.1:${server.address().port}`, close: () => new Promise(done => { server.close(done); server.closeAllConnections() }) }
}

// accounts: {id: claims}. as: who signs in there next; rotate(): other keys from now on, and the old ones are gone.
export async function goodProvider(site, cadre, accounts) {
  const { default: Provider } = await site.peer('oidc-provider'), { generateKeyPair, exportJWK } = await site.peer('jose')
  const me = { as: Object.keys(accounts)[0], refuse: false, ...await listen((q, s) => me.handle(q, s)) }
  const jwk = async () => ({ ...await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey), use: 'sig', alg: 'RS256' })
  const open = async () => {
    const provider = new Provider(me.base, {
      clients: [{ client_id: CLIENT, application_type: 'native', client_secret: SECRET, redirect_uris: [`${cadre}/sign-on/callback`], post_logout_redirect_uris: [`${cadre}/sign-in`], backchannel_logout_uri: `${cadre}/sign-on/logout`, backchannel_logout_session_required: true }],
      jwks: { keys: [await jwk()] },
      renderError(ctx, out) { ctx.type = 'text'; ctx.body = JSON.stringify(out) },
      cookies: { keys: ['for a test'] },
      claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name', 'student_number'], email: ['email', 'email_verified'] },
      features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      pkce: { required: () => true },
      interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    })
    const answer = provider.callback()
    me.handle = async (q, s) => {
      if (!q.url.startsWith('/interaction/')) return answer(q, s)
      const { prompt, session } = await provider.interactionDetails(q, s)
      if (me.refuse) return provider.interactionFinished(q, s, { error: 'access_denied', error_description: '<b>no</b>' })
      if (prompt.name === 'login') return provider.interactionFinished(q, s, { login: { accountId: me.as } })
      const grant = new provider.Grant({ clientId: CLIENT, accountId: session.accountId }) // what is asked for is granted
      grant.addOIDCScope('openid profile email')
      await provider.interactionFinished(q, s, { consent: { grantId: await grant.save() } })
    }
  }
  await open()
  return Object.assign(me, { rotate: open })
}

// twist(claims, what): what to answer with; it may return a whole token as text. keys: what it signs with and what it shows.
export async function evilProvider(site) {
  const { SignJWT, generateKeyPair, exportJWK } = await site.peer('jose')
  const pair = await generateKeyPair('RS256', { extractable: true }), other = await generateKeyPair('RS256', { extractable: true })
  const shown = { ...await exportJWK(pair.publicKey), kid: 'k1', use: 'sig', alg: 'RS256' }
  const b64 = o => Buffer.from(typeof o === 'string' ? o : JSON.stringify(o)).toString('base64url')
  const me = { key: pair.privateKey, other: other.privateKey, shown, b64, metadata: {}, query: {}, twist: claims => me.sign(claims), userinfo: null, asked: { keys: 0, userinfo: 0 }, status: 200 }
  me.sign = (claims, header = {}, key = me.key) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key)
  const codes = new Map()
  const json = (s, o, status = 200) => { s.writeHead(status, { 'content-type': 'application/json' }); s.end(typeof o === 'string' ? o : JSON.stringify(o)) }
  const handle = async (q, s) => {
    const url = new URL(q.url, me.base)
    let body = ''
    for await (const part of q) body += part
    if (url.pathname === '/.well-known/openid-configuration')
      return json(s, { issuer: me.base, authorization_endpoint: `${me.base}/authorize`, token_endpoint: `${me.base}/token`, jwks_uri: `${me.base}/keys`, userinfo_endpoint: `${me.base}/userinfo`, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256'], ...me.metadata })
    if (url.pathname === '/keys') return me.asked.keys++, json(s, { keys: [me.shown] })
    if (url.pathname === '/userinfo') return me.asked.userinfo++, me.userinfo ? json(s, me.userinfo) : json(s, {}, 404)
    if (url.pathname === '/authorize') {
      const code = `code-${codes.size + 1}`, p = Object.fromEntries(url.searchParams)
      codes.set(code, p)
      me.asked.last = p
      const back = new URL(p.redirect_uri)
      for (const [k, v] of Object.entries({ code, state: p.state, ...me.query })) if (v !== null) back.searchParams.set(k, v)
      s.writeHead(302, { location: back.href })
      return s.end()
    }
    if (url.pathname === '/token') {
      if (me.status !== 200) return json(s, { error: 'server_error' }, me.status)
      const form = new URLSearchParams(body), p = codes.get(form.get('code'))
      codes.delete(form.get('code'))
      if (!p) return json(s, { error: 'invalid_grant' }, 400)
      const now = Math.floor(Date.now() / 1000)
      const made = await me.twist({ iss: me.base, aud: CLIENT, sub: 'evil-1', nonce: p.nonce, iat: now, exp: now + 300, ...me.claims })
      return json(s, { access_token: 'a', token_type: 'Bearer', id_token: made })
    }
    json(s, {}, 404)
  }
  return Object.assign(me, await listen(handle))
}

// Walks from an address of a provider to the address of Cadre that it sends back to, with a jar of cookies of its own.
export async function walk(to, cadre, jar = new Map()) {
  for (let steps = 0; steps < 20; steps++) {
    if (to.startsWith(`${cadre}/`)) return to.slice(cadre.length)
    const cookie = [...jar].map(([k, v]) => `${k}=${v}`).join('; ')
    const r = await fetch(to, { redirect: 'manual', headers: cookie ? { cookie } : {} }), text = await r.text()
    for (const line of r.headers.get('set-cookie')?.split(/, (?=[\w.-]+=)/) ?? []) {
      const [pair] = line.split(';'), eq = pair.indexOf('=')
      if (pair.length === eq + 1 || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(pair.slice(0, eq))
      else jar.set(pair.slice(0, eq), pair.slice(eq + 1))
    }
    if (r.status < 300 || r.status >= 400) throw new Error(`${to}: ${r.status} ${plain(text).slice(0, 500)}`)
    to = new URL(r.headers.get('location'), to).href
  }
  throw new Error(`too many redirects, the last to ${to}`)
}

// The address that a page sends the browser on to.
export const onward = page => /^0; url=(.*)$/.exec(page.headers.get('refresh') ?? '')?.[1]

// Somebody signed in by a link of the demo.
export async function signedIn(site, base, who) {
  const client = new Client(base)
  await client.get(new URL(link(site.bin, site.db, base, who)).pathname)
  return client
}

// An administrator adds a provider in the browser and turns it on; gives its number.
export async function addProvider(site, base, issuer, more = {}) {
  const admin = await signedIn(site, base, 'administrator')
  await admin.get('/site/sign-on/new')
  await admin.submit({ name: 'North Hospital', issuer, client_id: CLIENT, secret: SECRET, ...more }, '/site/sign-on/new')
  if (admin.page.status !== 303) throw new Error(`adding: ${admin.page.status} ${admin.page.text}`)
  await admin.follow()
  const id = /\/site\/sign-on\/(\d+)/.exec(admin.page.path)[1]
  await admin.submit({}, '/turn')
  if (admin.page.status !== 303) throw new Error(`turning on: ${admin.page.status} ${admin.page.text}`)
  return { id, admin }
}

// Somebody in a browser of her own presses the button on the sign-in page, and comes back: the client is where the callback leads.
export async function signOn(base, id, { back = '', jar, client = new Client(base) } = {}) {
  await client.get(`/sign-in${back ? `?back=${encodeURIComponent(back)}` : ''}`)
  await client.submit({}, `/sign-on/${id}`)
  const to = onward(client.page)
  if (!to) return client
  client.callback = await walk(to, base, jar)
  await client.get(client.callback)
  return client
}
