// Does it work, as the people do who want to know: a project with a real series becomes a figure of the ledger and part of a pack that
// verifies; an evaluation is set up, goes out, and is answered on a phone. One function each, its name is the title.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holds } from '../lib/patience.mjs'
import { cadre, query, work } from '../lib/site.mjs'
import { click, follow, heading, leave, main, must, nav, person, PHONE, press, sees, shared } from './hands.mjs'

const LEVELS = ['1 How they found it', '2a What they trust themselves to do', '2b What they know', '3a What they say they do', '3b What others see them do', '4a How care is organised', '4b What patients have of it']
const learner = (db, at) => query(db, `SELECT i.email FROM membership m JOIN identity i ON i.person_id = m.person_id WHERE m.state = 'active' ORDER BY m.person_id LIMIT 1 OFFSET ${at}`).trim()
const day = (days = 0) => new Date(Date.now() + days * 864e5).toLocaleDateString('en-GB', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' }).split('/').reverse().join('-')
const fill = async (page, fields) => { for (const [name, value] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).fill(value) }
const pick = async (page, fields) => {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]`).first()
    if (await field.evaluate(e => e.tagName) === 'SELECT') await field.selectOption(value)
    else await page.locator(`main [name="${name}"][value="${value}"]`).check()
  }
}
const send = page => click(page.locator('main form button[type=submit]').last())
const fits = async page => must(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${page.url()} scrolls sideways`)

// Charter, aim, a measure with the real months of a hospital, a cycle, the chart, and its end, which is shown.
async function doProject(lead, title, series) {
  await nav(lead, 'Projects')
  await follow(lead, 'Start a project')
  await fill(lead, { title, problem: 'Sixteen new infections a month', aim: 'From 12 to 8 per 10,000 bed days', by: day(200), why: 'Gloves hide hands that were not washed' })
  await pick(lead, { kind: 'improvement', value: 'safety' })
  await send(lead)
  await follow(lead, 'Add a measure')
  await fill(lead, { name: 'New infections per 10,000 bed days', definition: 'Each new infection', source: 'The laboratory' })
  await pick(lead, { kind: 'outcome', good: '-1', chart: 'u', per: '10000', rules: 'anhoej' })
  await fill(lead, { baseline: '24' })
  await send(lead)
  const file = join(work, 'series.csv')
  writeFileSync(file, series)
  await lead.locator('main [name=file]').setInputFiles(file)
  await fill(lead, { column: 'n', denominator: 'days' })
  await send(lead)
  await main(lead).locator('figure.chart svg .dot').first().waitFor({ state: 'attached' })
  await sees(lead, 'U chart of')
  await click(lead.getByRole('link', { name: title }).first())
  await heading(lead, title)
  await follow(lead, 'End the project')
  await pick(lead, { state: 'finished', claim: 'unknown', aim_met: 'unknown' })
  await fill(lead, { outcome: 'The laboratory goes on counting.', ending: 'Nothing stays open.' })
  await lead.locator('main [name=shown]').check()
  await send(lead)
  await heading(lead, title)
  await sees(lead, 'The laboratory goes on counting.')
}

