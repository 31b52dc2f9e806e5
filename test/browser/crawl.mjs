// Every page that each role can reach by links, looked at as a person and a checker would: WCAG 2.2 AA rules of axe, the Nu HTML
// checker, no sideways scrolling on a phone, no script error, nothing refused by the content security policy, light and dark.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cadre, link, option, work } from '../lib/site.mjs'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const vnuJar = join(require.resolve('vnu-jar/package.json'), '../build/dist/vnu.jar')
const shots = option('shots', '')
const PHONE = { width: 390, height: 844 }, NARROW = { width: 320, height: 640 }, DESK = { width: 1280, height: 900 }
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

function matcher(pattern) {
  return new RegExp('^' + pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\\?\{[^}]*\\?\}/g, '[^/]+') + '$')
}

export function patterns(bin) {
  const list = JSON.parse(cadre(bin, ['routes', '--json']).out).filter(r => r.method === 'GET')
  list.sort((a, b) => (a.pattern.split('{').length - b.pattern.split('{').length) || b.pattern.length - a.pattern.length)
  return list.map(r => ({ ...r, re: matcher(r.pattern) }))
}

async function sideways(page, address) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return wide > 1 ? [`${address}: scrolls sideways by ${wide} px at ${page.viewportSize().width} px`] : []
}

async function problemsOf(page, address) {
  const found = await sideways(page, address)
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axeSource)
  const axe = await page.evaluate(async tags => (await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations.map(v => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)) })), AXE_TAGS)
  for (const v of axe) found.push(`${address}: axe ${v.id}: ${v.help}\n    ${v.nodes.join('\n    ')}`)
  return found
}

// What axe looks at in a page, without its words and numbers: the part that is the page's own, and what stands around it.
async function shapes(page) {
  const html = await page.evaluate(() => document.documentElement.outerHTML)
  const shape = part => part.replace(/<!--[^]*?-->/g, '').replace(/>[^<]*\S[^<]*</g, '>x<').replace(/>\s+</g, '><').replace(/ (href|action|content|value|src|datetime|data-\w+|aria-current|d|points|x\d?|y\d?|cx|cy|width|height)="[^"]*"/g, (all, name) => ` ${name}`)
    .replace(/"[^"]*"/g, all => all.replace(/\d+/g, '0')).replace(/(<(li|tr|option|path|text|line|circle|rect)\b(?:(?!<\/?\2\b)[^])*?<\/\2>)\1+/g, '$1')
  const own = /<main\b[^]*<\/main>/.exec(html)?.[0] ?? ''
  return [shape(own), shape(html.replace(own, '').replace(/ aria-current/g, ''))]
}

// Where the roles of one engine walk: a thorough tour looks at every page with the checkers and at both widths; the other one is
// quick and German, whose words are long: each page is there, makes no error and does not scroll sideways on the narrowest phone.
export function tour(site) {
  const html = join(work, `html-${site.engine}`)
  mkdirSync(html, { recursive: true })
  if (shots) mkdirSync(shots, { recursive: true })
  return { ...site, html, routes: patterns(site.bin), seenAnywhere: new Set(), shapes: new Set(), origin: new Map() }
}

