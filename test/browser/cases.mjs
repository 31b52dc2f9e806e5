// Cases, as people take and write them: one function each, its name is the title.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { query, work } from '../lib/site.mjs'
import { click, fresh, follow, heading, leave, main, must, nav, PASSWORD, person, PHONE, press, sees, setPassword, tabTo } from './hands.mjs'

const CASE = 'The count that does not fit'
const idOf = (db, code) => query(db, `SELECT id FROM exercise WHERE code = '${code}'`)
const goingOf = (db, exercise, email) => query(db, `SELECT a.id FROM exercise_attempt a JOIN identity i ON i.person_id = a.person_id WHERE a.exercise_id = ${exercise} AND a.state = 'going' AND i.email = '${email}'`)
const said = 'It is looked for now or never.'

async function giveReasons(page) {
  await page.locator('[name=framework][value=principles]').check()
  await page.locator('[name=stakeholders]').fill('The patient, the nurse')
  await page.locator('[name=weighed]').fill('Minutes against a swab')
  await page.locator('[name=because]').fill(said)
}

// The ways of the flow test: by number, the reasons at the third step.
const WAY = [1, 1, 1, 1, 1, 2, 1, 2, 1, 2]
async function takeStep(page, number, reasons) {
  const choice = page.locator(`main [name=choice][value="${number}"]`)
  if (reasons) await giveReasons(page)
  await choice.check()
  await click(page.locator('main form button[type=submit]').first())
}

async function seesTheEnd(page) {
  await sees(page, 'A quiet end')
  await sees(page, 'What this case is about')
  await sees(page, 'Beside the panel')
  await sees(page, '74%')
  await main(page).getByText('Your reasons').first().click()
  await sees(page, said)
}

// Begun at a desk, gone on with on a phone; what was written and not sent is there again where scripts run; a second tab that stands
// behind changes nothing; the end, the panel, the debrief; once in the timeline.
async function takeCase(site, options = {}) {
  const { db, server } = site, { email } = fresh(site), exercise = idOf(db, 'count-that-does-not-fit'), scripts = options.javaScriptEnabled !== false
  const desk = await person(site, email, options)
  await nav(desk, 'Practice')
  await follow(desk, CASE)
  await heading(desk, CASE)
  await press(desk, 'Start')
  await sees(desk, 'The surgeon has not looked up')
  await press(desk, 'Go on') // nothing chosen
  await sees(desk, 'There is a problem')
  const behind = await desk.context().newPage()
  await behind.goto(desk.url())
  await takeStep(desk, WAY[0])
  await sees(desk, 'It comes out louder')
  const attempt = goingOf(db, exercise, email), here = `${server.base}/practice/attempts/${attempt}`

  const phone = await person(site, email, { ...options, viewport: PHONE })
  await phone.goto(`${server.base}/practice`)
  await follow(phone, CASE)
  await press(phone, 'Go on')
  await sees(phone, 'It comes out louder')
  must(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth).catch(() => true), 'the step is wider than a phone')
  await takeStep(phone, WAY[1])
  await sees(phone, 'What is owed to the patient here')
  if (scripts) {
    await giveReasons(phone)
    await phone.waitForFunction(words => Object.values(localStorage).some(v => v.includes(words)), said) // a moment after the last key
    phone.on('dialog', d => d.accept())
    await phone.reload()
    must(await phone.locator('[name=because]').inputValue() === said, 'what was written is gone after a reload')
  }
  await takeStep(behind, 2)
  await sees(behind, 'had already gone on from that step')
  await sees(behind, 'What is owed to the patient here')
  must(query(db, `SELECT steps FROM exercise_attempt WHERE id = ${attempt}`) === '2', 'a tab that stands behind took a step')
  await takeStep(phone, WAY[2], true)
  for (const number of WAY.slice(3)) await takeStep(phone, number)
  await seesTheEnd(phone)
  await leave(phone)

  await desk.goto(here)
  await seesTheEnd(desk)
  must(query(db, `SELECT count(*) FROM exercise_choice WHERE attempt_id = ${attempt}`) === '10', 'ten choices make the way')
  await nav(desk, 'Timeline')
  await sees(desk, CASE)
  must(query(db, `SELECT count(DISTINCT source_id) FROM evidence WHERE source_kind = 'practice_attempt' AND kind = 'exercise' AND source_id = ${attempt}`) === '1', 'it counts once')
  await leave(desk)
}
export const case_taken_on_two_devices = site => takeCase(site)
export const case_taken_without_javascript = site => takeCase(site, { javaScriptEnabled: false })

