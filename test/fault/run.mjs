// Fault tests: what the program promises when the machine, the disk, the database or an administrator does something bad to it.
// node test/fault/run.mjs --bin FILE [--only WORD]. On SQLite, and on PostgreSQL where CADRE_TEST_PG names a server.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { cadre, copy, counts, drop, empty, engines, option, query, serve, template, work } from '../lib/site.mjs'
import { holds } from '../lib/patience.mjs'
import { clockJumps } from './clock.mjs'
import { ask, missing, psql, signIn, sleep, startWriters } from './load.mjs'

const bin = option('bin', 'build/release/cadre'), only = option('only', '')
const absolute = resolve(bin)
const tally = counts(), templates = new Map()
const from = e => templates.get(e) ?? templates.set(e, template(bin, e, { people: 40 })).get(e)

async function test(name, fn) {
  if (!name.includes(only)) return
  const begin = Date.now()
  try {
    await fn()
    tally.pass(name, Date.now() - begin)
  } catch (e) {
    tally.fail(name, e.stack)
  }
}
function must(condition, text) { if (!condition) throw new Error(text) }
function checked(db) {
  const r = cadre(bin, ['check', '--db', db])
  must(r.status === 0 && r.out.trim() === 'ok', `check says: ${r.out}${r.err}`)
}
async function stopped(server) { const problem = await server.stop(); must(problem === null, problem) }
async function allThere(base, cookie, ids) {
  must(ids.length > 0, 'nothing was written: the test tests nothing')
  const gone = await missing(base, cookie, ids)
  must(gone.length === 0, `${gone.length} of ${ids.length} acknowledged writes are gone: ${gone.slice(0, 5)}`)
}