export async function crawl(browser, site, role, result) {
  const { server, bin, db, engine, html, routes, seenAnywhere, origin, thorough } = site, start = Date.now()
  const context = await browser.newContext({ viewport: thorough ? PHONE : NARROW, colorScheme: 'light', bypassCSP: false })
  const page = await context.newPage()
  const found = []
  page.on('console', m => { if (m.type() === 'error' && !/Failed to load resource/.test(m.text())) found.push(`${page.url()}: ${m.text()}`) })
  page.on('pageerror', e => found.push(`${page.url()}: ${e.message}`))
  if (!thorough) await context.addCookies([{ name: 'lang', value: 'de', url: server.base }])
  const seen = new Map(), queue = ['/home']
  await page.goto(role === 'nobody' ? `${server.base}/sign-in` : link(bin, db, server.base, role))
  if (role === 'nobody') queue[0] = '/sign-in'
  while (queue.length && seen.size < 400) {
    const address = queue.shift()
    const path = address.split('?')[0]
    const route = routes.find(r => r.re.test(path))
    const key = route ? route.pattern + (address.includes('?') ? '?' : '') : path
    if (seen.has(key)) continue
    seen.set(key, address)
    const response = await page.goto(server.base + address).catch(e => ({ error: e }))
    if (response?.error) {
      if (!/ERR_ABORTED|Download/.test(String(response.error))) found.push(`${address}: ${response.error}`)
      continue
    }
    if (!/text\/html/.test(response.headers()['content-type'] ?? '')) continue
    if (response.status() >= 500) found.push(`${address}: status ${response.status()}`)
    if (response.status() >= 400) found.push(`${address}: a link leads to status ${response.status()}`)
    const unlike = thorough ? (await shapes(page)).filter(shape => !site.shapes.has(shape)) : []
    for (const shape of unlike) site.shapes.add(shape)
    found.push(...await (unlike.length ? problemsOf : sideways)(page, address))
    const name = `${role}-${key.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'root'}`
    writeFileSync(join(html, `${name}.html`), await response.text())
    origin.set(`${name}.html`, address)
    for (const href of await page.$$eval('a[href]', as => as.map(a => a.getAttribute('href')))) if (href.startsWith('/') && !href.startsWith('//') && !href.startsWith('/static/')) queue.push(href.split('#')[0])
    if (!thorough || seenAnywhere.has(key)) continue
    seenAnywhere.add(key)
    if (shots) await page.screenshot({ path: join(shots, `${name}-phone.png`), fullPage: true })
    await page.setViewportSize(NARROW)
    found.push(...await sideways(page, address))
    await page.setViewportSize(DESK)
    await page.emulateMedia({ colorScheme: 'dark' })
    found.push(...await problemsOf(page, address + ' (dark, desktop)'))
    if (shots) await page.screenshot({ path: join(shots, `${name}-desk-dark.png`), fullPage: true })
    await page.emulateMedia({ colorScheme: 'light' })
    if (shots) await page.screenshot({ path: join(shots, `${name}-desk.png`), fullPage: true })
    await page.setViewportSize(PHONE)
  }
  await context.close()
  const title = `${role}: ${seen.size} pages are ${thorough ? 'accessible and whole' : 'whole in German'} (${engine})`
  if (found.length) result.fail(title, [...new Set(found)].slice(0, 25).join('\n'), Date.now() - start)
  else result.pass(title, Date.now() - start)
}

// A file that somebody keeps: opened from the disk, light and dark, phone and desk, on paper, and by the Nu HTML checker. What is wrong.
export async function problemsOfFile(browser, path) {
  const context = await browser.newContext({ viewport: PHONE, colorScheme: 'light' })
  const page = await context.newPage(), found = []
  page.on('console', m => { if (m.type() === 'error') found.push(m.text()) })
  page.on('request', r => { if (r.url() !== `file://${path}`) found.push(`it loads ${r.url()}`) })
  await page.goto(`file://${path}`)
  found.push(...await problemsOf(page, 'phone'))
  await page.setViewportSize(NARROW)
  found.push(...await sideways(page, 'narrow'))
  await page.setViewportSize(DESK)
  await page.emulateMedia({ colorScheme: 'dark' })
  found.push(...await problemsOf(page, 'dark, desktop'))
  await page.emulateMedia({ colorScheme: 'light', media: 'print' })
  found.push(...await sideways(page, 'print'))
  await context.close()
  const vnu = spawnSync('java', ['-Xss1m', '-jar', vnuJar, '--format', 'gnu', '--stdout', '--errors-only', path], { encoding: 'utf8' })
  return [...found, ...vnu.stdout.split('\n').filter(Boolean), ...(vnu.error ? [String(vnu.error)] : [])]
}

// The Nu HTML checker over all pages that were kept, beside whatever else goes on.
export async function checkHtml({ html, origin, engine }, result) {
  if (!origin.size) return
  const vnu = await new Promise(done => {
    const p = spawn('java', ['-Xss1m', '-jar', vnuJar, '--format', 'gnu', '--stdout', '--errors-only', html], { stdio: ['ignore', 'pipe', 'pipe'] }), out = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) p[name].setEncoding('utf8').on('data', d => { out[name] += d })
    p.on('error', error => done({ ...out, error })).on('close', status => done({ ...out, status }))
  })
  const errors = vnu.stdout.split('\n').filter(Boolean)
  if (vnu.error) result.fail('the Nu HTML checker', vnu.error)
  else if (errors.length || vnu.status) result.fail(`the Nu HTML checker finds no error (${engine})`, errors.slice(0, 20).map(l => l.replace(/.*\/([^/]+\.html)"?/, (all, f) => `${f} [${origin.get(f)}]`)).join('\n') || vnu.stderr)
  else result.pass(`the Nu HTML checker finds no error in ${origin.size} pages (${engine})`)
}