export async function case_taken_by_keyboard(site) {
  const { db, server } = site, { email } = fresh(site), exercise = idOf(db, 'count-that-does-not-fit')
  await setPassword(site, email)
  const page = await person(site, null), keys = page.keyboard
  await page.goto(`${server.base}/practice/${exercise}`)
  await tabTo(page, '[name=email]')
  await keys.type(email)
  await tabTo(page, '[name=password]')
  await keys.type(PASSWORD)
  await keys.press('Enter')
  await heading(page, CASE)
  await tabTo(page, 'main form button')
  await keys.press('Enter')
  await sees(page, 'The surgeon has not looked up')
  for (const [step, number] of WAY.entries()) {
    if (step === 2) {
      await tabTo(page, '[name=framework]')
      await keys.press('Space')
      await tabTo(page, '[name=stakeholders]')
      await keys.type('The patient, the nurse')
      await tabTo(page, '[name=weighed]')
      await keys.type('Minutes against a swab')
    }
    await tabTo(page, '[name=choice]')
    for (let at = Number(await page.evaluate(() => document.activeElement.value)); at < number; at++) await keys.press('ArrowDown')
    await keys.press('Space')
    must(await page.evaluate(() => document.activeElement.value) === String(number), `the keys do not lead to choice ${number}`)
    if (step === 2) {
      await tabTo(page, '[name=because]')
      await keys.type(said)
    }
    await tabTo(page, 'main form button')
    await Promise.all([page.waitForNavigation(), keys.press('Enter')])
  }
  await sees(page, 'A quiet end')
  await sees(page, '74%')
  await leave(page)
}

// ---- writing

const head = (start, language = 'en', title = 'The corridor') => `:: StoryTitle\n${title}\n\n:: StoryData\n{"start": "${start}", "language": "${language}"}\n\n:: StoryAbout [note]\nsummary: A talk in passing.\nminutes: 5\npractises: COM-I\n\n`
const FIRST = `${head('Start')}:: Start\nShe stands at the window.\n\n[[Stop->Talk]]\n[[Walk on->Past]]\n\n:: Talk\nShe turns round.\n\n[[Listen->Done]]\n\n:: Past [ending]\nShe does not.\n\n:: Done [ending]\nShe tells.`
const SECOND = `${head('Door')}:: Door\nThe door is open.\n\n[[In->In]]\n\n:: In [ending]\nNobody.`
const GERMAN = `${head('Door', 'de', 'Der Flur')}:: Door\nDie Tür ist offen.\n\n[[Hinein->In]]\n\n:: In [ending]\nNiemand.`

async function write(page, text, button = 'Save the draft') {
  await page.locator('[name=text]').fill(text)
  await click(main(page).getByRole('button', { name: button, exact: true }))
}