// The director counts anew, sees every level with what is missing, follows the chain to the chart, and makes a pack of which one changed
// byte is found.
export async function aProjectBecomesEvidence(site) {
  const { bin, db, server } = site, source = join(shared, 'qi-csv/cdi.csv'), title = 'Fewer infections, ward by ward'
  if (!existsSync(source)) return 'shared/data is not here'
  const lead = await person(site, learner(db, 7))
  await doProject(lead, title, readFileSync(source, 'utf8'))
  await leave(lead)

  const director = await person(site, 'director', { acceptDownloads: true })
  await nav(director, 'Does it work')
  const edition = () => Number(query(db, 'SELECT max(number) FROM ledger_edition')), was = edition()
  await press(director, 'Count now')
  must(await holds(() => edition() > was), 'it was not counted')
  await nav(director, 'Does it work')
  for (const level of LEVELS) await director.getByRole('heading', { level: 2, name: level }).waitFor()
  must(await main(director).locator('.gaps li').count() > 3, 'holes are not told')
  await follow(director, 'Ended projects that improved an outcome of care')
  for (const words of ['What is counted', 'Where it comes from', 'As of', 'A contribution, not a cause.']) await sees(director, words)
  await director.goBack()
  await follow(director, 'From course to care, as a picture')
  await click(main(director).locator('svg a', { hasText: 'New infections per 10,000' }))
  await heading(director, 'New infections per 10,000 bed days')

  await nav(director, 'Evidence packs')
  await follow(director, 'Make a pack')
  await pick(director, { template: query(db, "SELECT id FROM pack_template WHERE code = 'lcme' AND language = 'en'").trim() })
  await fill(director, { from: day(-60), until: day() })
  await send(director)
  await sees(director, title)
  await press(director, 'Make and sign the pack')
  await sees(director, 'SHA-256 of the zip file')
  const [zip] = await Promise.all([director.waitForEvent('download'), follow(director, 'Download the pack (zip)')])
  const pack = join(work, `pack-${db.length}.zip`), key = join(work, `key-${db.length}.pem`)
  await zip.saveAs(pack)
  writeFileSync(key, await (await director.request.get(`${server.base}/pack-keys/${query(db, "SELECT id FROM pack_key WHERE state = 'current'").trim()}`)).body())
  const good = cadre(bin, ['verify', pack, '--key', key])
  must(good.status === 0 && good.out.includes('in order'), good.out + good.err)
  const bytes = readFileSync(pack), at = bytes.indexOf(title)
  must(at > 0, 'the project is not in the pack')
  bytes[at] ^= 1
  writeFileSync(pack, bytes)
  must(cadre(bin, ['verify', pack, '--key', key]).status === 1, 'a changed byte was not found')
  await leave(director)
}

// The coordinator sees first whom it will ask; it goes out by itself; who is asked finds it on Home and answers on a phone, without scripts too; nobody
// else sees what she said.
export async function anEvaluationIsAnsweredOnAPhone(site) {
  const { db, server } = site, title = 'Before the spring term'
  const cohort = query(db, "SELECT c.id FROM cohort c WHERE c.code = (SELECT min(code) FROM cohort WHERE code LIKE 'MED%')").trim()
  const coordinator = await person(site, 'coordinator')
  await nav(coordinator, 'Does it work')
  await follow(coordinator, 'Evaluations')
  await follow(coordinator, 'Set up an evaluation')
  await fill(coordinator, { title })
  await pick(coordinator, { level: '2a', instrument: 'self-efficacy' })
  await coordinator.locator(`main [name=cohorts][value="${cohort}"]`).check()
  await send(coordinator)
  await sees(coordinator, 'Nobody is asked before you start it')
  await follow(coordinator, 'Another day')
  await fill(coordinator, { day: day() })
  await send(coordinator)
  await follow(coordinator, 'Start')
  await sees(coordinator, 'a link that needs no account')
  await send(coordinator)
  const asked = () => query(db, `SELECT i.email FROM ledger_ask k JOIN ledger_wave w ON w.id = k.wave_id JOIN ledger_evaluation e ON e.id = w.evaluation_id JOIN identity i ON i.person_id = k.person_id WHERE e.title = '${title}' AND k.mails = 1 ORDER BY k.person_id LIMIT 1`).trim()
  query(db, "UPDATE job SET run_at = 0 WHERE kind = 'ledger_days' AND state = 'waiting'")
  must(await holds(() => asked() !== ''), 'nobody was asked')

  for (const options of [{}, { javaScriptEnabled: false }]) {
    const she = await person(site, asked(), { viewport: PHONE, ...options })
    await she.goto(`${server.base}/home`)
    if (!options.javaScriptEnabled && 'javaScriptEnabled' in options) {
      await she.goto(`${server.base}/evaluations/asked/${query(db, `SELECT w.id FROM ledger_wave w JOIN ledger_evaluation e ON e.id = w.evaluation_id WHERE e.title = '${title}' AND w.state = 'open'`).trim()}?change=1`)
    } else {
      await follow(she, title)
      await press(she, 'Send')
      await sees(she, 'There is a problem')
    }
    await fits(she)
    for (const item of await she.locator('main form select').all()) await item.selectOption('5')
    await press(she, 'Send')
    await sees(she, 'Thank you, that is kept')
    await leave(she)
  }
  await coordinator.reload()
  await main(coordinator).getByRole('row', { name: /before it begins.*Open/ }).getByRole('cell', { name: '1', exact: true }).waitFor()
  await leave(coordinator)
}
