// A launch within the page of a learning platform, where the browser keeps the cookies of other sites away: Cadre on one host of this machine
// (localhost, by TLS), the platform on another (127.0.0.1). A browser of its own, since that is a setting of the whole browser.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import * as jose from 'jose'
import { chromium } from 'playwright-core'
import { CLAIM, Platform } from '../campus/lti_platform.mjs'
import { PATIENCE_MS } from '../lib/patience.mjs'
import { quizAnswers } from '../lib/quiz.mjs'
import { link, query, serve, work } from '../lib/site.mjs'
import { must } from './hands.mjs'

// Cadre behind a proxy that does TLS. It gives each answer a cookie as other sites set them, to see what the browser does with those:
// {base, server, foreign: how often it came back from a frame, stop}
async function behindTls(site) {
  const dir = mkdtempSync(join(work, 'tls-'))
  const r = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost', '-keyout', join(dir, 'key'), '-out', join(dir, 'crt')], { encoding: 'utf8' })
  must(r.status === 0, `openssl: ${r.error ?? r.stderr}`)
  const way = { asked: 0, foreign: 0, server: null }
  const proxy = createServer({ key: readFileSync(join(dir, 'key')), cert: readFileSync(join(dir, 'crt')) }, (rq, rs) => {
    if (rq.headers['sec-fetch-dest'] === 'iframe') {
      way.asked++
      if (/\bforeign=/.test(rq.headers.cookie ?? '')) way.foreign++
    }
    const up = request(way.server.base, { method: rq.method, path: rq.url, headers: { ...rq.headers, 'x-forwarded-proto': 'https' } }, a => {
      rs.writeHead(a.statusCode, { ...a.headers, 'set-cookie': [...(a.headers['set-cookie'] ?? []), 'foreign=1; Path=/; SameSite=None; Secure'] })
      a.pipe(rs)
    })
    up.on('error', () => rs.destroy())
    rq.pipe(up)
  })
  await new Promise(done => proxy.listen(0, '127.0.0.1', done))
  way.base = `https://localhost:${proxy.address().port}`
  way.server = await serve(site.bin, site.db, ['--no-rate-limits', '--no-access-log', '--trust-proxy', '--base-url', way.base])
  way.stop = async () => { proxy.closeAllConnections(); proxy.close(); const problem = await way.server.stop(); must(!problem, problem) }
  return way
}

// A browser that takes no cookie from another site; blocked: nor one that is kept apart for the page around it.
async function shy(platform, way, blocked) {
  const profile = mkdtempSync(join(work, 'profile-'))
  mkdirSync(join(profile, 'Default'))
  const apart = blocked ? { content_settings: { exceptions: { cookies: { [`${way.base},${platform.base}`]: { setting: 2 } } } } } : {}
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 1, block_third_party_cookies: true, ...apart } }))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium', ignoreHTTPSErrors: true, locale: 'en', viewport: { width: 1200, height: 900 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  browser.setDefaultTimeout(PATIENCE_MS)
  return browser
}

// The platform, which an administrator entered in a browser of hers: {way, platform, session, title, admin: her page, own: the platform's page there}
async function campus(site) {
  const way = await behindTls(site), platform = await Platform.start(jose, way.base)
  const programme = query(site.db, 'SELECT min(id) FROM programme'), cohort = query(site.db, `SELECT min(id) FROM cohort WHERE programme_id = ${programme}`)
  const [session, title] = query(site.db, `SELECT s.id, s.title FROM course_session s JOIN course c ON c.id = s.course_id JOIN question q ON q.session_id = s.id AND q.retired = 0 WHERE c.programme_id = ${programme} AND c.state = 'published' AND s.retired = 0 ORDER BY s.id LIMIT 1`).split('|')
  platform.opens = { [`${CLAIM}custom`]: { cadre: `session/${session}` }, [`${CLAIM}launch_presentation`]: { document_target: 'iframe' } }
  const page = await (await site.browser.newContext({ ignoreHTTPSErrors: true, locale: 'en' })).newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(link(site.bin, site.db, way.base, 'administrator'))
  await page.goto(`${way.base}/site/lti/new`)
  const fill = { name: 'The platform of the faculty', issuer: platform.base, client_id: platform.clientId, deployments: platform.deployment, auth_url: `${platform.base}/auth`, token_url: `${platform.base}/token`, jwks_url: `${platform.base}/certs` }
  for (const [name, value] of Object.entries(fill)) await page.locator(`[name="${name}"]`).fill(value)
  await page.locator('main form button').last().click()
  await page.waitForURL(/\/site\/lti\/\d+$/)
  const own = page.url()
  return { way, platform, session, title, admin: page, own, programme, cohort, async stop() { platform.stop(); await way.stop() } }
}
async function placed(k) {
  await k.admin.goto(k.own)
  await k.admin.locator('main a[href^="/site/lti/courses/"]').first().click()
  await k.admin.locator('[name="place"]').selectOption(`${k.programme}-${k.cohort}`)
  await k.admin.locator('[name="may_add"]').check()
  await k.admin.locator('main form button').last().click()
  await k.admin.waitForURL(k.own)
}
// What stands in the frame of the platform's page: a text of Cadre's, never an empty box or the browser's own words.
async function shown(page, text) {
  const main = page.frameLocator('iframe').locator('main')
  await main.filter({ hasText: text }).waitFor().catch(async e => { throw new Error(`the frame does not say "${text}": ${(await main.innerText({ timeout: 1000 }).catch(() => 'it is empty')).slice(0, 500)}\n${e.message}`) })
  return main
}