// An author writes a case, sees what is wrong with it, publishes it; a learner begins; the author takes the passage away on which the
// learner stands and publishes again: she goes on where she was. Two authors do not overwrite each other. Then it is translated.
async function writeCase(site, options = {}) {
  const { db, server } = site, { email } = fresh(site)
  const author = await person(site, 'author', options)
  await nav(author, 'Practice')
  await follow(author, 'Write a new exercise')
  await author.locator('[name=code]').fill('corridor')
  await author.locator('[name=title]').fill('The corridor')
  await press(author, 'Begin writing')
  await author.waitForURL(/\/practice\/\d+\/edit$/)
  const exercise = idOf(db, 'corridor'), edit = `${server.base}/practice/${exercise}/edit`
  await write(author, FIRST.replace('[[Listen->Done]]', '[[Listen->Nowhere at all]]\n<script>alert(1)</script>'), 'Check without saving')
  await sees(author, 'Nowhere at all')
  await write(author, FIRST, 'Check without saving')
  await sees(author, 'Nothing wrong was found')
  await write(author, FIRST)
  await sees(author, 'Saved')
  await follow(author, 'Try it')
  await sees(author, 'She stands at the window.')
  await follow(author, 'Stop')
  await sees(author, 'She turns round.')
  await author.goto(edit)
  await follow(author, 'Publish')
  await press(author, 'Publish')
  await sees(author, 'published')

  const learner = await person(site, email, options)
  await learner.goto(`${server.base}/practice/${exercise}`)
  await press(learner, 'Start')
  await sees(learner, 'She stands at the window.')
  await takeStep(learner, 1)
  await sees(learner, 'She turns round.')

  await author.goto(edit)
  const second = await person(site, 'coordinator', options)
  await second.goto(edit)
  await write(author, SECOND)
  await sees(author, 'Saved')
  await write(second, `${FIRST}\n\nMine.`)
  await sees(second, 'Somebody else has saved or published this text')
  must((await second.locator('[name=text]').inputValue()).endsWith('Mine.'), 'what the second author wrote is gone')
  must(query(db, `SELECT source FROM exercise_draft WHERE exercise_id = ${exercise}`).includes('The door is open.'), 'the second author wrote over the first')
  second.on('dialog', d => d.accept())
  await second.goto(`${server.base}/home`)
  await leave(second)
  await follow(author, 'Publish')
  await sees(author, 'One person is in the middle of an earlier version')
  await press(author, 'Publish')
  await sees(author, 'published')

  await learner.reload()
  await sees(learner, 'She turns round.')
  await takeStep(learner, 1)
  await sees(learner, 'She tells.')
  await learner.goto(`${server.base}/practice/${exercise}`)
  await press(learner, /again/)
  await sees(learner, 'The door is open.')
  await leave(learner)

  await author.goto(edit)
  await follow(author, 'Deutsch')
  await write(author, GERMAN)
  await sees(author, 'Saved')
  await follow(author, 'Publish')
  await press(author, 'Publish')
  await sees(author, 'published')
  const german = await person(site, email, { ...options, locale: 'de-DE' })
  await german.goto(`${server.base}/language/de?back=/practice/${exercise}`)
  await german.goto(`${server.base}/practice/${exercise}`)
  await heading(german, 'Der Flur')
  await leave(german)

  await author.goto(`${server.base}/practice/import`)
  const file = join(work, `story-${exercise}.html`)
  writeFileSync(file, '<!doctype html><html><head><script>window.owned = 1</script></head><body><tw-storydata name="Ward" startnode="1" format="Harlowe" format-version="3.3"><script type="text/twine-javascript">window.owned = 1</script><tw-passagedata pid="1" name="Start" tags="">Hello &lt;script&gt;window.owned = 1&lt;/script&gt; &lt;img src=x onerror="window.owned = 1"&gt; (dropdown: bind $x, "a") [[Next]]</tw-passagedata><tw-passagedata pid="2" name="Next" tags="ending">End</tw-passagedata></tw-storydata></body></html>')
  await author.locator('[name=code]').fill('ward')
  await author.locator('[name=file]').setInputFiles(file)
  await press(author, 'Take over a file')
  await author.waitForURL(/\/practice\/\d+\/edit$/)
  const text = await author.locator('[name=text]').inputValue()
  must(/:: Not taken over \[note\]/.test(text) && /dropdown/.test(text), 'what was lost on the way is not told')
  await follow(author, 'Try it')
  await sees(author, 'Hello')
  must(options.javaScriptEnabled === false || await author.evaluate(() => window.owned) === undefined, 'a script of the file ran')
  await leave(author)
}
export const case_written_by_two = site => writeCase(site)
export const case_written_without_javascript = site => writeCase(site, { javaScriptEnabled: false })

// Another kind than a case: what is wrong is told while it is typed, and a click leads to its line; that another author has saved is told
// too, before anything is sent; without scripts the button says the same.
async function writeExercise(site, options = {}) {
  const { db, server } = site, author = await person(site, 'author', options), scripts = options.javaScriptEnabled !== false
  await author.goto(`${server.base}/practice/new`)
  await author.locator('[name=code]').fill('two-at-the-door')
  await author.locator('[name=title]').fill('Two at the door')
  await author.locator('[name=kind]').selectOption('role_play')
  await press(author, 'Begin writing')
  await author.waitForURL(/\/practice\/\d+\/edit$/)
  const box = author.locator('[name=text]'), begun = await box.inputValue(), exercise = idOf(db, 'two-at-the-door')
  const wrong = begun.replace('# Briefing', 'phase of moon: full\n\n# Briefing'), line = wrong.split('\n').indexOf('phase of moon: full') + 1
  if (!scripts) {
    await write(author, wrong, 'Check without saving')
    await author.locator(`#found a[data-line="${line}"]`).waitFor()
    must((await author.locator('[name=text]').inputValue()).trim() === wrong.trim(), 'what was typed is gone after checking')
    return leave(author)
  }
  await box.fill(wrong)
  await author.locator(`#found a[data-line="${line}"]`).first().click()
  must(await box.evaluate(b => b.value.slice(b.selectionStart, b.selectionEnd)) === 'phase of moon: full', 'a click does not lead to the line')
  await box.fill(begun)
  await author.locator(`#found a[data-line="${line}"]`).waitFor({ state: 'detached' })
  must(query(db, `SELECT version FROM exercise_draft WHERE exercise_id = ${exercise}`) === '1', 'checking has saved')

  const second = await person(site, 'coordinator', options)
  await second.goto(author.url())
  await write(second, `${begun}\n\nTheirs.`)
  await sees(second, 'Saved')
  await leave(second)
  await box.press('End')
  await box.pressSequentially(' ')
  await sees(author, 'Somebody else has saved or published this text')
  author.on('dialog', d => d.accept())
  await author.goto(`${server.base}/home`)
  await leave(author)
}
export const exercise_checked_while_it_is_typed = site => writeExercise(site)
export const exercise_checked_without_javascript = site => writeExercise(site, { javaScriptEnabled: false })