for (const engine of engines()) {
  // ---- the process dies ----
  await test(`${engine}: kill -9 while 8 clients write loses nothing acknowledged`, async () => {
    const db = copy(from(engine)), acknowledged = []
    for (let round = 0; round < 3; round++) {
      const server = await serve(bin, db), cookie = await signIn(bin, db, server.base)
      const writers = await startWriters([server.base], cookie, 8)
      must(await holds(() => writers.ids().length > 25), `only ${writers.ids().length} writes`)
      await sleep(100 + 150 * round) // at whatever they are then
      await server.kill()
      acknowledged.push(...(await writers.stop()).ids)
    }
    must(acknowledged.length > 60, `only ${acknowledged.length} writes`)
    checked(db)
    const server = await serve(bin, db)
    await allThere(server.base, await signIn(bin, db, server.base), acknowledged)
    await stopped(server)
    drop(db)
  })

  await test(`${engine}: SIGTERM answers what has begun, then ends with 0`, async () => {
    const db = copy(from(engine)), server = await serve(bin, db), cookie = await signIn(bin, db, server.base)
    const writers = await startWriters([server.base], cookie, 4)
    must(await holds(() => writers.ids().length > 4), 'nobody writes')
    // Passwords are checked two at a time: these have begun, and most still wait, when the signal comes.
    let answered = 0
    const slow = Array.from({ length: 8 }, () => ask(server.base, '/sign-in', { post: { email: 'nobody@example.org', password: 'not the password' }, alone: true }).finally(() => { answered++ }))
    for (const one of slow) one.catch(() => {}) // told below
    const gauge = (text, name) => Number(new RegExp(`^cadre_${name} (\\d+)`, 'm').exec(text)[1])
    must(await holds(async () => {
      const text = (await ask(server.base, '/metrics', { alone: true })).body.toString()
      return answered === 8 || answered + gauge(text, 'workers_busy') + gauge(text, 'queue_length') >= 8 + 4
    }, 1), 'they do not begin')
    const problem = await server.stop()
    const written = await writers.stop()
    must(problem === null, problem)
    for (const r of await Promise.allSettled(slow)) must(r.status === 'fulfilled' && r.value.status >= 200 && r.value.body.length + (r.value.headers.location ?? '').length > 0, `a request that had begun was dropped: ${r.reason ?? r.value.status}`)
    must(written.torn === 0, `${written.torn} answers were cut off`)
    checked(db)
    const again = await serve(bin, db)
    await allThere(again.base, await signIn(bin, db, again.base), written.ids)
    await stopped(again)
    drop(db)
  })

  // ---- backups ----
  await test(`${engine}: a backup made while 8 clients write is whole, and restores`, async () => {
    const db = copy(from(engine)), server = await serve(bin, db), cookie = await signIn(bin, db, server.base)
    const writers = await startWriters([server.base], cookie, 8)
    must(await holds(() => writers.ids().length > 8), 'nobody writes')
    let before
    const file = join(work, `backup-${engine}.db`), to = join(work, `restored-${engine}.db`)
    must(await holds(async () => { // until somebody wrote while one was made
      before = [...writers.ids()]
      rmSync(file, { force: true })
      const r = await new Promise(resolve => {
        const p = spawn(bin, ['backup', '--db', db, file], { stdio: ['ignore', 'ignore', 'pipe'] })
        let err = ''
        p.stderr.on('data', d => { err += d })
        p.on('exit', status => resolve({ status, err }))
      })
      must(r.status === 0, `backup: ${r.err}`)
      return writers.ids().length > before.length
    }), 'nobody wrote while the backup was made')
    await writers.stop()
    await stopped(server)
    const refused = cadre(bin, ['backup', '--db', db, file])
    must(refused.status === 1 && statSync(file).size > 0, 'a backup wrote over an older one')
    for (const target of engines()) {
      const fresh = target === 'sqlite' ? to : empty('postgres')
      const restored = cadre(bin, ['restore', '--db', fresh, file])
      must(restored.status === 0, `restore into ${target}: ${restored.err}`)
      checked(fresh)
      must(cadre(bin, ['restore', '--db', fresh, file]).status === 1, 'a second restore wrote over a database')
      const again = await serve(bin, fresh)
      const admin = await signIn(bin, fresh, again.base)
      await allThere(again.base, admin, before)
      const more = await startWriters([again.base], admin, 2) // keys do not clash with those of the backup
      const writes = await holds(() => more.ids().length > 0)
      await more.stop()
      must(writes, 'the restored database takes no writes')
      await stopped(again)
      drop(fresh)
    }
    rmSync(file)
    drop(db)
  })

  // ---- the clock ----
  await test(`${engine}: the clock is set ten years ahead, right, two days back: nothing is lost, nothing waits`, () => clockJumps(absolute, from(engine)))

  // ---- versions ----
  await test(`${engine}: a newer database is refused and left as it is`, async () => {
    const db = copy(from(engine)), sql = "INSERT INTO schema_version (version, applied_at, digest) VALUES (9999, 0, 'x')"
    if (engine === 'postgres') psql(db, sql)
    else spawnSync('sqlite3', [db, `${sql}; PRAGMA wal_checkpoint(TRUNCATE)`])
    const state = () => engine === 'postgres' ? psql(db, 'SELECT count(*), sum(xmin::text::bigint) FROM schema_version') : createHash('sha256').update(readFileSync(db)).digest('hex')
    const was = state()
    for (const verb of ['serve', 'migrate', 'link']) {
      const more = verb === 'serve' ? ['--listen', '127.0.0.1:0'] : verb === 'link' ? ['--role', 'administrator'] : []
      const r = cadre(bin, [verb, '--db', db, ...more])
      must(r.status === 1, `${verb} on a newer database: status ${r.status} ${r.err}`)
      must(/newer|9999/.test(r.err), `${verb} does not say why: ${r.err}`)
    }
    must(state() === was, 'the newer database was changed')
    drop(db)
  })
}

// ---- the disk ----
await test('sqlite: a write is acknowledged after its file was made durable', async () => {
  const db = copy(from('sqlite')), shim = join(work, 'count_syncs.so'), file = join(work, 'syncs'), wrapper = join(work, 'counted')
  const cc = spawnSync('cc', ['-shared', '-fPIC', '-D_GNU_SOURCE', '-o', shim, new URL('count_syncs.c', import.meta.url).pathname, '-ldl'], { encoding: 'utf8' })
  must(cc.status === 0, `cc: ${cc.stderr}`)
  writeFileSync(file, Buffer.alloc(8))
  writeFileSync(wrapper, `#!/bin/sh\nLD_PRELOAD=${shim} COUNT_SYNCS=${file} exec "${absolute}" "$@"\n`, { mode: 0o755 })
  const syncs = () => Number(readFileSync(file).readBigInt64LE())
  const server = await serve(wrapper, db), cookie = await signIn(bin, db, server.base)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await ask(server.base, '/people/new', { cookie })).body.toString())[1]
  must(await holds(async () => { // as soon as the jobs of the start are done
    const before = syncs()
    for (let i = 0; i < 5; i++) await ask(server.base, '/people', { cookie })
    return syncs() === before
  }), 'reading makes files durable: the count says nothing')
  for (let i = 0; i < 20; i++) {
    const was = syncs(), r = await ask(server.base, '/people/new', { cookie, post: { csrf, given_name: 'Durable', email: `durable${i}@example.org`, language: 'programme' } })
    must(r.status === 303, `adding a person: ${r.status}`)
    must(syncs() > was, 'acknowledged before it was durable')
  }
  await stopped(server)
  drop(db)
})

