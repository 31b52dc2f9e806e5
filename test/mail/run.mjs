// Mails as they arrive: the server hands them to an SMTP server of the test's own, which may refuse, hang up or keep silent.
// node test/mail/run.mjs --bin FILE [--only WORD]. On SQLite, and on PostgreSQL where CADRE_TEST_PG names a server. The SMTP server
// and the reader of mails come from npm, with the tools of the browser tests.
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from '../lib/client.mjs'
import { holds } from '../lib/patience.mjs'
import { copy, counts, drop, engines, onOneDay, option, query, serve, template } from '../lib/site.mjs'

const require = createRequire(new URL('../browser/package.json', import.meta.url))
const { SMTPServer } = require('smtp-server')
const { default: Parser } = await import(pathToFileURL(require.resolve('postal-mime')))

const bin = resolve(option('bin', 'build/release/cadre')), only = option('only', '')
const tally = counts()
const must = (yes, why) => { if (!yes) throw new Error(why) }
const sleep = ms => new Promise(go => setTimeout(go, ms))
const ADDRESS = 'post@example.org', NAME = 'Ínga Þórðardóttir-Müller 王小明 <script>'

// An SMTP server: {url, mails: [{from, to, raw}], seen: connections, behave: what the next ones meet, close()}.
async function mailbox(options = {}) {
  const box = { mails: [], lost: [], seen: 0, behave: 'take' }
  const wrong = (text, code) => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    disabledCommands: options.user ? ['STARTTLS'] : ['STARTTLS', 'AUTH'], authOptional: !options.user, allowInsecureAuth: true, logger: false, ...options,
    onAuth: (auth, session, done) => done(auth.username === options.user && auth.password === options.password ? null : wrong('who?', 535), { user: auth.username }),
    onConnect(session, done) { box.seen++; done(box.behave === 'not now' ? wrong('come back later', 421) : null) },
    onRcptTo: (address, session, done) => done(box.behave === 'greylist' ? wrong('greylisted, come back later', 451) : null),
    onData(stream, session, done) {
      const parts = []
      stream.on('data', d => parts.push(d))
      stream.on('end', () => {
        if (box.behave === 'lose') {
          box.lost.push(Buffer.concat(parts))
          return done(wrong('the disk is full', 452))
        }
        box.mails.push({ from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(r => r.address), raw: Buffer.concat(parts) })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise(go => server.listen(0, '127.0.0.1', go))
  box.url = `smtp://127.0.0.1:${server.server.address().port}`
  box.close = () => new Promise(go => server.close(go))
  return box
}

async function until(what, condition) {
  must(await holds(condition), what)
}

// A site whose mails go to a box, and somebody with an address and a name of many scripts.
async function site(engine, box, more = ['--mail-plain']) {
  const db = copy(from(engine)), person = query(db, "SELECT person_id FROM identity WHERE email IS NOT NULL ORDER BY email LIMIT 1")
  query(db, `UPDATE identity SET email = '${ADDRESS}', email_key = '${ADDRESS}', display_name = '${NAME}', language = 'de' WHERE person_id = ${person}`)
  query(db, 'DELETE FROM outbox') // what the demo itself wants to send
  const start = () => serve(bin, db, ['--no-rate-limits', '--no-access-log', '--mail-server', box.url, '--mail-from', 'cadre@school.example', ...more])
  const server = await start()
  const ask = async (address = ADDRESS) => {
    const client = new Client(server.base)
    await client.get('/sign-in')
    return client.submit({ address }, '/sign-in/link')
  }
  return {
    db, person, server, start, ask, attempts: () => Number(query(db, "SELECT COALESCE(max(attempts), 0) FROM outbox WHERE done_at IS NULL")),
    open: () => Number(query(db, 'SELECT count(*) FROM outbox WHERE done_at IS NULL')),
    failed: () => (server.log().match(/event=mail\.failed/g) ?? []).length,
    again: () => query(db, 'UPDATE outbox SET due_at = 0 WHERE done_at IS NULL'), // instead of waiting for minutes
    async end() {
      const problem = await server.stop()
      drop(db)
      must(!problem, problem)
    },
  }
}

async function linkOf(mail) {
  const m = /http:\/\/\S+\/sign-in\/link\/[\w-]{43}/.exec((await Parser.parse(mail.raw)).text)
  must(m, 'the mail holds no link')
  return m[0]
}
async function opens(s, link) {
  const client = new Client(s.server.base)
  await client.get(link)
  return client.page.status === 303 && client.page.headers.get('location') === '/home'
}

// A site in which a mail that can wait is told to somebody, as often as `tell` is asked.
async function waiting(engine, box, more = []) {
  const payloads = query(from(engine).db, `SELECT payload FROM outbox WHERE payload LIKE '%"mentor_evaluation"%' ORDER BY id`).split('\n'), payload = payloads[0]
  const reader = /"about":"\d+ (\d+) /.exec(payload)[1], s = await site(engine, box, ['--mail-plain', '--base-url', 'https://cadre.example', ...more])
  query(s.db, `UPDATE identity SET email = 'else@example.org', email_key = 'else@example.org' WHERE person_id = ${s.person}`)
  query(s.db, `UPDATE identity SET email = '${ADDRESS}', email_key = '${ADDRESS}', language = 'de' WHERE person_id = ${reader}`)
  let id = 1000
  s.reader = reader
  s.tell = times => query(s.db, `INSERT INTO outbox (id, topic, payload, created_at, due_at) VALUES ${Array.from({ length: times }, () => `(${id++}, 'mail', '${payload}', 0, 0)`).join(', ')}`)
  s.held = () => Number(query(s.db, 'SELECT count(*) FROM mail_held h JOIN outbox o ON o.id = h.outbox_id WHERE o.done_at IS NULL'))
  return s
}
const header = (mail, name) => new RegExp(`^${name}:\\s+(.*(?:\\r\\n[ \\t].*)*)`, 'mi').exec(mail.raw.toString('latin1'))?.[1].trim()

const templates = new Map()
const from = e => templates.get(e) ?? templates.set(e, template(bin, e)).get(e)

const tests = {
  async 'a sign-in link arrives once, whole, and signs in'(engine) {
    const box = await mailbox(), s = await site(engine, box)
    must((await s.ask()).status === 303, 'asking for a link')
    await until('no mail came', () => box.mails.length === 1)
    await until('the outbox still holds it', () => s.open() === 0)
    const [mail] = box.mails, raw = mail.raw.toString('latin1'), read = await Parser.parse(mail.raw)
    must(mail.from === 'cadre@school.example' && mail.to.join() === ADDRESS, `from ${mail.from} to ${mail.to}`)
    must(read.from.address === 'cadre@school.example' && read.to.map(t => t.address).join() === ADDRESS, 'the headers name others than the envelope')
    must(read.subject === 'Ihr Anmeldelink', `the subject is ${read.subject}`)
    must(read.text.includes(`Guten Tag, ${NAME},`), `the text says ${read.text.slice(0, 200)}`)
    must(Math.abs(Date.parse(read.date) - Date.now()) < 600000, `sent on ${read.date}`)
    must(/^<[0-9a-f]{32}@school\.example>$/.test(read.messageId), `its id is ${read.messageId}`)
    must(/^Auto-Submitted: auto-generated\r$/m.test(raw), 'answering machines may answer it')
    must(raw.split('\r\n').every(line => line.length <= 78 && /^[\x20-\x7e\t]*$/.test(line)), 'a line is too long, or not of plain characters')
    const link = await linkOf(mail)
    must(!s.server.log().includes(link.slice(-43)) && !s.server.log().includes(ADDRESS), 'the log holds the link or the address')
    must(await opens(s, link), 'the link does not sign in')
    await sleep(2500)
    must(box.mails.length === 1, `${box.mails.length} mails came`)
    await s.end()
    await box.close()
  },

  async 'a mail says the same as text and as HTML, and loads nothing'(engine) {
    const box = await mailbox(), s = await site(engine, box)
    await s.ask()
    await until('no mail came', () => box.mails.length === 1)
    const [mail] = box.mails, read = await Parser.parse(mail.raw), link = await linkOf(mail)
    must(/^multipart\/alternative;/.test(header(mail, 'Content-Type')), `it is ${header(mail, 'Content-Type')}`)
    must(read.html.includes(`<a href="${link}">${link}</a>`), 'the link is no link')
    must(/<html lang="de" dir="ltr">/.test(read.html) && read.html.includes('王小明 &lt;script&gt;'), 'the HTML is of another language, or a name is markup')
    must(!/<(img|script|style|link|iframe)\b|url\(|src=/i.test(read.html), 'something is loaded')
    const words = t => t.replace(/<[^>]+>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&').replace(/\s+/g, ' ').trim()
    must(words(read.html.replace(/<title>.*<\/title>/, '')) === words(read.text.replace(/</g, '&lt;')), 'the two say different things')
    must(!header(mail, 'List-Unsubscribe'), 'a link that she asked for can be unsubscribed from')
    await s.end()
    await box.close()
  },

  async 'mails that can wait are stopped by one click without signing in, and come again'(engine) {
    const box = await mailbox(), s = await waiting(engine, box)
    s.tell(1)
    await until('no mail came', () => box.mails.length === 1)
    const stop = /^<https:\/\/cadre\.example(\/mail\/stop\/[\w-]{32})>$/.exec(header(box.mails[0], 'List-Unsubscribe'))?.[1]
    must(stop, `the address is ${header(box.mails[0], 'List-Unsubscribe')}`)
    must(header(box.mails[0], 'List-Unsubscribe-Post') === 'List-Unsubscribe=One-Click', 'one click is not offered')
    must((await Parser.parse(box.mails[0].raw)).text.includes(`https://cadre.example${stop}`), 'the mail does not say so')
    const post = (body, more = {}) => fetch(s.server.base + stop, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://mail.example', ...more } })
    const wish = () => query(s.db, `SELECT how FROM mail_choice WHERE person_id = ${s.reader}`)
    must((await fetch(s.server.base + stop)).status === 200 && wish() === '', 'opening the address stops already')
    const stopped = await post('List-Unsubscribe=One-Click')
    must(stopped.status === 200 && wish() === 'never' && !stopped.headers.get('set-cookie')?.includes('session'), `stopping answers ${stopped.status}`)
    must((await stopped.text()).includes('Mentoring'), 'the page does not say what it did')
    s.tell(1)
    await until('the outbox still holds it', () => s.open() === 0)
    must(box.mails.length === 1, 'a mail came after they were stopped')
    must((await post('undo=1')).status === 200 && wish() === 'once', 'it is not put back')
    s.tell(1)
    await until('no mail came again', () => box.mails.length === 2)
    must(header(box.mails[1], 'List-Unsubscribe') === header(box.mails[0], 'List-Unsubscribe'), 'the address changed')
    must((await fetch(`${s.server.base}/mail/stop/nonsense`, { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status === 404, 'any address stops something')
    await s.end()
    await box.close()
  },

  async 'a flood of mails comes as a few and one'(engine) {
    const box = await mailbox(), s = await waiting(engine, box)
    s.tell(8)
    await until('the others are not held', () => s.held() === 5 && box.mails.length === 3 && s.open() === 5)
    s.again()
    await until('they do not come together', () => box.mails.length === 4 && s.open() === 0)
    const together = await Parser.parse(box.mails[3].raw)
    must(together.subject === '5 Nachrichten für Sie', `the subject is ${together.subject}`)
    must((together.html.match(/<h2>/g) ?? []).length === 5, 'not all of them are in it')
    must(s.held() === 0 && new Set(box.mails.map(m => header(m, 'Message-ID'))).size === 4, 'two mails have one name')
    await s.end()
    await box.close()
  },

  async 'once a day, together, for who wants it so; never, for who wants none'(engine) {
    const box = await mailbox(), s = await waiting(engine, box)
    query(s.db, `INSERT INTO mail_choice (person_id, sort, how, was) VALUES (${s.reader}, 'mentoring', 'daily', 'once')`)
    s.tell(2)
    await until('they are not held', () => s.held() === 2)
    const due = Number(query(s.db, 'SELECT min(due_at) FROM outbox WHERE done_at IS NULL'))
    must(due > Date.now() && due < Date.now() + 26 * 3600000, `held until ${new Date(due)}`)
    must(box.mails.length === 0, 'one came at once')
    s.again()
    await until('they do not come together', () => box.mails.length === 1 && s.open() === 0)
    must((await Parser.parse(box.mails[0].raw)).subject === '2 Nachrichten für Sie', 'it is not both of them')
    query(s.db, `UPDATE mail_choice SET how = 'never' WHERE person_id = ${s.reader}`)
    s.tell(1)
    await until('the outbox still holds it', () => s.open() === 0)
    must(box.mails.length === 1, 'a mail came to who wants none')
    await s.end()
    await box.close()
  },

  async 'killed in between, a mail is sent once and keeps its name'(engine) {
    const box = await mailbox(), s = await waiting(engine, box)
    box.behave = 'lose'
    s.tell(1)
    await until('no attempt was made', () => box.lost.length === 1 && s.attempts() === 1)
    await s.server.kill()
    box.behave = 'take'
    s.again()
    const next = await s.start()
    await until('no mail came after the next start', () => box.mails.length === 1)
    await until('the outbox still holds it', () => s.open() === 0)
    must(box.mails.length === 1, `${box.mails.length} mails came`)
    must(header(box.mails[0], 'Message-ID') === header({ raw: box.lost[0] }, 'Message-ID'), 'the second try has another name')
    must(!(await next.stop()), 'the second server does not stop')
    drop(s.db)
    await box.close()
  },

  async 'nobody gets a mail for an address that is not known, and the page does not tell'(engine) {
    const box = await mailbox(), s = await site(engine, box)
    const known = await s.ask(), unknown = await s.ask('stranger@example.org')
    must(unknown.status === known.status && unknown.headers.get('location') === known.headers.get('location'), 'the answers differ')
    await until('no mail came', () => box.mails.length === 1)
    await until('the outbox is not emptied', () => s.open() === 0)
    must(box.mails[0].to.join() === ADDRESS && box.seen === 1, 'a stranger got a mail')
    await s.end()
    await box.close()
  },

  async 'what the mail server refuses for now is sent later, once'(engine) {
    const box = await mailbox(), s = await site(engine, box)
    let tries = 0
    box.behave = 'greylist'
    await s.ask()
    for (const how of ['not now', 'lose', 'greylist', 'lose', 'greylist', 'greylist', 'take']) {
      tries++
      await until(`attempt ${tries} was not made, or does not end`, () => s.attempts() === tries && box.seen === tries && s.failed() === tries)
      await sleep(1500)
      must(box.seen === tries && box.mails.length === 0, `${box.seen} attempts at once, ${box.mails.length} mails`)
      box.behave = how
      s.again()
    }
    await until('no mail came when the server took mails again', () => box.mails.length === 1)
    await until('the outbox still holds it', () => s.open() === 0)
    await sleep(1500)
    must(box.mails.length === 1, `${box.mails.length} mails came`)
    must(await opens(s, await linkOf(box.mails[0])), 'the link that came at last does not sign in')
    await s.end()
    await box.close()
  },

  async 'asking again and again does not fill a mailbox'(engine) {
    const box = await mailbox(), s = await site(engine, box)
    for (let i = 0; i < 9; i++) await s.ask()
    await until('the outbox is not emptied', () => s.open() === 0)
    must(box.mails.length === 5, `${box.mails.length} mails for nine requests`)
    const links = await Promise.all(box.mails.map(linkOf))
    must(new Set(links).size === 5, 'a link came twice')
    await s.end()
    await box.close()
  },

  async 'no name and no address puts a line into a mail'(engine) {
    const box = await mailbox(), s = await site(engine, box), evil = 'evil@example.org'
    for (const bad of [`${ADDRESS}\r\nBcc: ${evil}`, `${ADDRESS}\nBcc: ${evil}`, `${ADDRESS}>\r\nRCPT TO:<${evil}`, `<${ADDRESS}>`, `${ADDRESS},${evil}`, `${ADDRESS} ${evil}`])
      must((await s.ask(bad)).status !== 500, 'an address ends in an error of the server')
    query(s.db, `UPDATE identity SET display_name = 'X' || ${engine === 'sqlite' ? 'char(13, 10)' : 'chr(13) || chr(10)'} || 'Bcc: ${evil}' WHERE person_id = ${s.person}`)
    await s.ask()
    await until('no mail came', () => box.mails.length === 1)
    const read = await Parser.parse(box.mails[0].raw)
    must(box.mails[0].to.join() === ADDRESS && !read.bcc && !read.headers.some(h => h.key === 'bcc'), 'a name became a header')
    // an address that no page would have taken
    query(s.db, `UPDATE identity SET email = '${ADDRESS}>' || ${engine === 'sqlite' ? 'char(13, 10)' : 'chr(13) || chr(10)'} || 'RCPT TO:<${evil}' WHERE person_id = ${s.person}`)
    await s.ask()
    await until('the outbox is not emptied', () => s.open() === 0)
    must(box.mails.every(m => m.to.join() === ADDRESS), 'an address became a command')
    await s.end()
    await box.close()
  },

  async 'without TLS nothing leaves, unless that is allowed'(engine) {
    const box = await mailbox(), s = await site(engine, box, [])
    await s.ask()
    await until('no attempt was made', () => box.seen === 1 && s.attempts() === 1)
    await until('nobody says that it failed', () => /event=mail\.failed/.test(s.server.log()))
    must(box.mails.length === 0, 'the mail went out in the clear')
    await s.end()
    await box.close()
  },

  async 'the mail server is told who sends, and what it refuses is tried again'(engine) {
    const box = await mailbox({ user: 'cadre', password: 'pässwörd' })
    const right = await site(engine, box, ['--mail-plain', '--mail-user', 'cadre', '--mail-password', 'pässwörd'])
    await right.ask()
    await until('no mail came', () => box.mails.length === 1)
    await right.end()
    const wrong = await site(engine, box, ['--mail-plain', '--mail-user', 'cadre', '--mail-password', 'guess'])
    await wrong.ask()
    await until('no attempt was made', () => /event=mail\.failed/.test(wrong.server.log()))
    must(box.mails.length === 1 && wrong.open() === 1, 'a mail went out without the password, or was given up')
    must(!wrong.server.log().includes('guess'), 'the password is in the log')
    await wrong.end()
    await box.close()
  },

  async 'a mail server that keeps silent holds up neither pages nor the end'(engine) {
    const held = [], silent = createServer(socket => held.push(socket.on('error', () => {})))
    await new Promise(go => silent.listen(0, '127.0.0.1', go))
    const s = await site(engine, { url: `smtp://127.0.0.1:${silent.address().port}` })
    await s.ask()
    await until('nobody called', () => held.length === 1)
    // Were they held up, it would be for the 60 s after which a silent server is given up.
    const begin = Date.now(), heldUp = () => Date.now() - begin > 55000
    must((await new Client(s.server.base).get('/sign-in')).status === 200 && !heldUp(), 'a page waits for the mail server')
    const problem = await s.server.stop()
    must(!problem && !heldUp(), problem ?? 'the end waits for the mail server')
    must(s.open() === 1, 'the mail is lost')
    for (const socket of held) socket.destroy()
    silent.close()
    // the next start sends it
    const box = await mailbox()
    s.again()
    const next = await serve(bin, s.db, ['--no-rate-limits', '--no-access-log', '--mail-server', box.url, '--mail-from', 'cadre@school.example', '--mail-plain'])
    await until('it was not sent after the next start', () => box.mails.length === 1)
    must(!(await next.stop()), 'the second server does not stop')
    await box.close()
    drop(s.db)
  },
}

for (const engine of engines())
  for (const [name, run] of Object.entries(tests)) {
    if (!name.includes(only)) continue
    const begin = Date.now()
    try {
      await onOneDay(() => run(engine))
      tally.pass(`${name} (${engine})`, Date.now() - begin)
    } catch (e) {
      tally.fail(`${name} (${engine})`, e.stack)
    }
  }
if (engines().length === 1) tally.skip('mails on PostgreSQL', 'CADRE_TEST_PG is not set')
tally.end()
process.exit() // what a failed test left open does not hold it