export async function a_launch_in_a_frame_without_cookies_of_other_sites(site) {
  const k = await campus(site), browser = await shy(k.platform, k.way), page = await browser.newPage()
  try {
    // nobody has said yet what the course is here: that is told in the frame
    await page.goto(`${k.platform.base}/course`)
    await shown(page, 'not connected with a programme yet')
    await placed(k)

    // then she lands in the session, goes on within the frame, and forms work there
    await page.goto(`${k.platform.base}/course`)
    await shown(page, k.title)
    const frame = page.frameLocator('iframe')
    must(await frame.locator('html').getAttribute('data-person') !== null, 'nobody is signed in in the frame')
    const asked = k.way.asked // by the frame so far
    await frame.locator(`main a[href="/sessions/${k.session}/quiz"]`).first().click()
    await frame.locator('main form').first().waitFor()
    must(k.way.asked > asked && k.way.foreign === 0, `the browser sends cookies of other sites: ${k.way.foreign}`)
    for (const [name, value] of Object.entries(quizAnswers(site.db, { path: `/sessions/${k.session}/quiz` })))
      for (const one of [value].flat()) {
        const field = frame.locator(`main [name="${name}"]`), kind = await field.first().evaluate(e => e.type)
        if (kind === 'radio' || kind === 'checkbox') await frame.locator(`main [name="${name}"][value="${one}"]`).check()
        else await field.evaluate((e, v) => { e.value = v }, one) // of an order: hidden where scripts move the lines
      }
    await frame.locator('main form button[type="submit"]').last().click()
    await shown(page, 'Passed with 100%')
    const alone = await browser.newPage()
    await alone.goto(`${k.way.base}/sessions/${k.session}`)
    must(new URL(alone.url()).pathname === '/sign-in', `the session of the frame counts outside of it: ${alone.url()}`)
    await alone.close()

    // what is about her account opens in a window of its own, where she signs in herself
    await frame.locator('header a[href="/account"]').first().evaluate(a => a.click())
    const closed = await shown(page, 'opens only when you sign in to Cadre itself')
    const [own] = await Promise.all([page.context().waitForEvent('page'), closed.locator('a[target="_blank"]').click()])
    await own.locator('main form').first().waitFor()
    must(new URL(own.url()).pathname === '/sign-in', `a window to sign in: ${own.url()}`)
    await own.close()

    // the platform is turned off while she works: no empty frame
    await page.goto(`${k.platform.base}/course`)
    await shown(page, k.title)
    await k.admin.goto(k.own)
    await k.admin.locator('main form[action$="/switch"] button').click()
    await k.admin.locator('main form[action$="/switch"]').filter({ hasText: 'Turn on' }).waitFor()
    await frame.locator(`main a[href="/sessions/${k.session}/quiz"]`).first().click()
    const ended = await shown(page, 'open the activity there once more')
    must(await frame.locator('html').getAttribute('data-person') === null, 'the page for a frame is about somebody')
    const [out] = await Promise.all([page.context().waitForEvent('page'), ended.locator('a[target="_blank"]').click()])
    await out.locator('main form').first().waitFor()
    must(new URL(out.url()).pathname === '/sign-in', `a window to go on in: ${out.url()}`)
    await page.goto(`${k.platform.base}/course`)
    await shown(page, 'turned off')
  } finally {
    await browser.close()
    await k.stop()
  }
}

export async function a_launch_in_a_frame_that_may_keep_nothing_goes_on_in_a_window(site) {
  const k = await campus(site), browser = await shy(k.platform, k.way, true), page = await browser.newPage()
  try {
    await page.goto(`${k.platform.base}/course`)
    await shown(page, 'not connected with a programme yet')
    await placed(k)
    await page.goto(`${k.platform.base}/course`)
    const asks = await shown(page, 'says that you are Noor Haddad')
    must(query(site.db, `SELECT count(*) FROM lti_session`) === '0', 'somebody is signed in without a word')
    const [own] = await Promise.all([browser.waitForEvent('page'), asks.locator('a[target="_blank"]').click()])
    await own.locator('main').filter({ hasText: k.title }).waitFor()
    must(new URL(own.url()).pathname === `/sessions/${k.session}`, `the window: ${own.url()}`)
    await own.goto(`${k.way.base}/learning`)
    must(await own.locator('html').getAttribute('data-person') !== null, 'she stays signed in there')
  } finally {
    await browser.close()
    await k.stop()
  }
}
