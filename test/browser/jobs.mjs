// What people do, one function each: a name is the title. Each gets a browser, and a server on a fresh demo.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { holds } from '../lib/patience.mjs'
import { cadre, link, query, work } from '../lib/site.mjs'
import { quizAnswers } from '../lib/quiz.mjs'
import { problemsOfFile } from './crawl.mjs'
import { click, data, follow, fresh, heading, leave, main, must, nav, PASSWORD, person, PHONE, press, sees, setPassword, shared, tabTo } from './hands.mjs'

// Fills in the quiz on the page by hand: ticks, words, and for the order either the buttons or, without scripts, the numbers.
async function answerQuiz(page, db, how = 'right', kinds = []) {
  const fields = quizAnswers(db, { path: new URL(page.url()).pathname }, how, kinds)
  for (const [name, value] of Object.entries(fields)) {
    if (name[0] === 'o') continue
    const box = page.locator(`[name="${name}"]`).first()
    if (await box.getAttribute('type') === 'text') await box.fill(value)
    else for (const v of [].concat(value)) await page.locator(`[name="${name}"][value="${v}"]`).check()
  }
  await order(page, fields)
}

async function order(page, fields) {
  for (const list of await page.locator('[data-order]').all()) {
    const numbers = list.locator('input')
    if (await numbers.first().isVisible()) {
      for (const n of await numbers.all()) await n.fill(fields[await n.getAttribute('name')])
      continue
    }
    for (;;) {
      const now = await numbers.evaluateAll(all => all.map(n => n.name))
      const at = now.findIndex((name, i) => i > 0 && Number(fields[now[i - 1]]) > Number(fields[name]))
      if (at < 0) break
      await list.locator('li').nth(at).getByRole('button', { name: 'Move up' }).click()
    }
  }
}

// Applies the roster that is shown, and waits for its end: with scripts the page goes on by itself.
async function apply(page, options = {}) {
  await press(page, 'Apply these changes')
  const result = main(page).getByRole('link', { name: 'See the result' }), list = main(page).getByRole('link', { name: 'See the people' })
  if (options.javaScriptEnabled === false) {
    must(await holds(async () => await result.or(list).count() || !(await page.reload())), 'the roster is not applied')
  } else await result.or(list).first().waitFor()
  if (await result.count()) await click(result)
}

// The coordinator brings in a class and a framework and offers a course; a trainee of that class does its first session; the
// director sees it.
async function mainJob(site, options = {}) {
  const { bin, db, server } = site
  const coordinator = await person(site, 'coordinator', options)
  await nav(coordinator, 'Programmes')
  await follow(coordinator, 'Leading Care')
  await follow(coordinator, 'Import a roster')
  await coordinator.getByLabel('File', { exact: true }).setInputFiles(join(data, 'roster/autumn-entry.csv'))
  await press(coordinator, 'See what would change')
  await sees(coordinator, 'Nothing has been changed yet')
  await sees(coordinator, '6 new people')
  await apply(coordinator, options)
  await follow(coordinator, 'See the people')
  await sees(coordinator, 'Siobhán')

  await nav(coordinator, 'Framework')
  await follow(coordinator, 'Import a framework')
  await coordinator.getByLabel('File', { exact: true }).setInputFiles(join(data, 'framework/small.csv'))
  await press(coordinator, 'See what it holds')
  await sees(coordinator, 'Nothing has been imported yet')
  await coordinator.getByLabel('Framework', { exact: true }).fill('Small framework')
  await coordinator.getByLabel('Licence', { exact: true }).fill('By agreement')
  await press(coordinator, 'Import as a draft')
  await sees(coordinator, 'There is a problem')
  await coordinator.getByLabel('I hold the right to use this text').check()
  await press(coordinator, 'Import as a draft')
  await sees(coordinator, 'The framework is imported as a draft')
  await follow(coordinator, 'Publish')
  await press(coordinator, 'Publish')
  await sees(coordinator, 'The framework is published')

  await nav(coordinator, 'Courses')
  await follow(coordinator, 'Leading without a title')
  await follow(coordinator, 'Offer this course')
  await coordinator.getByLabel('Cohort or group', { exact: true }).selectOption({ label: 'Autumn entry' })
  const today = new Date(), day = n => new Date(today.getTime() + n * 864e5).toISOString().slice(0, 10)
  await coordinator.getByLabel('First day').fill(day(-2))
  await coordinator.getByLabel('Last day').fill(day(7))
  await press(coordinator, 'Show what will happen')
  await sees(coordinator, '5 people will be enrolled now')
  await press(coordinator, 'Offer the course')
  await sees(coordinator, 'The course is offered')
  await leave(coordinator)

  const trainee = await person(site, 'siobhan@example.org', options)
  await heading(trainee, 'What waits for you')
  await sees(trainee, 'Leading before you are in charge')
  const waits = () => main(trainee).getByRole('link', { name: 'Leading before you are in charge', exact: true }).count() // how it was may be asked later
  must(await waits() === 1, 'the session does not wait on Home')
  await follow(trainee, 'Leading before you are in charge')
  await press(trainee, 'I have read this')
  await sees(trainee, 'Noted: you have read this session')
  await follow(trainee, 'Start the quiz')
  await answerQuiz(trainee, db, 'wrong', ['short'])
  await press(trainee, 'Check my answers')
  await sees(trainee, 'Passed with 83%')
  await sees(trainee, 'This session is completed')
  await nav(trainee, 'Home')
  must(await waits() === 0, 'what is done still waits on Home')
  await nav(trainee, 'Timeline')
  await sees(trainee, 'Quiz passed')
  await sees(trainee, 'Session completed')
  await sees(trainee, 'Leading before you are in charge')
  await follow(trainee, 'What led to it and what came of it')
  await heading(trainee, 'Leading before you are in charge')
  await sees(trainee, 'Cadre saw it happen')
  await leave(trainee)

  // the people of the map are counted every five minutes: now
  const people = () => Number(query(db, "SELECT people FROM evidence_tally t JOIN framework_item i ON i.competency_id = t.competency_id WHERE i.code = 'COM-I' AND t.use = 'I'"))
  const before = people()
  query(db, "UPDATE job SET run_at = 0 WHERE kind = 'evidence_tally' AND state = 'waiting'")
  must(await holds(() => people() !== before, 100), 'the people of the map are not counted')
  const director = await person(site, 'director', options)
  await nav(director, 'Coverage')
  await heading(director, 'Coverage')
  const row = main(director).getByRole('row', { name: /COM-I/ })
  await row.first().waitFor()
  const after = people()
  must(after === before + 1, `the map counted ${before} people, then ${after}`)
  must((await row.first().textContent()).includes(`I${after}`), `the row of the map says ${await row.first().textContent()}`)
  await follow(director, /gaps?$/)
  await heading(director, /gaps/i)
  await sees(director, 'Taught, never assessed')
  await leave(director)
}

// What other systems write: a OneRoster bundle and a CASE package, sent by the coordinator, seen by the director.
export async function bundles_of_other_systems(site) {
  const { db } = site, zip = join(shared, 'oneroster/legertom-generated-11.zip'), pack = join(shared, 'case/SmartLevelFramework.json')
  for (const file of [zip, pack]) if (!existsSync(file)) return `${file.slice(file.indexOf('shared'))} is absent`
  const people = () => Number(query(db, 'SELECT count(*) FROM identity')), before = people()
  const coordinator = await person(site, 'coordinator')
  await nav(coordinator, 'Programmes')
  await follow(coordinator, 'Leading Care')
  await follow(coordinator, 'Import a roster')
  await coordinator.getByLabel('File', { exact: true }).setInputFiles(zip)
  await press(coordinator, 'See what would change')
  await sees(coordinator, 'Nothing has been changed yet')
  await sees(coordinator, 'OneRoster')
  must(people() === before, 'looking at a roster added people')
  await apply(coordinator)
  await follow(coordinator, 'See the people')
  must(people() > before + 20, `${people() - before} people came with the bundle`)

  await nav(coordinator, 'Framework')
  await follow(coordinator, 'Import a framework')
  await coordinator.getByLabel('File', { exact: true }).setInputFiles(pack)
  await press(coordinator, 'See what it holds')
  await sees(coordinator, 'Nothing has been imported yet')
  const licence = coordinator.getByLabel('Licence', { exact: true })
  if (!(await licence.inputValue())) await licence.fill('MIT')
  await coordinator.getByLabel('I hold the right to use this text').check()
  await press(coordinator, 'Import as a draft')
  await sees(coordinator, 'The framework is imported as a draft')
  await follow(coordinator, 'Publish')
  await press(coordinator, 'Publish')
  await sees(coordinator, 'The framework is published')
  const title = query(db, 'SELECT title FROM framework ORDER BY id DESC LIMIT 1')
  await leave(coordinator)
  const director = await person(site, 'director')
  await nav(director, 'Framework')
  await sees(director, title)
  await leave(director)
}

