// Exercises that several people do together, each at a browser of her own: role-play, negotiation, debate, listening, speaking, an appraisal by
// a panel, a draw of groups. One function each, its name is the title.
import { holds } from '../lib/patience.mjs'
import { query } from '../lib/site.mjs'
import { click, follow, leave, main, must, person, PHONE, press, sees } from './hands.mjs'

const trainees = (db, n) => query(db, `SELECT i.email FROM membership m JOIN person p ON p.id = m.person_id JOIN identity i ON i.person_id = m.person_id WHERE m.state = 'active' ORDER BY p.created_at DESC, m.person_id LIMIT ${n} OFFSET 5`).split('\n').filter(Boolean)
const exerciseOf = (db, code) => query(db, `SELECT id FROM exercise WHERE code = '${code}'`).trim()
const takeSeat = (page, seat) => click(page.locator('#room-people dl > div', { hasText: seat }).getByRole('button', { name: 'Take this seat' }))
async function comeIn(page, site, code, seat) {
  await page.goto(`${site.server.base}/practice/join`)
  await page.getByLabel('Code of the room').fill(code.toLowerCase())
  await press(page, 'Come in')
  await takeSeat(page, seat)
  await sees(page, 'You keep it when your device drops out')
}
// Opens a room on an exercise; the code by which the others come in.
async function open(page, site, exercise) {
  await page.goto(`${site.server.base}/practice/${exercise}`)
  await press(page, 'Open a room')
  return (await page.locator('.secret code').innerText()).trim()
}
const next = async (page, phase) => { await press(page, 'Next phase'); await sees(page, phase) }
// Answers each question of a form with the nth of its choices.
async function answerAll(page, nth) { for (const field of await main(page).locator('form fieldset').all()) await field.getByRole('radio').nth(nth).check() }

// Four play, one of them without JavaScript; one observes; one drops out and comes back on another device. Nobody reloads a page.
export async function aRolePlayInARoom(site) {
  const { db, server } = site, emails = trainees(db, 5), exercise = exerciseOf(db, 'the-bed-promised-twice')
  if (!exercise) return 'the exercise is not there'
  const lead = await person(site, 'coordinator')
  await lead.goto(`${server.base}/practice/${exercise}`)
  await press(lead, 'Open a room')
  const code = (await lead.locator('.secret code').innerText()).trim(), address = lead.url()
  const phones = []
  for (const [k, seat] of ['The resident in surgery', 'The nurse from the emergency department', 'The nurse in charge of the ward', 'The bed manager', 'Observers'].entries()) {
    const page = await person(site, emails[k], k === 3 ? { viewport: PHONE, javaScriptEnabled: false } : { viewport: PHONE })
    await comeIn(page, site, code, seat)
    phones.push(page)
  }
  const [surgeon, , sister, plain, observer] = phones
  await sees(observer, 'What observers look for')
  await lead.locator('#room-people .tag', { hasText: 'Free' }).first().waitFor({ state: 'detached' })
  await press(lead, 'Begin')
  for (const page of [surgeon, sister, observer]) await sees(page, 'Phase 1 of 4')
  must(await plain.getByText('Phase 1 of 4').count() === 0, 'a page without a script cannot have changed')
  await follow(plain, 'See what has changed')
  await sees(plain, 'Phase 1 of 4')

  await sees(sister, 'a man died in it at noon')
  for (const page of [surgeon, plain, observer]) must(await page.getByText('a man died in it at noon').count() === 0, 'a private card is with somebody else')

  await surgeon.context().close() // her telephone is empty
  await press(lead, 'Next phase')
  for (const page of [sister, observer]) await sees(page, 'In the corridor')
  const again = await person(site, emails[0]), asked = Date.now() / 1000
  await again.goto(address)
  await sees(again, 'Your card: The resident in surgery')
  // when each clock will stand at nothing: it was read at some moment between the two that are noted
  const ends = async page => {
    const from = Date.now() / 1000, [m, s] = (await page.locator('.clock b').innerText()).split(':').map(Number)
    return { from: from + 60 * m + s, until: Date.now() / 1000 + 60 * m + s }
  }
  const one = await ends(again), two = await ends(sister), came = Date.now() / 1000 - asked
  must(one.from - two.until <= 3 + came && two.from - one.until <= 3 + came, `two devices show different clocks: ${JSON.stringify([one, two, came])}`)

  await press(again, 'Ask for a time-out')
  for (const page of [lead, sister, observer]) await sees(page, 'Time-out, asked for by')
  await press(lead, 'Go on')
  await sister.getByText('Time-out, asked for by').waitFor({ state: 'detached' })
  await press(lead, 'Next phase')
  await sees(lead, 'Phase 3 of 4')
  await press(lead, 'Next phase')
  for (const page of [again, sister, observer]) await sees(page, 'Questions to all')
  await again.locator('summary', { hasText: 'The nurse in charge of the ward' }).click()
  await sees(again, 'a man died in it at noon')

  await click(observer.locator('.gaps li', { hasText: 'The resident in surgery' }).getByRole('link'))
  for (const field of await observer.locator('fieldset').all()) await field.getByRole('radio').first().check()
  await press(observer, 'Give it to her')
  await sees(observer, 'Given: it can be read now')
  await sees(again, 'What one person saw of you')
  await follow(again, 'What one person saw of you')
  await sees(again, 'Item by item')
  await observer.goto(`${server.base}/home`)
  await sees(observer, 'A room is open for you')

  await lead.locator('summary', { hasText: 'More' }).click()
  await follow(lead, 'End the room')
  await press(lead, 'End the room')
  await sees(lead, 'It is over')
  await sees(sister, 'It is over')
  await observer.reload()
  await sees(observer, 'Say what you saw')
  for (const page of [lead, again, sister, plain, observer, phones[1]]) await leave(page)
}

