// SAML through a reverse proxy, with the real ones: Debian's Apache with mod_auth_mellon, configured as docs/sign-on.md says, and Debian's
// simplesamlphp as the institution. What the door itself believes is in proxy.mjs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain, Client } from '../../lib/client.mjs'
import { signedIn } from '../provider.mjs'
import { apacheWithMellon, Browser, hand, identityProvider, missing, serviceProvider } from '../saml.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const says = (page, status, text) => must(page.status === status && plain(page.text).includes(text), `not ${status} "${text}": ${page.status} ${page.url} ${plain(page.text).slice(0, 1000)}`)
const PEOPLE = {
  'eva:secret': { uid: ['eva'], mail: ['eva@south.example.org'], displayName: ['Éva Őry'], employeeNumber: ['S-0'] },
  'nora:secret': { uid: ['nora'], mail: ['nora@south.example.org'], displayName: ['Nora Nobody'] },
}
const answerForm = f => f.fields.some(x => x.name === 'SAMLResponse')

// The whole campus: {base: what people see, server: Cadre's own port, idp, apache, id: of the system in Cadre, eva: {person, mail}, end}
async function campus(site) {
  const folder = hand(mkdtempSync(join(tmpdir(), 'cadre-saml-'))), socket = join(folder, 'door.sock'), k = { stops: [() => rmSync(folder, { recursive: true, force: true })] }
  k.end = async () => { for (const stop of k.stops.reverse()) await stop() }
  try {
    k.idp = await identityProvider(folder, 'idp.example.org', PEOPLE)
    k.stops.push(k.idp.stop)
    k.apache = await apacheWithMellon(folder, socket, k.idp)
    k.stops.push(k.apache.stop)
    k.base = k.apache.base
    k.provider = serviceProvider(k.apache.metadata)
    k.idp.trust(Object.fromEntries([k.provider]))
    k.server = await site.serve(['--sign-on-socket', socket, '--base-url', k.base, '--trust-proxy'])
    hand(socket) // Apache's user may open it, and nobody else
    const [person, mail] = site.query("SELECT i.person_id, i.email FROM identity i WHERE i.email IS NOT NULL AND EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role = 'trainee' AND r.end_day IS NULL) AND NOT EXISTS (SELECT 1 FROM pub_programme_role r WHERE r.person_id = i.person_id AND r.role <> 'trainee') ORDER BY i.person_id LIMIT 1").split('|')
    site.query("DELETE FROM identity_source WHERE source = 'roster'")
    site.query(`INSERT INTO identity_source (source, sourced_id, person_id) VALUES ('roster', 'S-0', ${person})`)
    k.eva = { person, mail }
    const admin = await signedIn(site, k.server.base, 'administrator'), system = { name: 'South University', issuer: k.idp.entity, roster_claim: 'X-Sign-On-Number' }
    await admin.get('/site/sign-on/new-proxy')
    says(await admin.submit({ ...system, leave_path: '//elsewhere.example.org/' }, '/new-proxy'), 422, 'begins with one slash')
    await admin.submit({ ...system, leave_path: '/mellon/logout?ReturnTo=/sign-in' }, '/new-proxy')
    await admin.follow()
    k.id = /\d+$/.exec(admin.page.path)[0]
    must(plain(admin.page.text).includes(`${k.base}/sign-on/proxy/${k.id}`), 'the page does not say what to protect')
    await admin.submit({}, '/turn')
    says(await admin.follow(), 200, 'It is on')
    return k
  } catch (e) {
    const log = `${k.idp?.log().slice(-1500) ?? ''}\n${k.apache?.log().slice(-1500) ?? ''}`
    await k.end()
    throw new Error(`${e.stack}\n${log}`)
  }
}

// From Cadre's sign-in page to where the institution asks who that is, or further where it knows already.
async function begin(k, browser = new Browser(), headers) {
  await browser.get(`${k.base}/sign-in?back=/account/sign-ins`, headers)
  await browser.submit({}, f => f.action === `/sign-on/${k.id}`)
  must(browser.page.status === 200, `the sign-in does not begin: ${browser.page.status} ${plain(browser.page.text)}`)
  await browser.follow()
  return browser
}
// Who she is, said there: ends with the page whose form takes the answer to Apache.
async function enter(browser, name) {
  await browser.submit({ username: name, password: 'secret' }, f => f.fields.some(x => x.name === 'password'))
  await browser.follow()
  browser.form(answerForm)
  return browser
}
const who = async (k, browser) => {
  await browser.get(`${k.base}/account.json`)
  return browser.page.status === 200 ? JSON.parse(browser.page.text).email : null
}
const answer = browser => { const f = browser.form(answerForm); return { to: f.action, fields: f.fields.filter(x => x.name).map(x => [x.name, x.value]) } }
// The same with its XML changed.
const changed = (a, twist) => ({ to: a.to, fields: a.fields.map(([n, v]) => {
  if (n !== 'SAMLResponse') return [n, v]
  const before = Buffer.from(v, 'base64').toString(), after = twist(before)
  must(after !== before, 'the test changes nothing')
  return [n, Buffer.from(after).toString('base64')]
}) })