export const main_job = site => mainJob(site)
export const main_job_without_javascript = site => mainJob(site, { javaScriptEnabled: false })

export async function main_job_by_keyboard(site) {
  const { db, server } = site, { email, session } = fresh(site)
  await setPassword(site, email)
  const page = await person(site, null), keys = page.keyboard
  await page.goto(`${server.base}/sessions/${session}`)
  await tabTo(page, '[name=email]')
  await keys.type(email)
  await tabTo(page, '[name=password]')
  await keys.type(PASSWORD)
  await keys.press('Enter')
  await heading(page, 'Leading before you are in charge')
  await keys.press('Tab')
  await keys.press('Enter') // the first stop skips to the content
  await page.waitForURL(/#main$/)
  await tabTo(page, 'main form button')
  await keys.press('Enter')
  await sees(page, 'Noted: you have read this session')
  await tabTo(page, `a[href="/sessions/${session}/quiz"]`)
  await keys.press('Enter')
  await heading(page, 'Quiz')
  const fields = quizAnswers(db, { path: new URL(page.url()).pathname })
  for (const field of await page.locator('fieldset.boxed').all()) {
    const first = field.locator('input').first(), name = await first.getAttribute('name'), type = await first.getAttribute('type')
    if (type === 'radio') {
      await tabTo(page, `[name="${name}"]`)
      await keys.press('Space')
      for (let i = 0; i < 10 && !(await page.locator(`[name="${name}"][value="${fields[name]}"]`).isChecked()); i++) await keys.press('ArrowDown')
    } else if (type === 'checkbox') {
      for (const box of await field.locator('input').all()) {
        await tabTo(page, `[name="${name}"][value="${await box.getAttribute('value')}"]`)
        if ([].concat(fields[name]).includes(await box.getAttribute('value'))) await keys.press('Space')
      }
    } else if (type === 'text') {
      await tabTo(page, `[name="${name}"]`)
      await keys.type(fields[name].trim())
    } else {
      // up with the last, until all stand right: the focus goes along with what is moved
      const list = field.locator('[data-order]'), now = () => list.locator('input').evaluateAll(all => all.map(n => n.name))
      for (let step = 0; step < 40; step++) {
        const names = await now(), at = names.findIndex((n, i) => i > 0 && Number(fields[names[i - 1]]) > Number(fields[n]))
        if (at < 0) break
        await list.locator('li').nth(at).getByRole('button', { name: 'Move up' }).focus()
        await keys.press('Enter')
        const said = await page.locator('[role=status]').last().textContent()
        must(/: now \d+ of \d+/.test(said), `moving an item says "${said}"`)
      }
    }
  }
  await tabTo(page, 'main form button[type=submit]')
  await keys.press('Enter')
  await sees(page, 'Passed with 100%')
  await tabTo(page, 'summary')
  await leave(page)
}

export async function drafts_survive(site) {
  const { bin, db, server } = site, { email, session } = fresh(site)
  const page = await person(site, email), quiz = `${server.base}/sessions/${session}/quiz`
  const typed = page.locator('main input[type=text]'), ticks = page.locator('main input[type=radio]:checked')
  await page.goto(quiz)
  await typed.fill('what I typed')
  await page.locator('main input[type=radio]').first().check()
  await page.waitForFunction(() => Object.values(localStorage).some(v => v.includes('what I typed'))) // a moment after the last key
  await page.reload()
  await sees(page, 'What you typed here last time was brought back')
  must(await typed.inputValue() === 'what I typed', 'what was typed is gone after a reload')
  must(await ticks.count() === 1, 'what was ticked is gone after a reload')

  // at once, without a pause, by closing the page
  await typed.fill('typed in haste')
  await page.goto(`${server.base}/home`)
  await page.goto(quiz)
  must(await typed.inputValue() === 'typed in haste', 'what was typed in haste is gone')

  // somebody else on the same device
  const other = query(db, `SELECT i.email FROM enrolment e JOIN offering_session os ON os.offering_id = e.offering_id JOIN identity i ON i.person_id = e.person_id WHERE os.session_id = ${session} AND i.email <> '${email}' ORDER BY i.email LIMIT 1`)
  await page.context().clearCookies()
  await page.goto(link(bin, db, server.base, other))
  await page.goto(quiz)
  must(await typed.inputValue() === '' && await ticks.count() === 0, 'somebody else sees what was typed')

  // discarded, when asked to
  await page.context().clearCookies()
  await page.goto(link(bin, db, server.base, email))
  await page.goto(quiz)
  must(await typed.inputValue() === 'typed in haste', 'the draft is gone after somebody else was there')
  await press(page, 'Discard it')
  must(await typed.inputValue() === '' && await ticks.count() === 0, 'what was discarded is still there')
  await page.reload()
  must(await typed.inputValue() === '', 'what was discarded came back')

  // a refused form keeps it, a saved one forgets it
  await typed.fill('something')
  await press(page, 'Check my answers')
  await sees(page, 'There is a problem')
  must(await typed.inputValue() === 'something', 'what was typed is gone after an error')
  await answerQuiz(page, db, 'wrong', ['short'])
  await press(page, 'Check my answers')
  await sees(page, 'Your answers are saved')
  must(await page.evaluate(() => Object.keys(localStorage).length) === 0, 'a draft is left after its form was saved')
  await page.goto(quiz)
  must(await typed.inputValue() === '', 'what was saved is offered again')

  // signing out leaves nothing behind
  await typed.fill('before signing out')
  await page.waitForFunction(() => Object.values(localStorage).some(v => v.includes('before signing out')))
  await page.locator('summary', { has: page.locator('span[dir=auto]') }).click()
  await click(page.getByRole('button', { name: 'Sign out' }))
  await sees(page, 'You are signed out')
  must(await page.evaluate(() => Object.keys(localStorage).length) === 0, 'a draft is left after signing out')
  await leave(page)
}

export async function time_out_while_typing(site) {
  const { db, server } = site, { email, session } = fresh(site)
  await setPassword(site, email)
  const page = await person(site, email)
  await page.goto(`${server.base}/sessions/${session}/quiz`)
  await answerQuiz(page, db, 'wrong', ['short'])
  query(db, 'UPDATE sign_in SET expires_at = 1')
  await press(page, 'Check my answers')
  await heading(page, 'Sign in')
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(PASSWORD)
  await press(page, 'Sign in')
  await heading(page, 'Quiz') // back where she was
  must(await page.locator('main input[type=text]').inputValue() === 'something else <b>', 'what was typed is gone after the time-out')
  await press(page, 'Check my answers')
  await sees(page, 'Passed with 83%')
  await leave(page)
}

export async function form_errors_come_back_filled(site) {
  const page = await person(site, 'coordinator')
  await nav(page, 'People')
  await follow(page, 'Add a person')
  await page.getByLabel('Given name').fill('Ínga <b>')
  await page.getByLabel('E-mail address').fill('nonsense')
  await page.getByLabel('Time zone').fill('Mars/Crater')
  await press(page, 'Add this person')
  await sees(page, 'There is a problem')
  await page.waitForFunction(() => document.activeElement.matches('.errors')) // the summary of errors has got the focus
  must((await page.title()).startsWith('Error:'), `the title says "${await page.title()}"`)
  must(await page.getByLabel('Given name').inputValue() === 'Ínga <b>', 'the given name is gone')
  must(await page.getByLabel('E-mail address').inputValue() === 'nonsense', 'the address is gone')
  must(await page.getByLabel('E-mail address').getAttribute('aria-invalid') === 'true', 'the wrong field is not marked')
  await page.locator('.errors a').first().click()
  await page.waitForFunction(() => document.activeElement.matches('#f-email')) // it leads to the field
  await page.getByLabel('E-mail address').fill('inga@example.org')
  await page.getByLabel('Time zone').fill('Europe/Oslo')
  await press(page, 'Add this person')
  await sees(page, 'The person was added')
  await heading(page, 'Ínga <b>')

  // a form half filled in asks before it is left
  await follow(page, 'Change details')
  await page.getByLabel('Given name').fill('Somebody else')
  let asked = false
  page.on('dialog', d => { asked = d.type() === 'beforeunload'; d.accept() })
  await nav(page, 'Home')
  await heading(page, 'What waits for you')
  must(asked, 'leaving a half filled form did not ask')
  await leave(page)
}

export async function phone(site) {
  const { db, server } = site, { email, session } = fresh(site)
  const page = await person(site, email, { viewport: PHONE, hasTouch: true, isMobile: true })
  const menu = page.locator('.menu summary'), main = page.getByRole('navigation', { name: 'Main' })
  must(await menu.isVisible() && !(await main.isVisible()), 'the menu is not folded away')
  await menu.tap() // what a tap does comes a moment after it
  await main.waitFor({ state: 'visible' })
  await page.keyboard.press('Escape')
  await main.waitFor({ state: 'hidden' })
  await menu.tap()
  await main.getByRole('link', { name: 'Learning' }).tap()
  await heading(page, 'My courses')
  await page.goto(`${server.base}/sessions/${session}/quiz`)
  const small = await page.evaluate(() => [...document.querySelectorAll('main button, main .btn, main .pick, .menu summary, .pop summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => `${e.textContent.trim().slice(0, 40)}: ${e.getBoundingClientRect().height}`))
  must(small.length === 0, `targets below 44 px: ${small.join(', ')}`)
  await answerQuiz(page, db)
  await page.getByRole('button', { name: 'Check my answers' }).tap()
  await sees(page, 'Passed with 100%')
  must(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the result scrolls sideways')
  await leave(page)

  // without scripts the menu is open or opens by itself
  const plain = await person(site, email, { viewport: PHONE, javaScriptEnabled: false })
  if (await plain.locator('.menu summary').isVisible()) await plain.locator('.menu summary').click()
  await click(plain.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Learning' }))
  await heading(plain, 'My courses')
  await leave(plain)
}

export async function language_switch(site) {
  const { db, server } = site, { email } = fresh(site)
  const page = await person(site, null)
  await page.goto(`${server.base}/sign-in`)
  await page.locator('summary', { hasText: 'English' }).click()
  await click(page.getByRole('link', { name: 'Deutsch' }))
  await heading(page, 'Anmelden')
  must(await page.locator('html').getAttribute('lang') === 'de', 'the page does not say that it is German')
  await page.reload()
  await heading(page, 'Anmelden')
  await page.goto(`${server.base}/nowhere`)
  must(await page.locator('html').getAttribute('lang') === 'de', 'an error page falls back to English')
  await leave(page)

  const own = await person(site, email)
  await heading(own, 'What waits for you')
  await own.goto(`${server.base}/account`)
  await own.getByLabel('Deutsch').check()
  await press(own, 'Save')
  await sees(own, 'Gespeichert')
  await click(own.getByRole('navigation').getByRole('link', { name: 'Start', exact: true }))
  must(await own.locator('html').getAttribute('lang') === 'de', 'the account stays in English')
  await leave(own)
  const again = await person(site, email) // another browser, the same person
  must(await again.locator('html').getAttribute('lang') === 'de', 'the language was forgotten')
  await leave(again)
}

// Three mentors and the people of one cohort, with nobody paired yet, whatever the demo has made of mentoring.
function freshMentoring(db) {
  const one = (sql, ...rest) => query(db, sql, ...rest).split('\n')[0]
  const programme = one('SELECT min(id) FROM programme')
  const mentors = ['mentor', 'author', 'assessor'].map(role => one(`SELECT person_id FROM role_grant WHERE role = '${role}' ORDER BY start_day, id LIMIT 1`))
  query(db, "UPDATE mentor_pair SET state = 'completed', ended_at = proposed_at WHERE state IN ('proposed', 'accepted', 'active', 'paused')")
  query(db, "UPDATE match_round SET state = 'dropped'")
  query(db, 'UPDATE mentor_profile SET shown = 0')
  query(db, "DELETE FROM identity_list WHERE list = 'mentor'")
  mentors.forEach((person, i) => {
    query(db, `DELETE FROM mentor_profile WHERE person_id = ${person}`)
    if (i) query(db, `INSERT INTO role_grant (id, person_id, role, programme_id, start_day, source) VALUES (${901 + i}, ${person}, 'mentor', ${programme}, 1, 'test')`)
    query(db, `INSERT INTO mentor_profile (id, programme_id, person_id, offers, interests, availability, languages, capacity, shown, search_key) VALUES (${911 + i}, ${programme}, ${person}, 'I listen.', 'teams', '', ' en ', 1, 1, 'i listen. teams')`)
    query(db, `INSERT INTO identity_list (list, of_id, sort_key, ref_id, person_id) SELECT 'mentor', ${programme}, sort_key, ${911 + i}, person_id FROM identity WHERE person_id = ${person}`)
  })
  const cohort = one("SELECT cohort_id FROM membership WHERE state = 'active' GROUP BY cohort_id HAVING count(*) >= 3 ORDER BY cohort_id LIMIT 1")
  const mentees = query(db, `SELECT person_id FROM membership WHERE cohort_id = ${cohort} AND state = 'active' ORDER BY person_id LIMIT 2`).split('\n')
  const who = id => ({ id, email: one(`SELECT email FROM identity WHERE person_id = ${id}`), name: one(`SELECT display_name FROM identity WHERE person_id = ${id}`) })
  return { mentors: mentors.map(who), mentees: mentees.map(who), cohort: one(`SELECT title FROM cohort WHERE id = ${cohort}`) }
}

// A day from today, at an hour that every day has: clocks change at night.
const local = days => `${new Date(Date.now() + days * 864e5).toISOString().slice(0, 10)}T12:00`

// A round from the first page to a mentor who leaves: the coordinator at a desk, mentees and mentors on phones without scripts.
export async function whole_round_of_matching(site) {
  const { db } = site, { mentors, mentees, cohort } = freshMentoring(db)
  const phone = who => person(site, who.email, { viewport: PHONE, javaScriptEnabled: false })
  const coordinator = await person(site, 'coordinator')
  await nav(coordinator, 'Matching')
  await follow(coordinator, 'New round')
  await coordinator.getByLabel('Title').fill('Mentors for the autumn')
  await coordinator.getByLabel('Mentees rank until').fill(local(5))
  await coordinator.getByLabel('Mentors rank until').fill(local(5))
  await coordinator.getByLabel('Ranked choices').check()
  await coordinator.getByLabel('Mentees first (fair)').check()
  await press(coordinator, 'Save')
  await heading(coordinator, 'Mentors for the autumn')
  const round = coordinator.url()
  await follow(coordinator, 'Mentors', true)
  await follow(coordinator, 'Take in mentors')
  await press(coordinator, 'Take them in')
  await sees(coordinator, mentors[2].name)
  await coordinator.goto(`${round}/people/mentee/add`)
  await coordinator.locator('[name=cohort]').selectOption({ label: cohort })
  await press(coordinator, 'Take them in')
  await sees(coordinator, mentees[0].name)
  await coordinator.goto(round)
  await follow(coordinator, 'Open the round')
  await press(coordinator, 'Open and tell everybody')
  await sees(coordinator, 'The round is open')

  // the mentees rank: the second adds two, puts the second one first, and rules the third out
  const one = await phone(mentees[0])
  await follow(one, 'Rank your mentors')
  await press(one, `Add to my list ${mentors[0].name}`)
  await press(one, 'Hand in')
  await sees(one, 'Your list is handed in')
  const two = await phone(mentees[1])
  await follow(two, 'Rank your mentors')
  await press(two, `Add to my list ${mentors[0].name}`)
  await press(two, `Add to my list ${mentors[1].name}`)
  await press(two, `Up ${mentors[1].name}`)
  await press(two, `Not with this one ${mentors[2].name}`)
  await sees(two, 'They are never told')
  await press(two, 'Hand in')
  await sees(two, 'Your list is handed in')
  // the mentors: one ranks, one has no preference, one does not answer
  const first = await phone(mentors[0])
  await follow(first, 'Say whom you would like to mentor')
  await press(first, `Add to my list ${mentees[0].name}`)
  await press(first, 'Hand in')
  await sees(first, 'Your list is handed in')
  const second = await phone(mentors[1])
  await follow(second, 'Say whom you would like to mentor')
  await press(second, 'Hand in')
  await sees(second, 'Your list is handed in')

  // preview, what if, two runs side by side
  await coordinator.goto(round)
  await follow(coordinator, 'Preview')
  await sees(coordinator, 'No two would both rather be together')
  await follow(coordinator, 'Try something else')
  await coordinator.getByLabel('Name', { exact: true }).fill('Without the first')
  await coordinator.locator('[name=mentor]').selectOption({ label: mentors[0].name }).catch(() => coordinator.getByLabel(mentors[0].name).check())
  await coordinator.locator('[name=seats]').fill('0')
  await press(coordinator, 'Save and look')
  await sees(coordinator, 'This is not the round as it stands')
  await follow(coordinator, 'Compare with a scenario')
  await sees(coordinator, 'One person gets somebody else')
  must(await main(coordinator).getByRole('row', { name: new RegExp(mentees[0].name) }).count() === 1, 'who changes is not in the comparison')
  must(Number(query(db, "SELECT count(*) FROM mentor_pair WHERE origin = 'round' AND state = 'proposed'")) === 0, 'a preview made a pair')
  // two coordinators approve at once: one of them does, the other is told
  query(db, "INSERT INTO role_grant (id, person_id, role, programme_id, start_day, source) SELECT 905, person_id, 'coordinator', (SELECT min(id) FROM programme), 1, 'test' FROM role_grant WHERE role = 'director' ORDER BY id LIMIT 1")
  const another = await person(site, 'director')
  await coordinator.goto(`${round}/preview`)
  await follow(coordinator, 'Approve')
  await another.goto(`${round}/approve`)
  await Promise.all([coordinator, another].map(page => press(page, 'Approve and tell everybody')))
  const said = await Promise.all([coordinator, another].map(async page => {
    await main(page).getByText(/The round is approved|has been approved already|would now be another one/).first().waitFor()
    return main(page).innerText()
  }))
  must(said.filter(text => /The round is approved/.test(text)).length === 1, `two approved: ${said.join(' | ')}`)
  must(Number(query(db, "SELECT count(*) FROM mentor_pair WHERE origin = 'round' AND state = 'proposed'")) === 2, 'approved twice')
  query(db, 'DELETE FROM role_grant WHERE id = 905')

  // why, then the pair: the mentor says yes, both sign, they meet, an action stands on Home
  await nav(one, 'Home').catch(() => one.goto(site.server.base + '/home'))
  await follow(one, 'See with whom you are')
  await sees(one, mentors[0].name)
  await sees(one, 'This was number 1 on your list')
  await follow(one, 'To the pair')
  const pair = one.url()
  await first.goto(pair)
  await follow(first, 'Answer the request')
  await first.getByLabel('Yes, gladly').check()
  await first.getByLabel('A few kind words').fill('Welcome.')
  await press(first, 'Send the answer')
  await first.goto(`${pair}/agreement`)
  await first.locator('[name=aims]').fill('To find a project')
  await press(first, 'Save the agreement')
  await press(first, 'Sign the agreement')
  await one.goto(pair)
  await press(one, 'Sign the agreement')
  must(query(db, `SELECT state FROM mentor_pair WHERE id = ${pair.split('/').pop()}`) === 'active', 'both signed and the pair is not active')
  await one.goto(`${pair}/meetings/new`)
  await one.locator('[name=starts_at]').fill(local(1))
  await one.locator('[name=place]').fill('Room 2')
  await press(one, 'Save the meeting')
  await one.goto(`${pair}/actions/new`)
  await one.locator('[name=body]').fill('Write down three ideas')
  await press(one, 'Save the action')
  await one.goto(site.server.base + '/home')
  await sees(one, 'Write down three ideas')

  // the mentor leaves: who would move is shown, then done
  await coordinator.goto(`${round}/shift`)
  await coordinator.locator('[name=mentor]').selectOption({ label: mentors[0].name }).catch(() => coordinator.getByLabel(mentors[0].name).check())
  await coordinator.getByLabel('Leaves the round').check()
  await press(coordinator, 'Show who would move')
  await sees(coordinator, 'One person moves')
  await sees(coordinator, mentees[0].name)
  must(query(db, `SELECT state FROM mentor_pair WHERE id = ${pair.split('/').pop()}`) === 'active', 'showing who moves moved somebody')
  await press(coordinator, 'Move them and tell everybody')
  await sees(coordinator, 'The change is made')
  must(query(db, `SELECT state FROM mentor_pair WHERE id = ${pair.split('/').pop()}`) === 'concluded', 'the pair of the mentor who left goes on')
  await one.goto(`${round}/result`)
  await sees(one, 'This round found nobody for you')

  // a mentee leaves: the same way
  await coordinator.goto(round)
  await follow(coordinator, 'A mentee leaves')
  await coordinator.locator('[name=mentee]').selectOption({ label: mentees[1].name }).catch(() => coordinator.getByLabel(mentees[1].name).check())
  await press(coordinator, 'Show who would move')
  await sees(coordinator, `${mentees[1].name} leaves the round`)
  must(Number(query(db, "SELECT count(*) FROM mentor_pair WHERE origin = 'round' AND state = 'proposed'")) === 1, 'showing who moves moved somebody')
  await press(coordinator, 'Move them and tell everybody')
  await sees(coordinator, 'The change is made')
  must((await two.goto(`${round}/result`)).status() === 404, 'who left still sees the round')
  await second.goto(`${round}/result`)
  await sees(second, 'This round gave you nobody to mentor')
  for (const page of [coordinator, another, one, two, first, second]) await leave(page)
}

// Mentoring without a round, on two phones without scripts: found by a search, asked, paused, asked how it goes, quiet, whom to call,
// the lineage, and an end that is nobody's fault.
export async function mentoring_beyond_a_round(site) {
  const { db } = site, { mentors, mentees } = freshMentoring(db), home = `${site.server.base}/home`
  const phone = who => person(site, who.email, { viewport: PHONE, javaScriptEnabled: false })
  const mentee = await phone(mentees[0]), mentor = await phone(mentors[0])
  await mentee.goto(`${site.server.base}/mentors`)
  await main(mentee).getByRole('searchbox').fill('listen')
  await press(mentee, 'Search')
  await follow(mentee, mentors[0].name)
  await sees(mentee, 'I listen.')
  await follow(mentee, 'Ask for mentoring')
  await mentee.getByLabel('Your words').fill('May I learn from you?')
  await press(mentee, 'Send the request')
  await sees(mentee, 'Request sent')
  const pair = mentee.url(), id = pair.split('/').pop()
  await mentor.goto(home)
  await follow(mentor, 'Somebody asks you for mentoring')
  await sees(mentor, 'May I learn from you?')
  await follow(mentor, 'Answer the request')
  await mentor.getByLabel('Yes, gladly').check()
  await mentor.getByLabel('A few kind words').fill('Gladly.')
  await press(mentor, 'Send the answer')
  await mentor.waitForURL(pair)
  await mentor.goto(`${pair}/agreement`)
  await mentor.locator('[name=aims]').fill('To find a project')
  await press(mentor, 'Save the agreement')
  await press(mentor, 'Sign the agreement')
  await main(mentor).getByRole('button', { name: 'Sign the agreement' }).waitFor({ state: 'detached' })
  await mentee.goto(pair)
  await press(mentee, 'Sign the agreement')
  await sees(mentee, 'Active')
  // whom to call: one click from the pair
  await mentor.locator('summary').filter({ hasText: 'Somebody may come to harm' }).click()
  await main(mentor).getByRole('link', { name: 'Show this on a page of its own' }).waitFor({ state: 'visible' })
  // a pause, and on again
  await mentee.goto(pair)
  await follow(mentee, 'Pause')
  await press(mentee, 'Pause the mentoring')
  await sees(mentee, 'Paused')
  await mentor.goto(pair)
  await follow(mentor, 'Go on')
  await press(mentor, 'Go on')
  await sees(mentor, 'It runs again')
  // after the set months both are asked, each alone; the two have been quiet
  query(db, `INSERT INTO mentor_evaluation (pair_id, person_id, month, asked_at, due_day) VALUES (${id}, ${mentees[0].id}, 3, 5, 20000)`)
  query(db, `UPDATE mentor_pair SET touched_at = touched_at - ${61 * 864e5} WHERE id = ${id}`)
  await mentee.goto(home)
  await sees(mentee, 'quiet for 60 days')
  await mentor.goto(home)
  await sees(mentor, 'quiet for 60 days')
  await follow(mentee, 'After 3 months: how does the mentoring go?')
  for (const name of ['openness', 'aims', 'rhythm', 'listened', 'candour', 'change', 'worth']) await mentee.locator(`[name=${name}][value="4"]`).check()
  await press(mentee, 'Send my answers')
  await sees(mentee, 'Only you can read them')
  await mentor.goto(`${pair}/evaluations/3`)
  must(!/Send my answers/.test(await main(mentor).innerText()), 'the mentor reaches what the mentee was asked')
  // over the years: a picture, and the same as a table
  await mentee.goto(`${site.server.base}/mentors/lineage`)
  await main(mentee).locator('svg').first().waitFor()
  must(await main(mentee).getByRole('row', { name: new RegExp(mentors[0].name) }).count() >= 1, 'the mentor is not in the lineage')
  // an end without fault, and another one is looked for
  await mentee.goto(pair)
  await follow(mentee, 'Conclude early')
  await sees(mentee, 'nobody\'s fault')
  await mentee.locator('[name=again][value=ask]').check()
  await press(mentee, 'Conclude')
  await heading(mentee, 'Mentors')
  must(query(db, `SELECT state FROM mentor_pair WHERE id = ${id}`) === 'concluded', 'the pair goes on')
  for (const page of [mentee, mentor]) await leave(page)
}

// Somebody makes a portfolio on a phone, without scripts: sections, what is chosen from the evidence, her words, the order; looks at it
// as others do; keeps it as a web page and as PDF; shows it to somebody without an account; takes it back.
export async function portfolio(site) {
  const { browser, db, server } = site
  const id = query(db, 'SELECT person_id FROM portfolio ORDER BY id LIMIT 1'), email = query(db, `SELECT email FROM identity WHERE person_id = ${id}`)
  const phone = await person(site, email, { viewport: PHONE, hasTouch: true, isMobile: true, javaScriptEnabled: false, acceptDownloads: true })
  await phone.goto(`${server.base}/portfolios`)
  await follow(phone, 'Make a portfolio')
  await phone.getByLabel('Title').fill('For the surgical rotation')
  await phone.getByLabel('Introduction').fill('What I **led**.\n\n| Where | How often |\n|---|--:|\n| Ward 7 | 12 |\n\nSee [the guide](https://example.org/guide).')
  await press(phone, 'Make the portfolio')
  await sees(phone, 'Now add a first section')
  for (const title of ['On call', 'What I learned']) {
    await follow(phone, 'Add a section')
    await phone.getByLabel('Heading of the section').fill(title)
    await press(phone, 'Add the section')
    const boxes = phone.getByRole('checkbox')
    await boxes.nth(0).check()
    await boxes.nth(1).check()
    await press(phone, 'Add what I ticked')
    await sees(phone, 'It is in your portfolio')
  }
  const titles = () => main(phone).locator('.timeline h3').allInnerTexts()
  const before = await titles()
  must(before.length === 4, `${before.length} items`)
  await click(main(phone).locator('.timeline li').nth(1).getByRole('button', { name: 'Move down' }))
  await sees(phone, 'Moved')
  must(await main(phone).locator('section').nth(0).locator('.timeline li').count() === 1, 'it did not go to the next section')
  await click(main(phone).locator('section').nth(1).getByRole('button', { name: /^Move up ?: What I learned/ }))
  await main(phone).locator('section h2', { hasText: 'What I learned' }).first().waitFor()
  must(await main(phone).locator('section h2').first().innerText() === 'What I learned', 'the section did not move')
  await click(main(phone).locator('.timeline h3 a').first())
  await phone.getByLabel('What you say about it').fill('I asked the **quietest** person first.')
  await press(phone, 'Save')
  const small = await phone.locator('main button:visible, main a.btn:visible').evaluateAll(all => all.filter(e => e.getBoundingClientRect().height < 43.5).length)
  must(small === 0, `${small} targets below 44 px`)

  // as others see it, and the way back
  await follow(phone, 'See it as others do')
  await heading(phone, 'For the surgical rotation')
  must(await phone.locator('a[href^="/"]').count() === 1, 'more than the way back can be reached from the preview')
  await click(phone.getByRole('link', { name: 'Back to your portfolio' }))

  // kept as files
  const keep = async name => {
    const [file] = await Promise.all([phone.waitForEvent('download'), follow(phone, name)])
    const path = join(mkdtempSync(join(work, 'portfolio-')), `file.${name.endsWith('PDF') ? 'pdf' : 'html'}`)
    await file.saveAs(path)
    return path
  }
  const html = await keep('Download as a web page'), pdf = await keep('Download as PDF')
  const problems = await problemsOfFile(browser, html)
  must(problems.length === 0, problems.join('\n'))
  const info = spawnSync('pdfinfo', [pdf], { encoding: 'utf8' }).stdout, text = spawnSync('pdftotext', [pdf, '-'], { encoding: 'utf8' }).stdout
  must(/Title: +For the surgical rotation/.test(info) && /Tagged: +yes/.test(info), info)
  must(/What I led[^]*Ward 7[^]*What I learned[^]*I asked the quietest person first\.[^]*On call/.test(text), text)

  // shown to somebody without an account, counted, taken back
  await follow(phone, 'Links that show it')
  await phone.getByLabel('For whom').fill('The head of surgery')
  await press(phone, 'Make the link')
  await sees(phone, 'shown this once')
  const address = await phone.locator('.secret code').innerText()
  await follow(phone, 'I have copied it')
  const reader = await person(site, null)
  await reader.goto(address)
  await heading(reader, 'For the surgical rotation')
  must(await reader.locator('a[href^="/"], form, script').count() === 0, 'something else can be reached from it')
  must(await reader.evaluate(() => getComputedStyle(document.querySelector('.tag')).borderRadius) !== '0px', 'the style sheet does not apply')
  await phone.reload()
  const card = main(phone).getByRole('listitem').filter({ has: phone.getByRole('heading', { name: 'The head of surgery' }) })
  await card.getByText('1', { exact: true }).waitFor()
  await click(card.getByRole('link', { name: 'Take back' }))
  await press(phone, 'Take back')
  await sees(phone, 'The link is taken back')
  must((await reader.goto(address)).status() === 410, 'the link still works')
  must(!(await reader.innerText('main')).includes('surgical'), 'the page of an ended link tells something')
  await leave(reader)
  await leave(phone)
}

// Somebody scans a code on a ward: a minute on a phone, little on the wire, the network drops, it is sent once; the mailed link
// confirms it; the person finds it on her timeline, and her own session is refused.
export async function observation(site) {
  const { browser, db, server } = site
  const subject = query(db, "SELECT person_id FROM observe_link WHERE kind = 'person' ORDER BY person_id LIMIT 1")
  const code = query(db, `SELECT code FROM observe_link WHERE kind = 'person' AND person_id = ${subject}`)
  const email = query(db, `SELECT email FROM identity WHERE person_id = ${subject}`)
  const address = `${server.base}/o/${code}`, count = () => Number(query(db, 'SELECT count(*) FROM observation'))
  const phone = await person({ ...site, browser }, null, { viewport: PHONE, hasTouch: true, isMobile: true, locale: 'de-DE' })

  // all that comes over the wire, heads included, the first time
  const wire = await phone.context().newCDPSession(phone)
  let bytes = 0
  await wire.send('Network.enable')
  wire.on('Network.loadingFinished', e => { bytes += e.encodedDataLength })
  await phone.goto(address, { waitUntil: 'networkidle' })
  must(bytes > 5000 && bytes < 30 * 1024, `${bytes} bytes on the wire`)
  const small = await phone.evaluate(() => [...document.querySelectorAll('main button, main .pick')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).length)
  must(small === 0, `${small} targets below 44 px`)
  must(await phone.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the form scrolls sideways')

  const fill = async (act, words) => {
    await phone.locator(`[name="act"][value="${act}"]`).check()
    const shown = phone.locator('.act').filter({ has: phone.locator(`[name="act"][value="${act}"]`) })
    must(await phone.locator('.act fieldset:visible').count() === await shown.locator('fieldset').count(), 'behaviours of other acts are shown')
    for (const f of await shown.locator('fieldset').all()) await f.locator('[value="3"]').check()
    await phone.getByLabel('Was haben Sie gesehen').fill(words)
    await phone.getByLabel('Ihr Name').fill('Stationsleitung')
    await phone.getByLabel('Ihre E-Mail-Adresse').fill('stationsleitung@example.net')
  }
  const before = count()
  await phone.context().setOffline(true)
  await fill('speaking-up', 'Sagte zweimal, dass die Dosis zu hoch ist.')
  await phone.getByRole('button', { name: 'Beobachtung senden' }).tap()
  await sees(phone, 'auf diesem Telefon aufgehoben')
  await fill('teaching', 'Fragte zuerst, was sie schon wussten.') // a second one, still without a network
  await phone.getByRole('button', { name: 'Beobachtung senden' }).tap()
  await phone.waitForFunction(() => Object.keys(localStorage).filter(k => k.startsWith('cadre:keep:')).length === 2)
  must(count() === before, 'sent without a network?')
  await phone.context().setOffline(false)
  await sees(phone, 'Das Netz ist wieder da')
  await phone.waitForFunction(() => Object.keys(localStorage).every(k => !k.startsWith('cadre:keep:')))
  must(count() === before + 2, `${count() - before} were kept, not 2`)
  await phone.goto(address, { waitUntil: 'networkidle' })
  must(count() === before + 2, 'sent again')

  // with a network the page goes on; what is wrong comes back filled in
  await phone.getByLabel('Was haben Sie gesehen').fill('Ohne Handlung')
  await phone.getByRole('button', { name: 'Beobachtung senden' }).tap()
  await phone.locator('.errors').waitFor()
  must(await phone.getByLabel('Was haben Sie gesehen').inputValue() === 'Ohne Handlung', 'what was typed is lost')
  await fill('urgent', 'Verteilte die Rollen mit Namen.')
  await phone.getByRole('button', { name: 'Beobachtung senden' }).tap()
  await sees(phone, 'Noch ein Schritt')
  must(count() === before + 3, 'not kept')

  // she sees it waiting; the mailed link confirms it, and it stands on her timeline
  const her = await person(site, email, { viewport: PHONE })
  await her.goto(`${server.base}/observations`)
  await sees(her, 'Verteilte die Rollen mit Namen.')
  await sees(her, 'Not confirmed yet')
  await her.goto(address)
  await sees(her, 'This is your own code')
  let mailed
  must(await holds(() => (mailed = /zu bestätigen von Stationsleitung: \S+?(\/o\/confirm\/\S+)/.exec(server.log()))), 'no mail with a link')
  await phone.goto(server.base + mailed[1])
  await phone.getByRole('button', { name: 'Ja, das habe ich gesehen' }).tap()
  await sees(phone, 'Ihre Beobachtung ist bestätigt')
  await her.goto(`${server.base}/evidence`)
  await sees(her, 'Spoke up about a concern')
  await leave(phone)

  // her code on the screen and as a badge; without scripts the form works too
  await her.goto(`${server.base}/observations/code`)
  must(await her.locator('svg .qr').count() > 50, 'no QR code')
  // printed, both are read by a camera
  for (const [sheet, picture] of [['Print a badge', join(work, 'badge.png')], ['Print a poster', join(work, 'poster.png')]]) {
    await her.goto(`${server.base}/observations/code`)
    await follow(her, sheet)
    await her.emulateMedia({ media: 'print' })
    must(!(await her.locator('header.top').isVisible()) && await her.locator('.sheet').isVisible(), 'more than the sheet is printed')
    await her.locator('.sheet').screenshot({ path: picture })
    const read = spawnSync('zbarimg', ['-q', '--raw', '--nodbus', picture], { encoding: 'utf8' })
    must(read.stdout?.trim() === address, `"${sheet}": the code says "${read.stdout}" ${read.error ?? ''}`)
    await her.emulateMedia({ media: 'screen' })
  }
  await leave(her)
  const plain = await person(site, null, { viewport: PHONE, javaScriptEnabled: false })
  await plain.goto(address)
  await plain.locator('[name="act"][value="handover"]').check()
  await plain.locator('[name="i-com-t-1"][value="3"]').check()
  await plain.locator('[name="i-com-p-1"][value="unable"]').check()
  await plain.getByLabel('What did you see').fill('In order, with the plan said back.')
  await plain.getByLabel('Your name').fill('Night nurse')
  await plain.getByLabel('Your e-mail address').fill('night@example.net')
  await click(plain.getByRole('button', { name: 'Send the observation' }))
  await sees(plain, 'look into your mail')
  must(count() === before + 4, 'not kept without scripts')
  await leave(plain)
}

// A whole round of 360 feedback: her own view, fourteen raters on phones without an account (one loses the network), the facilitator puts
// together and reads the report first, then she has it; they meet, a goal goes into the plan, a check-in follows, the round is closed.
export async function whole_round_of_feedback(site) {
  const { db, server } = site
  const pair = query(db, "SELECT a.email || ' ' || b.email FROM mentor_pair p JOIN identity a ON a.person_id = p.mentee_id JOIN identity b ON b.person_id = p.mentor_id JOIN membership m ON m.person_id = p.mentee_id AND m.programme_id = p.programme_id WHERE p.state = 'active' AND m.state = 'active' AND m.end_day IS NULL AND NOT EXISTS (SELECT 1 FROM feedback_round r WHERE r.subject_id = p.mentee_id) AND (SELECT count(*) FROM mentor_pair q WHERE q.mentee_id = p.mentee_id AND q.state IN ('active', 'accepted')) = 1 ORDER BY p.id LIMIT 1")
  const [mine, theirs] = pair.split(' ')
  const rate = async (page, point) => {
    for (const f of await page.locator('main fieldset').all()) await f.locator(`[value="${point}"]`).check()
  }

  // she starts one, sees herself first, and names fourteen people; the same one twice is told and nothing typed is lost
  const her = await person(site, mine)
  await her.goto(`${server.base}/feedback`)
  await follow(her, 'Start a round')
  await press(her, 'Start')
  await follow(her, 'Say how you see yourself')
  await rate(her, 4)
  await her.locator('[name="i-keep"]').fill('I listen first.')
  await press(her, 'Keep my view')
  const list = her.url(), round = list.replace(/\/raters$/, '')
  const raters = [...Array(14)].map((_, k) => ({ name: `Rater ${String.fromCharCode(65 + k)}`, address: `rater.${k}@example.net`, group: k < 4 ? 'senior' : k < 9 ? 'peer' : 'team' }))
  const nameOne = async r => {
    await her.locator('[name=name]').fill(r.name)
    await her.locator('[name=address]').fill(r.address)
    await her.locator(`[name=group][value=${r.group}]`).check()
    await press(her, 'Add to the list')
  }
  for (const r of raters) {
    await nameOne(r)
    await sees(her, r.address)
  }
  await nameOne(raters[0])
  await sees(her, 'on the list already')
  must(await her.locator('[name=name]').inputValue() === raters[0].name, 'what was typed is lost')
  await her.goto(list)
  await press(her, 'Send the list')
  await sees(her, 'looks at your list')

  // her mentor looks at the list and lets them be asked
  const mentor = await person(site, theirs)
  await mentor.goto(`${server.base}/home`)
  await click(mentor.getByRole('link', { name: /look at the list of raters/ }).first())
  await follow(mentor, 'Approve and ask them')
  await sees(mentor, 'cannot be undone')
  await press(mentor, 'Ask them now')
  await sees(mentor, 'The mails are on their way')

  // fourteen raters, one without a network for a while; who does nothing out of the ordinary takes the phone of the one before
  const apart = k => [0, 1, 5, 6, 13].includes(k)
  let phone
  for (const [k, r] of raters.entries()) {
    let mailed
    must(await holds(() => (mailed = server.log().match(new RegExp(`from ${r.name}: \\S+?(/f/\\S+)`)))), `no mail to ${r.name}`)
    if (apart(k)) phone = await person(site, null, { viewport: PHONE, hasTouch: true, isMobile: true })
    const wire = k === 0 && await phone.context().newCDPSession(phone)
    let bytes = 0
    if (wire) {
      await wire.send('Network.enable')
      wire.on('Network.loadingFinished', e => { bytes += e.encodedDataLength })
    }
    await phone.goto(server.base + mailed[1], { waitUntil: wire ? 'networkidle' : 'load' })
    if (k === 0) {
      must(bytes > 5000 && bytes < 30 * 1024, `${bytes} bytes on the wire`)
      const small = await phone.evaluate(() => [...document.querySelectorAll('main button, main .pick')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).length)
      must(small === 0, `${small} targets below 44 px`)
      must(await phone.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the form scrolls sideways')
      await phone.locator('[name="i-limits"][value="unable"]').check() // half filled in and sent: what was chosen stays
      await phone.getByRole('button', { name: 'Send the feedback' }).tap()
      await phone.locator('.errors').waitFor()
      must(await phone.locator('[name="i-limits"][value="unable"]').isChecked(), 'what was chosen is lost')
    }
    await rate(phone, 2 + k % 4)
    await phone.locator('[name="i-keep"]').fill(k % 2 ? 'Asks the quietest person first.' : 'Stays calm.')
    if (k === 5) await phone.context().setOffline(true)
    await phone.getByRole('button', { name: 'Send the feedback' }).tap()
    if (k === 5) {
      await sees(phone, 'kept on this phone')
      await phone.context().setOffline(false)
      await sees(phone, 'The network is back')
      await phone.waitForFunction(() => Object.keys(localStorage).every(k => !k.startsWith('cadre:keep:')))
      await phone.goto(server.base + mailed[1])
    }
    await sees(phone, 'your answer is here')
    if (k === 13) { // taken back, and given again
      await phone.getByRole('button', { name: 'Delete my answer' }).tap()
      await sees(phone, 'was deleted')
      await rate(phone, 4)
      await phone.getByRole('button', { name: 'Send the feedback' }).tap()
      await sees(phone, 'your answer is here')
    }
    if (k === 13 || apart(k + 1)) await leave(phone)
  }
  must(query(db, `SELECT count(*) FROM feedback_sheet WHERE round_id = ${round.split('/').pop()} AND group_code <> 'self'`) === '14', 'not fourteen answers')

  // enough: the answers are put together; he reads first, and she only when he gives it
  await mentor.goto(round)
  await sees(mentor, 'At least 10 answers')
  await follow(mentor, 'End the time to answer')
  await press(mentor, 'End the time to answer')
  await follow(mentor, 'Put the answers together')
  await press(mentor, 'Put the answers together')
  await her.goto(`${round}/report`)
  await heading(her, /no such page/)
  await mentor.goto(round)
  await follow(mentor, 'Read the report')
  await sees(mentor, 'Communication')
  await mentor.goto(round)
  await follow(mentor, 'Give the report')
  await press(mentor, 'Give the report')
  await her.goto(round)
  await follow(her, 'Read the report')
  await sees(her, 'Communication')

  // they meet; a goal goes into the plan; the round is closed, and a check-in follows
  await her.goto(round)
  await follow(her, 'Set the meeting')
  await her.locator('[name=at]').fill(local(-1))
  await her.locator('[name=place]').fill('Room 2.14')
  await press(her, 'Save the meeting')
  await mentor.goto(round)
  await follow(mentor, 'We have met')
  await press(mentor, 'We have met')
  await her.goto(round)
  await follow(her, 'Take a goal into your plan')
  await her.locator('[name=what]').fill('Hand over with the plan said back')
  await her.locator('[name=measure]').fill('Two colleagues say that they heard it')
  await her.locator('[name=by]').fill(local(60).slice(0, 10))
  await click(main(her).locator('form [type=submit]').first())
  await sees(her, 'Hand over with the plan said back')
  await mentor.goto(round)
  await follow(mentor, 'Close the round')
  await press(mentor, 'Close the round')
  await sees(mentor, 'This round is closed')
  await her.goto(round)
  await sees(her, 'You keep the report and the goal')
  await her.goto(`${server.base}/plan/checkins/new`)
  await her.locator('[name=going]').first().check()
  await her.locator('[name=words]').fill('Tried it on two nights.')
  await her.locator('[name=next]').fill(local(30).slice(0, 10))
  await click(main(her).locator('form [type=submit]').first())
  await her.goto(`${server.base}/plan/checkins`)
  await sees(her, 'Tried it on two nights.')
  await her.goto(`${server.base}/evidence`)
  await sees(her, 'Completed a round of 360 feedback')
  await leave(mentor)
  await leave(her)
}

// A reflection on a phone, start to end: set up, written, a patient's name pointed out, shared with her mentor, who sets up too and reads;
// she sees the reading and withdraws. The database, its write-ahead log and a dump of it hold no word of it.
export async function sealed_reflection(site) {
  const { db, server } = site, passphrase = 'four otters juggle quietly', theirs = 'seven lamps above the harbour'
  const pair = query(db, "SELECT a.email || ' ' || b.email || ' ' || b.display_name FROM mentor_pair p JOIN identity a ON a.person_id = p.mentee_id JOIN identity b ON b.person_id = p.mentor_id WHERE p.state = 'active' AND NOT EXISTS (SELECT 1 FROM reflect_key k WHERE k.person_id IN (p.mentee_id, p.mentor_id)) ORDER BY p.id LIMIT 1")
  const [mine, his] = pair.split(' '), name = pair.split(' ').slice(2).join(' ')
  const setUp = async (page, words, code) => {
    await page.goto(`${server.base}/reflections/setup`)
    await page.locator('[name=passphrase]').fill(words)
    await page.locator('[name=again]').fill(words)
    await page.locator(`[name=code][value=${code}]`).check()
    await page.locator('[name=understood]').check()
    await press(page, 'Set up')
  }
  const phone = await person(site, mine, { viewport: PHONE, hasTouch: true, isMobile: true })
  await setUp(phone, passphrase, 'code')
  const code = await phone.locator('.secret code').innerText()
  must(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/.test(code), `${code} is no code`)
  await follow(phone, 'I have kept it')

  // written on the phone; what may point at a patient is pointed out with its reason, and nothing typed is lost
  await follow(phone, 'Write a reflection')
  await follow(phone, 'What, so what, now what')
  await phone.getByLabel('Title').fill('The WINDHOVER night')
  await phone.getByLabel('What happened?').fill('Mrs Ahmed fell, and the team froze. MARROWBONE')
  await phone.getByLabel('So what does it mean?').fill('I waited, like a NIGHTJAR.')
  // The connection drops, comes back, and the tab is closed: what was typed is there, sealed, and goes on as if nothing had been.
  await phone.context().setOffline(true)
  await phone.getByLabel('Now what will you do?').fill('Speak first.')
  await phone.evaluate(() => window.dispatchEvent(new Event('online')))
  await sees(phone, 'No connection')
  await phone.context().setOffline(false)
  await sees(phone, 'is sealed and kept')
  const kept = phone.waitForResponse(r => r.request().method() === 'POST' && /shift/.test(r.request().postData()))
  await phone.getByLabel('Title').fill('The WINDHOVER night shift')
  await phone.evaluate(() => window.dispatchEvent(new Event('online')))
  await kept
  await phone.goto(`${server.base}/reflections`)
  await follow(phone, 'The WINDHOVER night shift')
  await sees(phone, 'Draft')
  await follow(phone, 'Go on writing')
  must((await phone.getByLabel('So what does it mean?').inputValue()).includes('NIGHTJAR'), 'what was typed before the tab was closed is lost')
  await phone.getByLabel('Title').fill('The WINDHOVER night')
  must(await phone.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the form scrolls sideways')
  await press(phone, 'Save sealed')
  await sees(phone, 'This may point at a patient')
  await sees(phone, 'A title and a name.')
  must((await phone.getByLabel('What happened?').inputValue()).includes('MARROWBONE'), 'what was typed is lost')
  await phone.getByLabel('What happened?').fill('A patient fell, and the team froze. MARROWBONE')
  await press(phone, 'Save sealed')
  await heading(phone, 'The WINDHOVER night')
  const text = phone.url()
  must(await phone.evaluate(() => Object.values(localStorage).every(v => !v.includes('MARROWBONE'))), 'the device keeps a draft of it')

  // shared with her mentor, who has no key yet and is asked; then she finishes it
  await follow(phone, 'Share with one person')
  await phone.getByLabel(name).check()
  await press(phone, 'Share')
  await sees(phone, 'Was asked')
  const mentor = await person(site, his)
  await mentor.goto(`${server.base}/home`)
  await follow(mentor, 'Somebody wants to share a reflection with you')
  await follow(mentor, 'Set up sealed reflections')
  await setUp(mentor, theirs, 'none')
  await phone.goto(`${server.base}/home`)
  await follow(phone, 'The person you asked can read now')
  await press(phone, 'Finish sharing')
  await sees(phone, 'Not read yet')

  // he reads it from his Home, and locks; locked, he must open again
  await mentor.goto(`${server.base}/home`)
  await follow(mentor, 'A reflection was shared with you')
  await sees(mentor, 'the team froze. MARROWBONE')
  await mentor.goto(`${server.base}/reflections`)
  await press(mentor, 'Lock now')
  await mentor.goto(text)
  await mentor.getByLabel('Passphrase').fill('seven lamps above the harbor')
  await press(mentor, 'Open my reflections')
  await sees(mentor, 'This is not your passphrase')
  await mentor.getByLabel('Passphrase').fill(theirs)
  await press(mentor, 'Open my reflections')
  await sees(mentor, 'the team froze. MARROWBONE')

  // she sees each reading, and withdraws
  await phone.goto(text)
  await sees(phone, 'Has read it')
  must(await phone.locator('#readings + ul li').count() === 2, 'not every reading is shown')
  await follow(phone, 'Withdraw')
  await sees(phone, 'that cannot be undone')
  await press(phone, 'Withdraw')
  await sees(phone, 'It is withdrawn')
  must((await mentor.goto(text)).status() === 404, 'it can be read after withdrawing')

  // neither director nor administrator sees anything; the stored bytes hold no word
  for (const role of ['director', 'administrator']) {
    const other = await person(site, role)
    must((await other.goto(text)).status() === 404, `the ${role} reads it`)
    await leave(other)
  }
  const secrets = ['WINDHOVER', 'MARROWBONE', 'NIGHTJAR', passphrase, theirs, code]
  const stored = db.startsWith('postgresql:') ? [execFileSync('pg_dump', ['--inserts', db], { maxBuffer: 256 << 20 })]
    : [db, `${db}-wal`].filter(existsSync).map(f => readFileSync(f))
  must(stored.some(b => b.includes('reflection_key')), 'this is not the whole database')
  for (const s of secrets) must(stored.every(b => !b.includes(s) && !b.includes(Buffer.from(s).toString('hex'))), `the database holds "${s}"`)
  must(!server.log().includes('MARROWBONE') && !server.log().includes('otters'), 'the log tells of it')
  for (const page of [phone, mentor]) await leave(page)
}

// A plan on a phone: a goal whose first day is wrong, an action that comes to Home, a check-in, a review that both judge apart; then
// the owner withdraws it, and the mentor, the director and the administrator read nothing.
export async function development_plan(site) {
  const { db, server } = site
  const [her, his, mine, name] = query(db, `SELECT a.email || '|' || b.email || '|' || a.display_name || '|' || b.display_name FROM mentor_pair p JOIN identity a ON a.person_id = p.mentee_id
    JOIN identity b ON b.person_id = p.mentor_id JOIN membership m ON m.person_id = p.mentee_id AND m.state = 'active'
    WHERE p.state = 'active' AND NOT EXISTS (SELECT 1 FROM plan_goal g WHERE g.person_id = p.mentee_id)
      AND NOT EXISTS (SELECT 1 FROM mentor_pair q WHERE q.mentee_id = p.mentee_id AND q.id <> p.id)
    ORDER BY p.id LIMIT 1`).trim().split('|')
  const phone = await person(site, her, { viewport: PHONE, hasTouch: true, isMobile: true })
  await phone.goto(`${server.base}/plan`)
  await sees(phone, name)
  await follow(phone, 'New goal')
  await phone.getByLabel('What do you want to be able to do?').fill('QUAILSONG: I ask the quietest person first.')
  await phone.getByLabel('By what will you notice that you are there?').fill('In four of five handovers.')
  const good = await phone.getByLabel('By when?').inputValue()
  await phone.getByLabel('By when?').fill('2001-01-01')
  await press(phone, 'Save the goal')
  await sees(phone, 'This day has passed')
  must((await phone.getByLabel('What do you want to be able to do?').inputValue()).includes('QUAILSONG'), 'what was typed is lost')
  await phone.getByLabel('By when?').fill(good)
  await press(phone, 'Save the goal')
  await heading(phone, /QUAILSONG/)
  const goal = phone.url()
  await follow(phone, 'Add an action')
  await phone.getByLabel('What will you do?').fill('Ask the charge nurse to watch')
  await press(phone, 'Save the action')
  await phone.goto(`${server.base}/home`)
  await follow(phone, 'Ask the charge nurse to watch')
  await press(phone, 'Mark as done')
  await sees(phone, 'Done.')
  await phone.goto(`${server.base}/plan`)
  await follow(phone, 'New check-in')
  await phone.getByLabel('Going slowly').check()
  await phone.getByLabel('What have you done, and what gets in the way?').fill('Asked twice.')
  await press(phone, 'Save the check-in')
  await sees(phone, 'Asked twice.')

  // both judge it apart
  await follow(phone, 'Begin a review')
  await press(phone, 'Begin')
  const give = async (page, points, words) => {
    for (const group of await main(page).getByRole('group').all()) await group.getByRole('radio').nth(points).check()
    await main(page).getByRole('textbox').fill(words)
    await press(page, 'Send my points')
  }
  await give(phone, 1, 'It was hard to be exact.')
  await sees(phone, 'Yours is sent')
  const review = phone.url()
  const mentor = await person(site, his)
  await mentor.goto(`${server.base}/home`)
  await click(main(mentor).getByRole('listitem').filter({ hasText: mine }).getByRole('link', { name: 'Give points for the goals of your mentee' }))
  must(!(await main(mentor).innerText()).includes('hard to be exact'), 'the mentor reads hers before he has given his')
  await give(mentor, 3, 'Clear enough to see it.')
  await sees(mentor, 'It was hard to be exact.')
  await sees(mentor, '2 apart')
  await phone.goto(review)
  await sees(phone, 'Clear enough to see it.')

  // withdrawn; nobody else ever
  await phone.goto(`${server.base}/plan`)
  await follow(phone, 'Change who reads it')
  await press(phone, 'Withdraw')
  await sees(phone, 'From now on your mentor cannot read your plan')
  for (const address of [goal, review]) must((await mentor.goto(address)).status() === 404, 'the mentor reads on')
  for (const role of ['director', 'administrator']) {
    const other = await person(site, role)
    must((await other.goto(goal)).status() === 404, `the ${role} reads it`)
    await leave(other)
  }
  for (const page of [phone, mentor]) await leave(page)
}

// Somebody is commended, reads it, shows it. The coordinator plans a panel; a trainee writes her summary on a phone; a member decides
// with a condition, and goes on by keyboard; the trainee answers; the decision is reversed and both are kept.
export async function panel(site) {
  const { db } = site
  const cohort = query(db, 'SELECT c.title FROM cohort c ORDER BY c.code LIMIT 1 OFFSET 3')
  const who = n => query(db, `SELECT n.email FROM membership m JOIN cohort c ON c.id = m.cohort_id JOIN identity n ON n.person_id = m.person_id WHERE c.title = '${cohort}' AND m.state = 'active' ORDER BY n.sort_key, m.person_id LIMIT 1 OFFSET ${n}`)
  const of = (email, what) => query(db, `SELECT ${what} FROM identity WHERE email = '${email}'`)
  const email = who(0), name = of(email, 'display_name'), after = of(who(1), 'display_name')
  const assessor = query(db, "SELECT n.email FROM role_grant r JOIN identity n ON n.person_id = r.person_id WHERE r.role = 'assessor' ORDER BY r.id LIMIT 1")
  const day = n => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10)

  const giver = await person(site, who(1))
  await nav(giver, 'Commendations')
  await follow(giver, 'Commend somebody')
  await giver.getByLabel('Whom do you want to commend?').fill(of(email, 'family_name'))
  await press(giver, 'Find')
  await follow(giver, name, true)
  await giver.getByLabel('What did this person do').fill('Asked the quietest person in the handover first.')
  await giver.getByLabel('What is it an example of?').selectOption({ label: 'Keeping the team talking' })
  await press(giver, 'Send it')
  await sees(giver, 'As long as it was not read')
  await leave(giver)

  const keeper = await person(site, 'coordinator')
  await nav(keeper, 'Progress panel')
  await follow(keeper, 'Plan a panel')
  await keeper.getByLabel('What is it called?').fill('Panel of the year')
  await keeper.getByLabel('Day of the meeting').fill(day(20))
  await keeper.getByLabel('Summaries until').fill(day(30))
  await press(keeper, 'Plan it')
  await sees(keeper, 'Summaries are due before the meeting')
  await keeper.getByLabel('Summaries until').fill(day(10))
  await press(keeper, 'Plan it')
  await follow(keeper, 'Put a cohort before it')
  const cohorts = keeper.getByLabel('Which cohort?')
  if (await cohorts.count()) await cohorts.selectOption({ label: cohort })
  else await keeper.getByLabel(cohort, { exact: true }).check()
  await press(keeper, 'Show how many')
  await sees(keeper, 'would come before this panel')
  await press(keeper, 'Put a cohort before it')
  await follow(keeper, 'Who sits on it')
  await keeper.getByLabel('Find somebody').fill(of(assessor, 'family_name'))
  await press(keeper, 'Find')
  await follow(keeper, of(assessor, 'display_name'), true)
  await press(keeper, 'Name as a member')
  await follow(keeper, 'Back to the panel')
  await follow(keeper, 'Open for summaries')
  await press(keeper, 'Open for summaries')
  await sees(keeper, 'Trainees are asked for their summaries')

  const her = await person(site, email, { viewport: PHONE, hasTouch: true, isMobile: true })
  await follow(her, 'Somebody commends you')
  await follow(her, 'Asked the quietest person')
  await her.getByLabel('The people of my programme').check()
  await press(her, 'Save')
  await sees(her, 'It is shown to the people of your programme')
  await her.goto(new URL('/home', her.url()).href)
  await follow(her, 'Write your summary for the panel')
  await her.getByLabel('How do you see your progress?').fill('I lead handovers in a fixed order.')
  await press(her, 'Keep it as a draft')
  await sees(her, 'The panel does not see it')
  await follow(her, 'Write your summary')
  must(await her.getByLabel('How do you see your progress?').inputValue() === 'I lead handovers in a fixed order.', 'the draft is lost')
  await press(her, 'Send it to the panel')
  await sees(her, 'Your summary is sent')
  must(await her.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the page scrolls sideways')

  await follow(keeper, 'Begin the meeting')
  await sees(keeper, 'Summaries are frozen: 1 of')
  await press(keeper, 'Begin the meeting')
  const member = await person(site, assessor)
  await nav(member, 'Progress panel')
  await follow(member, /Panel of the year/)
  await follow(member, 'Next without a decision')
  await heading(member, name)
  await sees(member, 'I lead handovers in a fixed order.')
  await sees(member, 'Attainment by competency and stage')
  await member.getByRole('link', { name: 'Next trainee' }).focus()
  await member.keyboard.press('Enter')
  await heading(member, after)
  await member.getByRole('link', { name: 'Previous trainee' }).focus()
  await member.keyboard.press('Enter')
  await heading(member, name)
  await follow(member, 'Record the decision')
  await member.getByLabel('Progress with conditions', { exact: true }).check()
  await member.getByLabel('Reasons').fill('Handovers are safe; little was seen when it was urgent.')
  await press(member, 'Record it')
  await sees(member, 'needs at least one condition')
  await member.getByLabel('First condition').fill('Lead two emergencies')
  await member.getByLabel('Until when').first().fill(day(60))
  await press(member, 'Record it')
  await sees(member, 'The decision is recorded')

  await her.goto(new URL('/home', her.url()).href)
  await sees(her, 'Lead two emergencies')
  await follow(her, 'The panel has decided')
  await sees(her, 'Handovers are safe')
  await follow(her, 'Answer the panel')
  await her.getByLabel('What do you want to say to it?').fill('Two were seen last week.')
  await press(her, 'Send the answer')
  await sees(her, 'Your answer is sent')

  await member.reload()
  await sees(member, 'Two were seen last week.')
  await follow(member, 'Reverse the decision')
  await member.getByLabel('Why the decision before is reversed').fill('Two observations came in.')
  await member.getByLabel('Progress', { exact: true }).check()
  await member.getByLabel('Reasons').fill('Both emergencies were led well.')
  await press(member, 'Reverse it and record this one')
  await sees(member, 'Both emergencies were led well.')
  await sees(member, 'Handovers are safe')
  await leave(member)

  await her.reload()
  await sees(her, 'Two observations came in.')
  await her.goto(new URL('/home', her.url()).href)
  must(await her.getByText('Lead two emergencies').count() === 0, 'a condition of a reversed decision is still asked for')
  await leave(her)
  await leave(keeper)
}