await test('sqlite: a file that may not grow: writes are refused, pages still come, and it goes on when it may grow again', async () => {
  // The signal for a file over its limit is ignored, as a full disk sends none.
  const db = copy(from('sqlite')), wrapper = join(work, 'no-xfsz')
  writeFileSync(wrapper, `#!/bin/sh\ntrap '' XFSZ\nexec "${absolute}" "$@"\n`, { mode: 0o755 })
  const server = await serve(wrapper, db), cookie = await signIn(bin, db, server.base)
  await fullDisk(server, db, cookie,
    () => spawnSync('prlimit', ['--pid', String(server.process.pid), '--fsize=4096:unlimited']),
    () => spawnSync('prlimit', ['--pid', String(server.process.pid), '--fsize=unlimited:unlimited']))
  drop(db)
})

await test('sqlite: a full disk: writes are refused, pages still come, and it goes on when there is room again', async () => {
  const dir = join(work, 'small-disk'), db = join(dir, 'cadre.db')
  mkdirSync(dir)
  const size = statSync(from('sqlite').db).size + (16 << 20)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]).status !== 0) {
    tally.skip('a full disk', 'mounting a small disk needs root')
    return
  }
  try {
    copyFileSync(copy(from('sqlite')), db)
    const server = await serve(bin, db), cookie = await signIn(bin, db, server.base), filler = join(dir, 'filler')
    await fullDisk(server, db, cookie, () => {
      const fd = openSync(filler, 'w'), block = Buffer.alloc(65536)
      try { for (;;) if (writeSync(fd, block) === 0) break } catch { /* full */ }
      closeSync(fd)
    }, () => rmSync(filler))
  } finally {
    spawnSync('umount', ['-l', dir])
  }
})

async function fullDisk(server, db, cookie, fill, free) {
  const writers = await startWriters([server.base], cookie, 4)
  must(await holds(() => writers.ids().length > 0), `no writes before the disk is full: ${JSON.stringify(writers.statuses())}`)
  fill()
  const refused = await holds(async () => Object.keys(writers.statuses()).some(s => s >= 500))
  must(refused, `a full disk refuses nothing: ${JSON.stringify(writers.statuses())}`)
  await sleep(300)
  for (const path of ['/home', '/people', '/healthz']) {
    const r = await ask(server.base, path, { cookie })
    must(r.status === 200, `${path} while the disk is full: ${r.status}`)
  }
  free()
  const count = writers.ids().length
  const resumed = await holds(async () => writers.ids().length > count + 20)
  const { ids, statuses, torn } = await writers.stop()
  must(resumed, `no writes after there is room again: ${JSON.stringify(statuses)}`)
  must(torn === 0, `${torn} answers were cut off`)
  await allThere(server.base, cookie, ids)
  await stopped(server)
  checked(db)
  const again = await serve(bin, db)
  await allThere(again.base, await signIn(bin, db, again.base), ids)
  await stopped(again)
}