// Two bargain; what one offers stands before the other at once, and what the other is writing stays.
export async function aNegotiationInARoom(site) {
  const { db, server } = site, emails = trainees(db, 2), exercise = exerciseOf(db, 'one-room-two-clinics')
  if (!exercise) return 'the exercise is not there'
  const one = await person(site, emails[0]), two = await person(site, emails[1], { viewport: PHONE })
  await one.goto(`${server.base}/practice/${exercise}`)
  await press(one, 'Open a room')
  const code = (await one.locator('.secret code').innerText()).trim()
  await click(one.locator('#room-people dl > div', { hasText: 'The diabetes clinic' }).getByRole('button'))
  await comeIn(two, site, code, 'The clinic for young people')
  await press(one, 'Begin')
  await sees(two, 'Your alternative is worth 58 points')
  await press(one, 'Next phase')
  await two.locator('#room-offer').getByRole('button', { name: 'Make this offer' }).waitFor()
  await two.getByLabel('What you say with it').fill('Half a sentence')
  const choose = async page => { for (const field of await page.locator('#room-offer select').all()) await field.selectOption('1') }
  await choose(one)
  await one.getByLabel('What you say with it').fill('Mornings for us')
  await press(one, 'Make this offer')
  await sees(two, 'Mornings for us')
  must(await two.getByLabel('What you say with it').inputValue() === 'Half a sentence', 'what was being written is gone')
  await press(two, 'Agree to this offer')
  await sees(one, 'is signed by all')
  await press(one, 'Next phase')
  await sees(two, 'All deals there could have been')
  await sees(two, 'What came of it')
  await leave(one)
  await leave(two)
}

