// Who somebody is, said by a reverse proxy (SAML): believed through its own socket, and nowhere else. The proxy here stands for Apache with
// mod_auth_mellon: it takes away what the browser says of itself and says what it knows.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain, Client } from '../../lib/client.mjs'
import { onward, signedIn } from '../provider.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const says = (page, status, text) => must(page.status === status && plain(page.text).includes(text), `not ${status} "${text}": ${page.status} ${plain(page.text).slice(0, 1000)}`)
const goes = (page, to) => must(page.status === 303 && page.headers.get('location') === to, `not to ${to}: ${page.status} ${page.headers.get('location')} ${plain(page.text).slice(0, 1000)}`)

// person: the headers for who has signed in there; null: nobody.
async function proxyTo(socketPath) {
  const me = { person: null, passes: false }
  const server = createServer((q, s) => {
    const headers = Object.fromEntries(Object.entries(q.headers).filter(([k]) => me.passes || !k.startsWith('x-sign-on')))
    if (q.url.startsWith('/sign-on/proxy/') && me.person) Object.assign(headers, me.person)
    const to = request({ socketPath, path: q.url, method: q.method, headers }, r => { s.writeHead(r.statusCode, r.headers); r.pipe(s) })
    to.on('error', () => { s.writeHead(502); s.end() })
    q.pipe(to)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return Object.assign(me, { base: `http://127.0.0.1:${server.address().port}`, close: () => new Promise(done => { server.close(done); server.closeAllConnections() }) })
}

export const jobs = {
  async 'a proxy says who somebody is, through its own socket and nowhere else'(site) {
    const folder = mkdtempSync(join(tmpdir(), 'cadre-door-')), socket = join(folder, 'door.sock'), proxy = await proxyTo(socket)
    try {
      const server = await site.serve(['--sign-on-socket', socket, '--base-url', proxy.base])
      must((statSync(socket).mode & 0o007) === 0, 'everybody may open the socket')
      const [eva, mail] = site.query("SELECT i.person_id, i.email FROM identity i WHERE i.email IS NOT NULL AND EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role = 'trainee' AND r.end_day IS NULL) AND NOT EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role <> 'trainee') ORDER BY i.person_id LIMIT 1").split('|')
      site.query("DELETE FROM identity_source WHERE source = 'roster'")
      site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'S-0', ${eva})`)
      const admin = await signedIn(site, proxy.base, 'administrator')
      await admin.get('/site/sign-on/new-proxy')
      says(await admin.submit({ name: 'South University', issuer: 'https://idp.example.org/shibboleth', subject_header: 'Cookie' }, '/new-proxy'), 422, 'begins with X-')
      await admin.submit({ name: 'South University', issuer: 'https://idp.example.org/shibboleth', subject_header: 'X-Sign-On-Id', roster_claim: 'X-Sign-On-Number' }, '/new-proxy')
      await admin.follow()
      const id = /\d+$/.exec(admin.page.path)[0]
      says(await admin.submit({}, '/test'), 200, 'listens on the socket')
      await admin.get(`/site/sign-on/${id}`)
      await admin.submit({}, '/turn')
      says(await admin.follow(), 200, 'It is on')

      const begin = async (base = proxy.base, client = new Client(base)) => {
        await client.get('/sign-in?back=/account/sign-ins')
        await client.submit({}, `/sign-on/${id}`)
        client.to = onward(client.page)
        must(client.to.startsWith(`/sign-on/proxy/${id}?state=`), `it goes to ${client.to}`)
        return client
      }
      proxy.person = { 'x-sign-on-id': 'eva@pairwise', 'x-sign-on-number': 'S-0', 'x-sign-on-name': 'Eva' }
      const her = await begin()
      goes(await her.get(her.to), '/account/sign-ins')
      must(JSON.parse((await her.get('/account.json')).text).email === mail, 'she is somebody else')
      must(site.query(`SELECT how FROM sign_on_link WHERE person_id = ${eva}`) === 'roster', 'the link is not there')
      await her.post('/sign-out', [])
      says(await her.get(her.to), 410, 'used already')

      // forged: on the server's own address, with and without a sign-in that was begun
      const forged = { 'X-Sign-On-Id': 'eva@pairwise', 'X-Sign-On-Number': 'S-0' }
      const thief = await begin(server.base)
      says(await thief.get(thief.to, forged), 403, 'not said in the way that this site trusts')
      must((await thief.get('/account')).status === 303, 'a forged header signs somebody in')
      must(/sign_on\.forged/.test(server.log()), 'the log does not tell')
      must((await new Client(server.base).get('/account', forged)).status === 303, 'a header is believed on another page')

      // through the proxy, which knows of nobody, or says it twice, or nothing
      const other = await begin()
      proxy.person = null
      says(await other.get(other.to, forged), 403, 'did not say clearly who you are')
      for (const value of ['(null)', '', 'x'.repeat(256)]) {
        const one = await begin()
        proxy.person = { 'x-sign-on-id': value }
        says(await one.get(one.to), 403, 'did not say clearly who you are')
      }
      proxy.person = { 'x-sign-on-id': ['eva@pairwise', 'ben@pairwise'] }
      const twice = await begin()
      says(await twice.get(twice.to), 403, 'did not say clearly who you are')
      proxy.person = { 'x-sign-on-id': 'nobody@pairwise' }
      const stranger = await begin()
      says(await stranger.get(stranger.to), 403, 'not linked with anybody')
      const carried = await begin() // begun in another browser
      says(await new Client(proxy.base).get(carried.to), 403, 'begun in another browser')

      // who is signed in links it herself
      const own = await signedIn(site, proxy.base, 'coordinator')
      await own.get('/account/sign-on')
      await own.submit({}, `/account/sign-on/${id}`)
      goes(await own.get(onward(own.page)), '/account/sign-on')
      says(await own.follow(), 200, 'The account is linked')
      const back = await begin()
      goes(await back.get(back.to), '/account/sign-ins')
    } finally {
      await proxy.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },

  async 'without a socket a proxy is not turned on'(site) {
    const { base } = await site.serve(), admin = await signedIn(site, base, 'administrator')
    await admin.get('/site/sign-on/new-proxy')
    await admin.submit({ name: 'South', issuer: 'urn:south' }, '/new-proxy')
    await admin.follow()
    says(await admin.submit({}, '/turn'), 422, 'no socket for the proxy')
  },
}
