// Projects, as teams do them: from the charter to a chart with a real series, then to who comes next. One function each, its name is the title.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { query, work } from '../lib/site.mjs'
import { click, follow, heading, leave, main, must, nav, person, PHONE, sees, shared } from './hands.mjs'

const TITLE = 'Fewer infections in the hospital'
const fill = async (page, fields) => { for (const [name, value] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).fill(value) }
const choose = async (page, fields) => {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]`).first()
    if (await field.evaluate(e => e.tagName) === 'SELECT') await field.selectOption(value)
    else await page.locator(`main [name="${name}"][value="${value}"]`).check()
  }
}
const send = page => click(page.locator('main form button[type=submit]').last())
const learners = db => query(db, "SELECT i.email, p.id FROM membership m JOIN person p ON p.id = m.person_id JOIN identity i ON i.person_id = p.id WHERE m.state = 'active' ORDER BY p.created_at DESC, p.id LIMIT 2 OFFSET 20").trim().split('\n').map(l => l.split('|')[0])
const download = async (page, name) => {
  const [file] = await Promise.all([page.waitForEvent('download'), follow(page, name, true)])
  return readFileSync(await file.path())
}

// Her charter, a measure with a file that is wrong before it is right, the chart, a cycle: the page of the project at the end.
async function writeProject(lead, series) {
  await nav(lead, 'Projects')
  await follow(lead, 'Start a project')
  await fill(lead, { title: TITLE, problem: 'Sixteen new infections a month', aim: 'From 12 to 8 per 10,000 bed days', by: '2027-06-30', why: 'Gloves hide hands that were not washed' })
  await choose(lead, { kind: 'improvement', value: 'safety' })
  await fill(lead, { drivers: 'Hands\n  Soap at each bed\nRooms\n  Cleaned twice' })
  await send(lead)
  await heading(lead, TITLE)
  await follow(lead, 'Add a measure')
  await fill(lead, { name: 'Infections per 10,000 bed days', definition: 'Each new infection', source: 'The laboratory' })
  await choose(lead, { kind: 'outcome', good: '-1', chart: 'u', per: '10000', rules: 'anhoej' })
  await fill(lead, { baseline: '24' })
  await send(lead)

  const wrong = join(work, 'wrong.csv'), right = join(work, 'right.csv')
  writeFileSync(wrong, 'month,n,days\n2012-11-01,17,14768\n2012-12-01,zwölf,14460\n')
  writeFileSync(right, series)
  const give = async file => {
    await lead.locator('main [name=file]').setInputFiles(file)
    await fill(lead, { column: 'n', denominator: 'days' })
    await send(lead)
  }
  await give(wrong)
  await sees(lead, 'There is a problem')
  await sees(lead, 'is not a number')
  await give(right)
  await lead.locator('main figure.chart svg path.line, main figure.chart svg .dot').first().waitFor({ state: 'attached' })
  await sees(lead, 'U chart of')
}

async function addCycle(page, title, day) {
  await follow(page, 'Add a cycle')
  await fill(page, { title, from: day, prediction: 'A third fewer' })
  await choose(page, { scale: 'small' })
  await send(page)
  await heading(page, TITLE)
}

// Leaders change: the pack is built from the records, accepted line by line on a phone with a question and one line that is not taken over; then
// the successor leads, the chart says so, and the project goes on to its end and its poster.
export async function aProjectChangesHands(site) {
  const { db, server } = site, file = join(shared, 'qi-csv/cdi.csv')
  if (!existsSync(file)) return 'shared/data is not here'
  const [first, second] = learners(db)
  const lead = await person(site, first)
  await writeProject(lead, readFileSync(file, 'utf8'))
  const project = query(db, `SELECT id FROM improve_project WHERE title = '${TITLE}'`).trim(), here = `${server.base}/projects/${project}`
  await lead.goto(here)
  await addCycle(lead, 'Soap at ten beds', '2013-03-04')
  must((await main(lead).locator('figure.chart svg').allTextContents()).some(t => t.includes('Soap at ten beds')), 'the cycle does not stand on the chart')
  await lead.goto(`${here}/tasks/new`)
  await fill(lead, { title: 'Order more soap' })
  await choose(lead, { person: query(db, `SELECT person_id FROM identity WHERE email = '${first}'`).trim() })
  await send(lead)

  await lead.goto(here)
  await follow(lead, 'Hand over', true)
  await fill(lead, { to: second, last: new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10) })
  await send(lead)
  await sees(lead, 'Order more soap')
  await click(main(lead).getByRole('link', { name: /^Add a line ?: Keys and things$/ }))
  await fill(lead, { text: 'The cupboard with the soap: the porter has the key' })
  await send(lead)
  await follow(lead, 'Offer the pack')
  await send(lead)
  await sees(lead, 'There is a problem')
  for (const name of ['no_account', 'no_learned']) await lead.locator(`main [name=${name}]`).check()
  await send(lead)
  await sees(lead, 'The pack is offered')

  const next = await person(site, second, { viewport: PHONE })
  await next.goto(`${server.base}/home`)
  await follow(next, `Handover waits for you: ${TITLE}`)
  must(await next.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the lines are wider than a phone')
  const decide = async (text, value, words) => {
    const group = next.locator('main fieldset', { hasText: text })
    await group.locator(`[value=${value}]`).check()
    const name = await group.locator(`[value=${value}]`).getAttribute('name')
    if (words) await next.locator(`main [name="${name.replace('line', 'ask')}"]`).fill(words)
  }
  for (const box of await next.locator('main [value=accept]').all()) await box.check()
  await decide('the porter has the key', 'ask', 'Which porter?')
  await decide('Order more soap', 'decline', 'I have no money for it')
  await send(next)
  await sees(next, 'Which porter?')
  await sees(next, 'Why not: I have no money for it')

  await lead.goto(`${server.base}/home`)
  await follow(lead, `Questions about your handover: ${TITLE}`)
  await lead.locator('main textarea').first().fill('The one at the gate')
  await send(lead)
  await next.reload()
  await follow(next, 'Go through the lines')
  await decide('the porter has the key', 'accept')
  await send(next)
  await sees(next, 'You lead from today on')

  // what she did not take over stays in sight, and the project goes on
  await next.goto(here)
  await sees(next, 'What nobody took over')
  await sees(next, 'Why not: I have no money for it')
  must(await main(next).getByRole('link', { name: 'Add a measure' }).count() === 1, 'who leads now cannot go on')
  await addCycle(next, 'Soap at all beds', '2014-06-02')
  await follow(next, 'Infections per 10,000 bed days')
  await follow(next, 'Add data')
  await fill(next, { day: new Date().toISOString().slice(0, 10), value: '9', size: '15000' })
  await send(next)
  must(query(db, `SELECT count(*) FROM improve_point p JOIN improve_measure m ON m.id = p.measure_id WHERE m.project_id = ${project} AND p.y = 9 AND p.n = 15000`).trim() === '1', 'her point is not there')
  must((await main(next).locator('figure.chart svg').allTextContents()).some(t => t.includes('Change of leader')), 'the change of leader does not stand on the chart')
  await leave(next)
  await lead.goto(here)
  must(await main(lead).getByRole('link', { name: 'Hand over', exact: true }).count() === 0, 'who left can still hand over')
  await leave(lead)

  const desk = await person(site, second)
  await desk.goto(here)
  const poster = await download(desk, 'Poster (PDF, A1)'), picture = await download(desk, 'Poster (SVG)')
  must(poster.subarray(0, 5).toString() === '%PDF-' && picture.toString().includes('Soap at all beds'), 'the poster is not whole')
  await follow(desk, 'End the project')
  await choose(desk, { state: 'stopped', claim: 'unknown', aim_met: 'unknown' })
  await fill(desk, { outcome: 'The next term goes on elsewhere.' })
  await send(desk)
  await sees(desk, 'The next term goes on elsewhere.')
  await leave(desk)
}