// Two speak, three judge apart, three vote before and after: the motion, its sides drawn blind, the swing, the judges' agreement.
export async function aDebateInARoom(site) {
  const { db } = site, emails = trainees(db, 8), exercise = exerciseOf(db, 'debate-no-gifts')
  if (!exercise) return 'the exercise is not there'
  const lead = await person(site, 'coordinator'), code = await open(lead, site, exercise), pages = []
  for (const [k, email] of emails.entries()) {
    const page = await person(site, email, k % 2 ? { viewport: PHONE } : {})
    pages.push(page)
    await comeIn(page, site, code, k < 2 ? 'Speaker' : k < 5 ? 'Judge' : 'Observers')
  }
  const speakers = pages.slice(0, 2), judges = pages.slice(2, 5), voters = pages.slice(5)
  const vote = async (page, how) => {
    await page.locator('#debate-now').getByRole('radio', { name: how }).check()
    await click(page.locator('#debate-now').getByRole('button').first())
    await sees(page, 'You have voted')
  }
  await press(lead, 'Begin')
  for (const page of voters) await vote(page, 'Against')
  await sees(lead, '3 votes are in')
  await press(lead, 'Next phase')
  for (const page of speakers) await sees(page, /You speak (for|against) the motion/)
  const sides = await Promise.all(speakers.map(page => page.getByText('You speak for the motion').count()))
  must(sides[0] + sides[1] === 1, 'one speaks for the motion, one against')
  for (let k = 0; k < 7; k++) {
    const seen = await lead.locator('.room-clock').innerText()
    await press(lead, 'Next phase')
    await lead.waitForFunction(was => document.querySelector('.room-clock').innerText.split('\n')[0] !== was.split('\n')[0], seen)
  }
  await sees(lead, 'Vote after, ballots')
  for (const page of voters) await vote(page, /^For/)
  for (const [k, page] of judges.entries()) {
    await follow(page, 'Write your ballot')
    for (const [n, field] of (await main(page).locator('form fieldset').all()).entries()) await field.getByRole('radio').nth(n % 3 === k ? 2 : 1).check()
    await press(page, /ballot/)
    await sees(page, 'Your ballot is in')
    must(await page.getByText('Do the judges rank alike').count() === 0, 'the result is shown before the end')
  }
  await press(lead, 'Next phase')
  for (const page of [...speakers, ...judges, ...voters]) await sees(page, 'Do the judges rank alike?')
  await sees(voters[0], 'Tied, so the rule stated beforehand decides')
  await sees(voters[0], 'The motion is carried') // the audience moved towards it
  must(query(db, `SELECT count(*) FROM exercise_attempt a JOIN room_seat s ON s.attempt_id = a.id WHERE a.exercise_id = ${exercise} AND s.part = 'speaker' AND a.state = 'done'`) >= 2, 'those who spoke have done it')
  for (const page of [lead, ...pages]) await leave(page)
}

// One tells, the other answers and gives back in her own words; who told says what she heard.
export async function listeningInARoom(site) {
  const { db } = site, emails = trainees(db, 2), exercise = exerciseOf(db, 'listening-after-the-night')
  if (!exercise) return 'the exercise is not there'
  const teller = await person(site, emails[0]), listener = await person(site, emails[1], { viewport: PHONE })
  const code = await open(teller, site, exercise)
  await takeSeat(teller, 'Teller')
  await comeIn(listener, site, code, 'Listener')
  await press(teller, 'Begin')
  await sees(teller, 'You tell now')
  await sees(listener, 'You listen now')
  must(await listener.locator('#listening-now .prose').count() === 0, 'who listens reads the story')
  await press(teller, 'Next phase')
  await press(teller, 'Next phase')
  await listener.getByRole('button', { name: 'Send the answers' }).waitFor()
  for (const field of await listener.locator('#listening-now fieldset').all()) await field.getByRole('radio').first().check()
  await listener.locator('#listening-now textarea').first().fill('You were alone with it.')
  await press(listener, 'Send the answers')
  await sees(listener, 'Your answers are in')
  await press(teller, 'Next phase')
  await sees(teller, 'You were alone with it.')
  await teller.locator('#listening-now').getByRole('checkbox').first().check()
  await click(teller.locator('#listening-now').getByRole('button').first())
  for (let k = 0; k < 5; k++) {
    const seen = await teller.locator('.room-clock span').first().innerText()
    await press(teller, 'Next phase')
    await teller.waitForFunction(was => document.querySelector('.room-clock span').innerText !== was, seen)
  }
  for (const page of [teller, listener]) await sees(page, 'Recalled')
  await leave(teller)
  await leave(listener)
}

