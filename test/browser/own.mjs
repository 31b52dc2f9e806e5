// What is a person's own: a reflection in six steps, and her plan, which she takes into another Cadre after she has left. Jobs of the
// browser runner, as in jobs.mjs.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cadre, drop, empty, query, serve, work } from '../lib/site.mjs'
import { follow, heading, leave, main, must, person, PHONE, press, sees } from './hands.mjs'

// Another Cadre, with people of its own, on the same engine.
async function another(site) {
  const db = empty(site.db.startsWith('postgresql:') ? 'postgres' : 'sqlite')
  const r = cadre(site.bin, ['demo', '--db', db, '--people', '12', '--seed', '2'])
  must(r.status === 0, r.err)
  return { ...site, db, server: await serve(site.bin, db) }
}

// She has left her programme and keeps her plan; saves it as a file; elsewhere, what is no plan and what is wrong in one is told with
// its place and changes nothing; her own shows first what it would add, adds it, and adds nothing twice.
export async function a_plan_is_taken_along(site) {
  const id = query(site.db, "SELECT person_id FROM plan_goal WHERE state = 'open' AND person_id IN (SELECT person_id FROM plan_checkin) GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1")
  const one = sql => query(site.db, sql), goals = Number(one(`SELECT count(*) FROM plan_goal WHERE person_id = ${id}`))
  const email = one(`SELECT email FROM identity WHERE person_id = ${id}`), what = one(`SELECT what FROM plan_goal WHERE person_id = ${id} AND state = 'open' ORDER BY id LIMIT 1`)
  query(site.db, `UPDATE membership SET state = 'withdrawn', end_day = start_day WHERE person_id = ${id}`)
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true, acceptDownloads: true }
  const her = await person(site, email, phone)
  await her.goto(`${site.server.base}/plan`)
  await sees(her, what)
  await follow(her, 'Save or bring in a plan')
  const [download] = await Promise.all([her.waitForEvent('download'), follow(her, 'Save the plan as a file')])
  const file = join(work, `plan-${id}-${site.db.length}.json`), put = (name, text) => { const f = join(work, name); writeFileSync(f, text); return f }
  await download.saveAs(file)
  const plan = JSON.parse(readFileSync(file, 'utf8'))
  must(plan.format === 'cadre-plan' && plan.goals.length === goals && plan.goals.some(g => g.what === what), 'the file is not her plan')
  await leave(her)

  const there = await another(site)
  try {
    const newcomer = query(there.db, 'SELECT i.email FROM membership m JOIN identity i ON i.person_id = m.person_id WHERE NOT EXISTS (SELECT 1 FROM plan_goal g WHERE g.person_id = m.person_id) ORDER BY m.person_id LIMIT 1')
    const mine = `FROM plan_goal WHERE person_id = (SELECT person_id FROM identity WHERE email = '${newcomer}')`, count = () => Number(query(there.db, `SELECT count(*) ${mine}`))
    const page = await person(there, newcomer, phone)
    const choose = async path => {
      await page.goto(`${there.server.base}/plan/import`)
      await page.locator('input[type=file]').setInputFiles(path)
      await press(page, 'See what it would add')
    }
    await choose(put('photo.json', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')))
    await sees(page, 'no file of a development plan')
    await choose(put('half.json', readFileSync(file, 'utf8').slice(0, 300)))
    await sees(page, 'One thing in the file is wrong')
    const wrong = structuredClone(plan)
    wrong.goals[0].measure = ''
    wrong.goals[0].by = '2026-02-30'
    await choose(put('wrong.json', JSON.stringify(wrong)))
    await main(page).getByRole('row', { name: /goals\[0\]\.measure/ }).waitFor()
    await main(page).getByRole('row', { name: /goals\[0\]\.by/ }).waitFor()
    must(count() === 0, 'a file with errors added something')

    await choose(file)
    await sees(page, 'Nothing has been added yet')
    must(count() === 0, 'looking at a plan added it')
    must(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'the page scrolls sideways')
    await press(page, 'Add this to my plan')
    await sees(page, what)
    must(count() === goals, `${count()} goals came along, not ${goals}`)
    await choose(file)
    await sees(page, 'There is nothing new in this file')
    must(await main(page).getByRole('button', { name: 'Add this to my plan' }).count() === 0 && count() === goals, 'the same plan is offered twice')
    await page.goto(`${there.server.base}/plan/checkins`)
    await sees(page, plan.check_ins.at(-1).words)
    await leave(page)
  } finally {
    const problem = await there.server.stop()
    drop(there.db)
    must(!problem, problem)
  }
}


// Six steps on a phone: all are asked, none must be answered, and what was written stands under its question; locked, it shows no word.
export async function reflection_in_six_steps(site) {
  const { server, db } = site, words = n => `HERONSBILL ${n}: what I have to say to step ${n}.`
  const email = query(db, "SELECT i.email FROM membership m JOIN identity i ON i.person_id = m.person_id WHERE m.state = 'active' AND NOT EXISTS (SELECT 1 FROM reflect_key k WHERE k.person_id = m.person_id) ORDER BY m.person_id LIMIT 1")
  const page = await person(site, email, { viewport: PHONE, hasTouch: true, isMobile: true, acceptDownloads: true })
  await page.goto(`${server.base}/reflections/setup`)
  for (const name of ['passphrase', 'again']) await page.locator(`[name=${name}]`).fill('four otters juggle quietly')
  await page.locator('[name=code][value=none]').check()
  await page.locator('[name=understood]').check()
  await press(page, 'Set up')
  await page.goto(`${server.base}/reflections/new`)
  await follow(page, 'Six steps (Gibbs)')
  await sees(page, 'Graham Gibbs')
  const steps = page.locator('main textarea'), asked = await steps.evaluateAll(all => all.map(t => t.labels[0].innerText))
  must(await steps.count() === 6, `${await steps.count()} steps`)
  await page.getByLabel('Title').fill('The HERONSBILL round')
  for (let k = 0; k < 6; k++) if (k !== 4) await steps.nth(k).fill(words(k + 1))
  await press(page, 'Save sealed')
  await heading(page, 'The HERONSBILL round')
  const text = await main(page).innerText(), at = [1, 2, 3, 4, 6].map(k => text.indexOf(words(k)))
  must(at.every((place, k) => place > (k ? at[k - 1] : 0)), `the steps stand at ${at}`)
  must(asked.filter((_, k) => k !== 4).every(q => text.includes(q.replace(/ \(optional\)$/, ''))), `a question is missing: ${asked}`)
  await page.goto(`${server.base}/reflections/take`)
  const [download] = await Promise.all([page.waitForEvent('download'), main(page).locator('a[href$="/take/html"]').click()])
  must(readFileSync(await download.path(), 'utf8').includes(words(6)), 'the file she keeps does not hold it')
  await page.goto(`${server.base}/reflections`)
  await press(page, 'Lock now')
  await sees(page, 'Your reflections are locked')
  must(!(await page.content()).includes('HERONSBILL'), 'locked, it shows words')
  await leave(page)
}