async function inCampus(site, walk) {
  const absent = missing()
  if (absent.length !== 0) return `needs the packages ${absent.join(', ')}`
  const k = await campus(site)
  try {
    await walk(k)
  } catch (e) {
    throw new Error(`${e.stack}\nApache: ${k.apache.log().slice(-1500)}\nidentity provider: ${k.idp.log().slice(-1500)}`)
  } finally {
    await k.end()
  }
}

export const jobs = {
  'through Apache and an identity provider of SAML somebody signs in, and out again there too': site => inCampus(site, async k => {
    const eva = await begin(k)
    must(eva.page.url.startsWith(`${k.idp.base}/`) && eva.page.text.includes('Enter your username'), `the institution does not ask: ${eva.page.url} ${eva.page.status}`)
    await enter(eva, 'eva')
    await eva.submit({}, answerForm)
    await eva.follow()
    must(eva.page.url === `${k.base}/account/sign-ins` && eva.page.status === 200, `she does not get where she wanted to go: ${eva.page.url} ${eva.page.status} ${plain(eva.page.text).slice(0, 500)}`)
    must(await who(k, eva) === k.eva.mail, 'she is somebody else')
    must(site.query(`SELECT how FROM sign_on_link WHERE person_id = ${k.eva.person}`) === 'roster', 'the link is not there')
    // signing out: of Cadre alone she would come in again without a question, so the way out at the institution is offered
    await eva.get(`${k.base}/account`)
    await eva.submit({}, f => f.action === '/sign-out')
    await eva.follow()
    says(eva.page, 200, 'South University')
    const out = /<a class="btn" href="([^"]*)"/.exec(eva.page.text)?.[1]
    must(out === '/mellon/logout?ReturnTo=/sign-in', `the way out there: ${out}`)
    must(await who(k, eva) === null, 'she is still signed in here')
    await begin(k, eva)
    must(eva.page.url === `${k.base}/account/sign-ins`, `with the session of Apache's own she comes in again: ${eva.page.url}`)
    await eva.get(`${k.base}/account`)
    await eva.submit({}, f => f.action === '/sign-out')
    await eva.follow()
    await eva.get(`${k.base}${out}`)
    await eva.follow()
    must(eva.page.url === `${k.base}/sign-in` && eva.page.status === 200, `after signing out there: ${eva.page.url} ${eva.page.status}`)
    await begin(k, eva)
    must(eva.page.text.includes('Enter your username'), `the institution asks again: ${eva.page.url} ${plain(eva.page.text).slice(0, 300)}`)
    await enter(eva, 'eva')
    await eva.submit({}, answerForm)
    await eva.follow()
    must(await who(k, eva) === k.eva.mail, 'the second time she is somebody else')
    must(site.query('SELECT count(*) FROM sign_on_link') === '1', 'the identifier is another one the second time')

    const people = () => site.query('SELECT count(*) FROM person'), before = people(), nora = await enter(await begin(k), 'nora')
    await nora.submit({}, answerForm)
    await nora.follow()
    says(nora.page, 403, 'not linked with anybody')
    must(await who(k, nora) === null, 'somebody unknown is signed in')
    must(people() === before, 'somebody unknown was made a person')
  }),

  'headers that somebody writes herself are taken away by Apache, and not looked at on the own port': site => inCampus(site, async k => {
    const eva = await enter(await begin(k), 'eva')
    await eva.submit({}, answerForm)
    await eva.follow()
    const subject = site.query(`SELECT subject FROM sign_on_link WHERE person_id = ${k.eva.person}`), forged = { 'X-Sign-On-Id': subject, 'X-Sign-On-Number': 'S-0', 'X-Sign-On-Mail': k.eva.mail, 'X-Sign-On-Name': 'x' }
    // nobody at all: Apache leads to the institution, however the address is written
    for (const way of [`/sign-on/proxy/${k.id}`, `/sign-on/%70roxy/${k.id}`, `//sign-on//proxy/${k.id}`, `/x/../sign-on/proxy/${k.id}`, `/sign-on/proxy/${k.id}?state=x`]) {
      const thief = new Browser()
      await thief.request('GET', `${k.base}${way}`, { headers: forged })
      must(thief.page.status !== 200 && await who(k, thief) === null, `${way}: ${thief.page.status}`)
    }
    const direct = new Browser()
    await direct.get(`${k.base}/sign-on/proxy/${k.id}`, forged)
    must(direct.page.status === 303 && direct.page.headers.location.includes('/mellon/login'), `not led to the institution: ${direct.page.status} ${direct.page.headers.location}`)
    // somebody else who is signed in there, with her own right headers before and after: what the browser says is gone
    const nora = await enter(await begin(k, new Browser(), forged), 'nora')
    await nora.submit({}, answerForm)
    await nora.get(nora.page.headers.location, forged)
    says(nora.page, 403, 'not linked with anybody')
    must(await who(k, nora) === null, 'a forged number signs somebody in as another')
    // on other pages, and at Cadre's own port, with a sign-in that was begun there
    must((await new Browser().get(`${k.base}/account`, forged)).status === 303, 'a header is believed on another page')
    const port = new Client(k.server.base)
    await port.get('/sign-in')
    await port.submit({}, `/sign-on/${k.id}`)
    const way = /url=(.*)/.exec(port.page.headers.get('refresh'))[1]
    says(await port.get(way, forged), 403, 'not said in the way that this site trusts')
    must((await port.get('/account')).status === 303, 'a forged header signs somebody in')
  }),

  'an answer that was changed, is not signed, is for another service, has run out or was used already is refused': site => inCampus(site, async k => {
    const fresh = async (name = 'nora') => answer(await enter(await begin(k), name))
    const refused = async (what, a, browser) => {
      const thief = browser ?? await begin(k) // with the cookie that says that it can keep one
      await thief.post(a.to, a.fields)
      must(thief.page.status === 400, `${what}: ${thief.page.status} ${thief.page.headers.location ?? ''}`)
      await begin(k, thief)
      must(thief.page.text.includes('Enter your username') && await who(k, thief) === null, `${what}: signed in all the same`)
    }
    const nora = await fresh()
    await refused('another number', changed(nora, x => x.replace('Nora Nobody', 'Éva Őry')))
    await refused('another identifier', changed(nora, x => x.replace(/(<saml:NameID [^>]*>)\w/, '$1-')))
    await refused('no signatures', changed(nora, x => x.replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/g, '')))
    await refused('no answer', { to: nora.to, fields: [['SAMLResponse', 'x'], ['RelayState', k.base]] })
    // a second assertion, not signed, before the signed one (signature wrapping)
    await refused('one more assertion', changed(nora, x => {
      const one = /<saml:Assertion [\s\S]*<\/saml:Assertion>/.exec(x)[0]
      return x.replace(one, one.replace(/ID="[^"]*"/, 'ID="_evil"').replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/, '').replace('Nora Nobody', 'Éva Őry') + one).replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/, '')
    }))
    // used already: in another browser
    const eva = await enter(await begin(k), 'eva'), once = answer(eva)
    await eva.submit({}, answerForm)
    const back = eva.page.headers.location
    await eva.follow()
    must(await who(k, eva) === k.eva.mail, 'the answer was good')
    await refused('used already', once)
    await eva.get(back) // and the way back into Cadre is good once
    says(eva.page, 410, 'used already')

    // what the institution itself says wrongly
    const [entity, known] = k.provider, withAnswer = async (more, key = 'idp', to = entity) => {
      k.idp.trust({ [entity]: known, [to]: { ...known, ...more } })
      k.idp.signWith(key)
      const b = new Browser()
      if (to === entity) await begin(k, b)
      else await b.get(`${k.idp.base}/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(to)}&RelayState=${encodeURIComponent(k.base)}`), await b.follow()
      const a = answer(await enter(b, 'eva'))
      k.idp.trust({ [entity]: known })
      k.idp.signWith('idp')
      return a
    }
    await refused('another key', await withAnswer({}, 'other'))
    await refused('for another service', await withAnswer({}, 'idp', 'https://another.example.org/mellon'))
    await refused('run out', await withAnswer({ 'assertion.lifetime': -3600 }))
    // the same by the same way, where nothing is wrong, is good: the refusals above have their own reasons
    const good = await begin(k)
    const a = await withAnswer({})
    await good.post(a.to, a.fields)
    must(good.page.status === 303, `what is right is refused: ${good.page.status}`)
  }),
}