// Prepared on a phone, given while another listens; the clock alone moves the signal on both; a recording; rated apart by the one who heard it
// and by one of the faculty who was asked, then shown to all three.
export async function aSpeechWithRaters(site) {
  const { db, server } = site, emails = trainees(db, 2), exercise = exerciseOf(db, 'speaking-a-patient-in-two-minutes')
  if (!exercise) return 'the exercise is not there'
  const speaker = await person(site, emails[0], { viewport: PHONE }), peer = await person(site, emails[1]), faculty = await person(site, 'coordinator')
  const code = await open(speaker, site, exercise), address = speaker.url(), room = address.split('/').pop()
  await takeSeat(speaker, 'Speaker')
  await comeIn(peer, site, code, 'Observers')
  await speaker.getByLabel('Outline').fill('Mrs Adair, worse since yesterday')
  await press(speaker, 'Keep the outline')
  await press(speaker, 'Begin')
  await next(speaker, 'You have time')
  await sees(speaker, 'Mrs Adair, worse since yesterday')
  await sees(peer, 'You have time')
  must(await peer.getByText('Mrs Adair, worse').count() === 0, 'the outline is hers alone')
  // nobody reloads; the clock is put there again where a slow machine let it run past
  for (const [second, signal] of [[101, 'Green: long enough'], [116, 'Amber: come to an end'], [136, 'Red: time is up']]) {
    const seen = [speaker, peer].map(() => false)
    must(await holds(async () => {
      const from = Date.now() - second * 1000, moved = ['changes_at', 'changes_second', 'changes_third'].map(c => `${c} = ${c} + ${from} - runs_at`)
      query(db, `UPDATE room SET runs_at = ${from}, ${moved} WHERE id = ${room}`)
      await Promise.all([speaker, peer].map(async (page, k) => { seen[k] ||= await main(page).getByText(signal).first().waitFor({ timeout: 8000 }).then(() => true, () => false) }))
      return seen.every(Boolean)
    }), `"${signal}" is not shown: ${seen}`)
  }
  must(await speaker.locator('.signal svg').count() === 1, 'the signal has a shape')
  await next(speaker, 'For yourself')

  await follow(speaker, 'Keep a recording')
  await speaker.locator('[type=file]').setInputFiles({ name: 'speech.webm', mimeType: 'video/webm', buffer: Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex') })
  await press(speaker, 'Upload')
  await sees(speaker, 'The recording is kept')
  await speaker.getByLabel('What you said').fill('Um, this is Mrs Adair. Since yesterday she cannot lie flat, and, you know, I think that her heart fails, though a clot may be behind it.')
  await speaker.getByLabel('Seconds that you spoke').fill('12')
  await press(speaker, 'Keep and count')
  await sees(speaker, 'Words a minute')
  await sees(speaker, 'you know: 1')
  await follow(speaker, 'Ask somebody to rate')
  const name = query(db, "SELECT i.display_name FROM role_grant r JOIN identity i ON i.person_id = r.person_id WHERE r.role = 'coordinator' ORDER BY r.id LIMIT 1")
  const asked = main(speaker).locator('[name=faculty]')
  if (await asked.first().evaluate(e => e.tagName) === 'SELECT') await asked.selectOption({ label: name })
  else await main(speaker).getByRole('radio', { name }).check()
  await press(speaker, 'Ask')
  await sees(speaker, 'They find it on Home now')

  await sees(peer, 'Each rates apart')
  await click(peer.locator('.gaps').getByRole('link').first())
  await answerAll(peer, 0)
  await press(peer, 'Give it to her')
  await sees(speaker, 'Has rated')
  must((await speaker.goto(`${address}/ratings`)).status() === 404, 'a rating is shown before the other is in')
  await faculty.goto(`${server.base}/home`)
  await follow(faculty, /A patient in two minutes/)
  must((await faculty.request.get(`${address}/recording/file`)).status() === 200, 'who was asked cannot hear it')
  await click(faculty.locator('.gaps').getByRole('link').first())
  await answerAll(faculty, 1)
  await press(faculty, 'Give it to her')
  for (const page of [speaker, peer, faculty]) {
    await page.goto(`${address}/ratings`)
    await sees(page, 'Item by item')
    await sees(page, 'pairs of answers')
  }
  await speaker.goto(`${address}/recording`)
  await press(speaker, 'Delete the recording')
  await sees(speaker, 'The recording is deleted')
  for (const page of [speaker, peer, faculty]) await leave(page)
}

// Two write apart; neither sees the other's before both are in and the chair shows all; then they decide.
export async function anAppraisalByAPanel(site) {
  const { db } = site, emails = trainees(db, 2), exercise = exerciseOf(db, 'the-scribe-that-listens')
  if (!exercise) return 'the exercise is not there'
  const chair = await person(site, emails[0]), other = await person(site, emails[1], { viewport: PHONE })
  await chair.goto(`${site.server.base}/practice/${exercise}`)
  await follow(chair, 'Appraise it')
  await chair.locator('[name=how][value=panel]').check()
  await click(main(chair).locator('form button[type=submit]').first())
  const code = query(db, `SELECT code FROM appraisal WHERE panel = 1 AND exercise_id = ${exercise} ORDER BY opened_at DESC LIMIT 1`), address = chair.url()
  await other.goto(`${site.server.base}/practice/appraisals/join`)
  await other.locator('[name=code]').fill(code)
  await click(main(other).locator('form button[type=submit]').first())
  await other.waitForURL(address)
  const write = async (page, words, decision) => {
    for (const aspect of ['need', 'evidence', 'safety', 'equity', 'privacy', 'cost']) {
      await page.locator(`[name=v-${aspect}][value=open]`).check()
      await page.locator(`[name=w-${aspect}]`).fill(`${words}, ${aspect}.`)
    }
    await page.locator(`[name=decision][value=${decision}]`).check()
    await page.locator('[name=because]').fill(words)
    await click(main(page).locator('form button[type=submit]:not([name=second])').first())
  }
  await write(other, 'Nobody asked the patients', 'decline')
  await chair.reload()
  must(await chair.getByText('Nobody asked the patients').count() === 0, 'one reads what the other wrote before it is shown')
  await write(chair, 'Evenings at home', 'pilot')
  await chair.goto(`${address}/show`)
  await click(main(chair).locator('form button[type=submit]').first())
  await sees(chair, 'Nobody asked the patients')
  await other.goto(address)
  await sees(other, 'Evenings at home')
  await chair.locator('[name=decision][value=conditions]').check()
  await chair.locator('[name=because]').fill('No training on our words')
  await click(main(chair).locator('form[action$="/decide"] button').first())
  await other.reload()
  await sees(other, 'No training on our words')
  await leave(chair)
  await leave(other)
}

// A draw is announced, drawn and shown with its fairness; somebody who is in it finds her number and sees where she is.
export async function groupsAreDrawn(site) {
  const { db, server } = site
  const cohort = query(db, "SELECT cohort_id FROM membership WHERE state = 'active' AND end_day IS NULL GROUP BY cohort_id ORDER BY count(*) DESC, cohort_id LIMIT 1")
  const email = query(db, `SELECT i.email FROM membership m JOIN identity i ON i.person_id = m.person_id WHERE m.cohort_id = ${cohort} AND m.state = 'active' AND m.end_day IS NULL ORDER BY m.person_id LIMIT 1`)
  const lead = await person(site, 'coordinator'), her = await person(site, email, { viewport: PHONE })
  await lead.goto(`${server.base}/draws/new`)
  await lead.locator('[name=title]').fill('Teams of the browser')
  const from = lead.locator('[name=from]').first()
  if (await from.evaluate(e => e.tagName) === 'SELECT') await from.selectOption(`c${cohort}`)
  else await lead.locator(`[name=from][value=c${cohort}]`).check()
  await lead.locator('[name=parts]').fill('3')
  await click(main(lead).locator('form button[type=submit]').first())
  await sees(lead, 'Seal of the seed')
  await her.goto(lead.url())
  await sees(her, 'You are number')
  must(await her.getByRole('button', { name: 'Draw now' }).count() === 0, 'who learns cannot draw')
  await lead.locator('[name=word]').fill('6 6 1')
  await press(lead, 'Draw now')
  await sees(lead, 'Make these the groups')
  await her.reload()
  await sees(her, '6 6 1')
  await leave(lead)
  await leave(her)
}
