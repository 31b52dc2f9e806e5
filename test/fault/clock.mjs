// Somebody sets the clock while the server runs: ten years ahead, right again, two days back. What a person holds stays hers
// or has run out, nothing is deleted for its age, and nothing waits for an hour that is years away.
import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { cadre, copy, drop, link, query, serve, work } from '../lib/site.mjs'
import { holds } from '../lib/patience.mjs'
import { ask, missing, signIn, sleep, startWriters } from './load.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }
const YEARS = 3652 * 864e5, DAYS = 2 * 864e5

// A program like `bin` whose clock the test sets: {program, set(ms)}.
function clockwork(bin) {
  const shim = join(work, 'set_clock.so'), file = join(work, 'clock'), program = join(work, 'with-clock')
  const cc = spawnSync('cc', ['-shared', '-fPIC', '-D_GNU_SOURCE', '-o', shim, new URL('set_clock.c', import.meta.url).pathname, '-ldl'], { encoding: 'utf8' })
  must(cc.status === 0, `cc: ${cc.stderr}`)
  const set = ms => { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(ms)); writeFileSync(file, b, { flag: 'r+' }) }
  writeFileSync(file, Buffer.alloc(8))
  writeFileSync(program, `#!/bin/sh\nLD_PRELOAD=${shim} SET_CLOCK=${file} exec "${bin}" "$@"\n`, { mode: 0o755 })
  return { program, set }
}

// Half a request now, the rest later: the status of the answer.
function inTwoParts(base, cookie, between) {
  const { hostname, port } = new URL(base)
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('error', fail)
    socket.on('data', d => { text += d; socket.destroy() })
    socket.on('close', () => done(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)))
    socket.write('GET /home HTTP/1.1\r\nHost: here\r\n')
    between().then(() => socket.write(`Cookie: ${cookie}\r\n\r\n`), fail)
  })
}

export async function clockJumps(bin, template) {
  const db = copy(template), { program, set } = clockwork(bin), server = await serve(program, db), { base } = server
  const get = (path, cookie) => ask(base, path, { cookie })
  const opens = async cookie => (await get('/home.json', cookie)).status
  const count = table => Number(query(db, `SELECT count(*) FROM ${table}`))
  const jump = async ms => { set(ms); await sleep(1300) } // the jobs' thread looks twice a second
  const now = ahead => Date.now() + ahead
  let writers
  const csrfOf = async (path, cookie) => /name="csrf" value="([^"]+)"/.exec((await get(path, cookie)).body.toString())[1]
  try {
    const admin = await signIn(program, db, base), early = link(program, db, base, 'trainee')
    const [email, person] = query(db, 'SELECT i.email, e.person_id FROM enrolment e JOIN identity i ON i.person_id = e.person_id ORDER BY i.email LIMIT 1').split('|')
    writers = await startWriters([base], admin, 2)
    const password = 'correct horse battery staple', her = await signIn(program, db, base, email)
    const csrf = await csrfOf('/account/password', her)
    must((await ask(base, '/account/password', { cookie: her, post: { csrf, new: password } })).status === 303, 'setting a password')
    const enter = word => ask(base, '/sign-in', { post: { email, password: word } })
    const mails = () => server.log().split('/sign-in/link/').length - 1
    // A page, a job and a mail, none held up for as long as the clock has jumped.
    async function works(when, ahead) {
      const cookie = await signIn(program, db, base)
      must(await opens(cookie) === 200, `${when}: a new sign-in does not open Home`)
      const was = mails()
      must((await ask(base, '/sign-in/link', { post: { address: email } })).status === 303, `${when}: asking for a link`)
      must(await holds(async () => mails() > was), `${when}: the mail with a link waits`)
      const had = count('export_file'), token = await csrfOf(`/people/${person}/data`, cookie)
      must((await ask(base, `/people/${person}/data`, { cookie, post: { csrf: token } })).status === 303, `${when}: asking for an export`)
      must(await holds(async () => count('export_file') > had), `${when}: the export waits`)
      must(await holds(async () => query(db, `SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND run_at > ${now(ahead) + DAYS}`) === '0'), `${when}: a job waits for more than two days`)
      const ids = writers.ids().length
      must(await holds(async () => writers.ids().length > ids + 3), `${when}: nobody can write: ${JSON.stringify(writers.statuses())}`)
      return cookie
    }

    await works('before', 0)
    const kept = { audit: count('audit'), sign_in: count('sign_in'), export_file: count('export_file') }
    const half = inTwoParts(base, admin, async () => { await sleep(100); await jump(YEARS) })
    must([303, 401].includes(await half), `a request that began before: ${await half}`)
    must(await holds(() => /event=clock\.set/.test(server.log())), 'nobody noticed that the clock was set')
    must(await opens(admin) === 401, 'ten years later a sign-in of today still opens Home')
    must((await get(new URL(early).pathname)).status === 410, 'ten years later a link of today still works')
    await writers.stop() // their sign-in is over
    const late = await signIn(program, db, base)
    must(await opens(late) === 200, 'a sign-in of then does not open Home')
    for (let i = 0; i < 12; i++) await enter('wrong')
    must(count('sign_in_failure') > 0, 'wrong guesses are not counted')
    query(db, 'UPDATE sign_in_failure SET attempts = attempts + 20') // so many that the pause outlasts a slow machine
    must((await enter(password)).status === 429, 'guessing is not slowed down')
    await sleep(1500)
    for (const [table, n] of Object.entries(kept)) must(count(table) >= n, `of ${n} rows of ${table} ${count(table)} are left: a wrong clock deleted them`)

    await jump(0)
    must(await opens(admin) === 200, 'the sign-in of before is gone after the clock was put right')
    must((await get(new URL(early).pathname)).status === 303, 'the link of before is gone after the clock was put right')
    must(await opens(late) === 200, 'a sign-in from when the clock was wrong is gone')
    const ahead = () => Number(query(db, `SELECT count(*) FROM sign_in WHERE seen_at > ${now(0) + 36e5}`))
    must(await holds(async () => { await opens(late); return ahead() === 0 }), 'a sign-in from when the clock was wrong lasts ten years')
    must((await enter(password)).status === 303, 'her password is refused until the wrong clock is reached')
    writers = await startWriters([base], admin, 2)
    await works('right again', 0)

    await jump(-DAYS)
    must(await opens(admin) === 200, 'the clock went back, and the sign-in is gone')
    await works('two days back', -DAYS)
    await jump(0)
    await works('at last', 0)
    const { ids } = await writers.stop()
    const gone = await missing(base, await signIn(program, db, base), ids)
    must(gone.length === 0, `${gone.length} of ${ids.length} acknowledged writes are gone`)
    const problem = await server.stop()
    must(problem === null, problem)
    const r = cadre(bin, ['check', '--db', db])
    must(r.status === 0, `check says: ${r.out}${r.err}`)
  } finally {
    await writers?.stop()
    await server.kill()
    drop(db)
  }
}