await test('sqlite: a damaged or foreign file is told, not served', async () => {
  const db = copy(from('sqlite')), text = join(work, 'text.db')
  const fd = openSync(db, 'r+')
  for (let page = 20; page < 60; page++) writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096)
  closeSync(fd)
  const r = cadre(bin, ['check', '--db', db])
  must(r.status === 1 && r.out.trim() !== 'ok' && r.out + r.err !== '', `check of a damaged file: ${r.status} ${r.out}${r.err}`)
  truncateSync(db, 1000)
  must(cadre(bin, ['serve', '--db', db, '--listen', '127.0.0.1:0']).status === 1, 'a stump of a file is served')
  writeFileSync(text, 'this is not a database\n'.repeat(500))
  const t = cadre(bin, ['serve', '--db', text, '--listen', '127.0.0.1:0'])
  must(t.status === 1 && t.err !== '', `a text file as database: ${t.status} ${t.err}`)
  must(readFileSync(text, 'utf8').startsWith('this is not a database'), 'the text file was changed')
  const n = cadre(bin, ['check', '--db', join(work, 'not-there.db')])
  must(n.status === 1 && !existsSync(join(work, 'not-there.db')), 'check made a database')
  drop(db)
})

// ---- PostgreSQL ----
if (engines().includes('postgres')) {
  await test('postgres: lost connections: the next requests work again, nothing acknowledged is lost', async () => {
    const db = copy(from('postgres')), server = await serve(bin, db), cookie = await signIn(bin, db, server.base)
    const writers = await startWriters([server.base], cookie, 6)
    for (let i = 0; i < 4; i++) {
      await sleep(350)
      psql(process.env.CADRE_TEST_PG, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${db.replace(/.*\//, '')}'`)
    }
    await sleep(300)
    const count = writers.ids().length
    const resumed = await holds(async () => writers.ids().length > count + 20)
    for (let i = 0; i < 20; i++) {
      const r = await ask(server.base, '/people', { cookie })
      must(r.status === 200, `a page after the connections came back: ${r.status}`)
    }
    const { ids, statuses, torn } = await writers.stop()
    must(resumed, `no writes after the connections came back: ${JSON.stringify(statuses)}`)
    must(torn === 0, `${torn} answers were cut off`)
    must((await ask(server.base, '/healthz')).status === 200, 'not healthy')
    await allThere(server.base, cookie, ids)
    await stopped(server)
    checked(db)
    drop(db)
  })

  await test('postgres: a server that has no room for locks is asked again, and nobody notices', async () => {
    const db = copy(from('postgres'))
    // A sequence goes on also when its transaction is undone: each new person fails three times, then goes through.
    psql(db, 'CREATE SEQUENCE refused')
    psql(db, `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('refused') % 4 <> 0 THEN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END IF; RETURN NEW; END $$`)
    const server = await serve(bin, db), cookie = await signIn(bin, db, server.base)
    psql(db, 'CREATE TRIGGER refuse BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION refuse()')
    const csrf = /name="csrf" value="([^"]+)"/.exec((await ask(server.base, '/people/new', { cookie })).body.toString())[1]
    for (let i = 0; i < 5; i++) {
      const r = await ask(server.base, '/people/new', { cookie, post: { csrf, given_name: 'Patient', email: `patient${i}@example.org`, language: 'programme' } })
      must(r.status === 303, `adding a person: ${r.status}`)
    }
    must(query(db, "SELECT count(*) FROM identity WHERE email LIKE 'patient%'") === '5', 'not each person is there once')
    must(Number(query(db, 'SELECT last_value FROM refused')) === 20, 'nothing was refused')
    await stopped(server)
    drop(db)
  })

  await test('postgres: two servers on one database: one sign-in, every write seen by both, one dies and the other goes on', async () => {
    const db = copy(from('postgres')), a = await serve(bin, db), b = await serve(bin, db), cookie = await signIn(bin, db, a.base)
    const writers = await startWriters([a.base, b.base], cookie, 8)
    must(await holds(() => Object.values(writers.by()).every(n => n > 10)), `not both write: ${JSON.stringify(writers.by())}`)
    await a.kill()
    const count = writers.ids().length
    must(await holds(async () => writers.ids().length > count + 20), 'the other server does not go on')
    const { ids, by } = await writers.stop()
    must(by[a.base] > 10 && by[b.base] > 10, `not both wrote: ${JSON.stringify(by)}`)
    must(new Set(ids).size === ids.length, 'one number was given twice')
    const c = await serve(bin, db)
    await allThere(b.base, cookie, ids)
    await allThere(c.base, cookie, ids)
    await stopped(b)
    await stopped(c)
    checked(db)
    drop(db)
  })
} else {
  tally.skip('postgres', 'CADRE_TEST_PG is not set')
}
tally.end()
process.exit() // what a failed test left open does not hold it
