// What every job in the browser does with its hands: signing in, going somewhere, pressing, seeing, going by keyboard.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from '../lib/patience.mjs'
import { cadre, link, query, work } from '../lib/site.mjs'

export const data = resolve(dirname(fileURLToPath(import.meta.url)), '../data'), shared = resolve(data, '../../../shared/data')
export const must = (yes, why) => { if (!yes) throw new Error(why) }
export const DESK = { width: 1280, height: 900 }, PHONE = { width: 390, height: 844 }

// Somebody at a browser of her own, signed in. Script errors and what the content policy refuses fail the job.
export async function person({ browser, bin, db, server }, who, options = {}) {
  const context = await browser.newContext({ viewport: DESK, locale: 'en-GB', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  page.wrong = []
  page.on('pageerror', e => page.wrong.push(String(e)))
  page.on('console', m => { if (m.type() === 'error' && !/Failed to load resource/.test(m.text())) page.wrong.push(m.text()) })
  if (who) await page.goto(link(bin, db, server.base, who))
  return page
}

export async function leave(page) {
  must(page.wrong.length === 0, page.wrong.join('\n'))
  await page.context().close()
}

// Does a click on this lead to another page? Not a button of a form that the browser finds wrong, nor of one that a script sends.
function leads(e) {
  const link = e.closest('a[href]'), button = e.closest('button, input'), form = button?.form
  if (!link) return !!form && button.type === 'submit' && !('keep' in form.dataset) && (form.noValidate || form.matches(':valid'))
  const to = new URL(link.getAttribute('href'), location)
  return !link.getAttribute('target') && !(to.hash && to.href.split('#')[0] === location.href.split('#')[0])
}

// Clicks, and waits until the page to which that leads is there, or its file begins to come: whatever is done next is done to that page and
// after what the click did, however busy the machine is.
export async function click(locator) {
  const page = locator.page()
  await page.waitForLoadState('domcontentloaded')
  if (!await locator.evaluate(leads)) return locator.click()
  const ends = ['domcontentloaded', 'download', 'close']
  let came
  const there = new Promise((done, fail) => {
    came = done
    setTimeout(fail, PATIENCE_MS, new Error(`a click on ${locator} leads nowhere`)).unref()
    for (const event of ends) page.on(event, done)
  })
  there.catch(() => {}) // told below, unless the click itself fails
  try {
    await locator.click()
    await there
  } finally {
    for (const event of ends) page.off(event, came)
  }
}

export const main = page => page.locator('main')
export const follow = (page, name, exact = false) => click(main(page).getByRole('link', { name, exact }).first())
export const press = (page, name) => click(main(page).getByRole('button', { name }).first())
// Goes where an entry of the navigation leads: on a desktop a group is opened by its own link first.
export const nav = async (page, name) => {
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true, includeHidden: true }).first()
  await page.waitForLoadState('domcontentloaded')
  await link.waitFor({ state: 'attached' })
  if (!await link.isVisible()) await click(link.locator('xpath=ancestor::li[2]/a'))
  await click(link)
}
export const sees = async (page, text) => { await main(page).getByText(text).first().waitFor({ state: 'attached' }) }
export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor()

// A new trainee, who has done nothing yet, and the first session that is due for her.
export function fresh({ bin, db }) {
  const [session, cohort] = query(db, "SELECT s.id, c.code FROM offering o JOIN cohort c ON c.id = o.cohort_id JOIN offering_session os ON os.offering_id = o.id JOIN course_session s ON s.id = os.session_id WHERE s.slug = 'leading-without-a-title' ORDER BY o.start_day DESC, c.code LIMIT 1").split('|')
  const email = 'new.learner@example.org', file = join(mkdtempSync(join(work, 'fresh-')), 'new.csv')
  writeFileSync(file, `id,email,given_name,family_name,cohort,start\nnew-1,${email},New,Learner,${cohort},2025-01-01\n`)
  const r = cadre(bin, ['import', 'roster', file, '--apply', '--db', db])
  must(r.status === 0, r.err)
  return { email, session }
}

export const PASSWORD = 'correct horse battery staple'
export async function setPassword(site, email) {
  const page = await person(site, email)
  await page.goto(`${site.server.base}/account/password`)
  await page.getByLabel('New password').fill(PASSWORD)
  await press(page, 'Set password')
  await sees(page, 'Your password was changed')
  await leave(page)
}

// Tab by tab to what is looked for; what has the focus must show it.
export async function tabTo(page, selector) {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(sel => {
      const e = document.activeElement, s = getComputedStyle(e), label = getComputedStyle(e.closest('label') ?? e)
      if (!e.matches(sel)) return ''
      return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || label.outlineStyle !== 'none' || label.boxShadow !== 'none' ? 'seen' : 'unseen'
    }, selector)
    must(found !== 'unseen', `${selector} has the focus and does not show it`)
    if (found) return
  }
  throw new Error(`Tab does not lead to ${selector}`)
}
