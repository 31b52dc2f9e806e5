// Sites for tests: a demo database on SQLite or PostgreSQL, copied for each test, and a server on it. Used by the flow, fault and
// browser runners.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdsFor, PATIENCE_MS } from './patience.mjs'

// However a runner ends, its servers end with it: at its end, on a signal, or when the runner that forked it is gone.
const running = new Set()
process.on('exit', () => { for (const p of running) p.kill('SIGKILL') })
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) process.on(signal, () => process.exit(128 + number))
process.on('disconnect', () => process.exit(1))

export const work = mkdtempSync(join(tmpdir(), 'cadre-test-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

export function engines() {
  return process.env.CADRE_TEST_PG ? ['sqlite', 'postgres'] : ['sqlite']
}

// Runs a verb; gives {status, out, err}.
export function cadre(bin, args, input, env = {}) {
  const r = spawnSync(bin, args, { input, encoding: 'utf8', timeout: 300000, maxBuffer: 64 << 20, env: { ...process.env, CADRE_CONFIG: '/dev/null', ...env } })
  return { status: r.status, out: r.stdout ?? '', err: (r.stderr ?? '') + (r.error ? String(r.error) : '') }
}

function psql(sql) {
  const r = spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', process.env.CADRE_TEST_PG, '-c', sql], { encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`psql: ${r.stderr}`)
}

// One statement past the program, on either engine; gives what it answers as text. It waits for a server that writes, and never makes one
// wait for a slow disk.
export function query(db, sql) {
  const options = { encoding: 'utf8', maxBuffer: 256 << 20 } // the twins of a demo are compared by whole tables
  const r = db.startsWith('postgresql:') ? spawnSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', db, '-c', sql], options)
    : spawnSync('sqlite3', ['-cmd', `.timeout ${PATIENCE_MS}`, '-cmd', 'PRAGMA synchronous = off', db, sql], options)
  if (r.status !== 0) throw new Error(`${sql}: ${r.stderr || r.error}`)
  return r.stdout.trim()
}

let serial = 0
const pgName = () => `cadre_test_${process.pid}_${++serial}`
const pgUrl = name => process.env.CADRE_TEST_PG.replace(/\/[^/]*$/, `/${name}`)
const pgMade = []
process.on('exit', () => { for (const name of pgMade) try { psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) } catch { /* the server goes anyway */ } })

// The day that it is, as the program counts days.
export const today = () => Math.floor(Date.now() / 864e5)

// Runs a test. What a demo holds is of its day, and so is what a test asks of it: what failed while a day ended is begun again.
export async function onOneDay(test) {
  const day = today()
  try {
    return await test()
  } catch (e) {
    if (day === today()) throw e
    return test()
  }
}

// A demo database of an engine; copies of it are cheap.
export function template(bin, engine, { people = 40, seed = 1 } = {}) {
  const day = today()
  let db
  if (engine === 'postgres') {
    const name = pgName()
    psql(`CREATE DATABASE ${name}`)
    pgMade.push(name)
    db = pgUrl(name)
  } else {
    db = join(work, `template-${++serial}.db`)
  }
  const r = cadre(bin, ['demo', '--db', db, '--people', String(people), '--seed', String(seed)])
  if (r.status !== 0) throw new Error(`cadre demo on ${engine}: ${r.err}`)
  return { engine, db, bin, people, seed, day }
}

// That template, or one made anew when its day is over.
const later = new Map()
function ofToday(t) {
  if (t.day === undefined || t.day === today()) return t
  const name = `${t.db} ${today()}`
  if (!later.has(name)) later.set(name, template(t.bin, t.engine, t))
  return later.get(name)
}

export function copy(of) {
  const t = ofToday(of)
  if (t.engine === 'postgres') {
    const name = pgName()
    // who was connected to the template has said goodbye, but may not be gone yet
    holdsFor(() => {
      try { psql(`CREATE DATABASE ${name} TEMPLATE ${t.db.replace(/.*\//, '')}`) } catch (e) {
        if (/being accessed by other users/.test(e.message)) return false
        throw e
      }
      return true
    }, `${t.db} stays in use`)
    pgMade.push(name)
    return pgUrl(name)
  }
  const db = join(work, `copy-${++serial}.db`)
  copyFileSync(t.db, db)
  if (existsSync(t.db + '-wal')) copyFileSync(t.db + '-wal', db + '-wal')
  return db
}

// An empty database that the program may fill.
export function empty(engine) {
  if (engine === 'postgres') {
    const name = pgName()
    psql(`CREATE DATABASE ${name}`)
    pgMade.push(name)
    return pgUrl(name)
  }
  return join(work, `empty-${++serial}.db`)
}

export function drop(db) {
  if (db.startsWith('postgresql:')) {
    const name = db.replace(/.*\//, '')
    psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    pgMade.splice(pgMade.indexOf(name), 1)
  } else {
    for (const end of ['', '-wal', '-shm']) rmSync(db + end, { force: true })
  }
}

// Starts `serve` and waits for its address. {base, log(): whole lines, stop(), kill(), process}
export async function serve(bin, db, more = ['--no-rate-limits', '--no-access-log'], env = {}) {
  const p = spawn(bin, ['serve', '--db', db, '--listen', '127.0.0.1:0', ...more], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CADRE_CONFIG: '/dev/null', ...env } })
  running.add(p)
  let log = '', begun = ''
  p.stderr.setEncoding('utf8').on('data', d => {
    begun += d
    const end = begun.lastIndexOf('\n') + 1
    log += begun.slice(0, end)
    begun = begun.slice(end)
  })
  const ended = new Promise(resolve => p.on('exit', (code, signal) => { running.delete(p); resolve({ code, signal }) }))
  const lines = createInterface({ input: p.stdout })
  const base = await Promise.race([
    new Promise(resolve => lines.once('line', line => resolve(line.replace(/\/$/, '')))),
    ended.then(({ code }) => { throw new Error(`serve ended with ${code}: ${log}${begun}`) }),
    new Promise((_, reject) => setTimeout(() => reject(new Error(`serve did not start: ${log}`)), PATIENCE_MS).unref()),
  ])
  lines.on('line', line => { log += line + '\n' })
  return {
    base, process: p, ended, log: () => log,
    async stop() {
      p.kill('SIGTERM')
      const timer = setTimeout(() => p.kill('SIGKILL'), PATIENCE_MS)
      const { code, signal } = await ended
      clearTimeout(timer)
      return code === 0 ? null : `serve ended with ${code ?? signal}: ${(log + begun).slice(-3000)}`
    },
    kill() { p.kill('SIGKILL'); return ended },
  }
}

export function link(bin, db, base, who) {
  const args = who.includes('@') ? ['--email', who] : ['--role', who]
  const r = cadre(bin, ['link', '--db', db, '--base-url', base, ...args])
  if (r.status !== 0) throw new Error(`cadre link ${args.join(' ')}: ${r.err}`)
  return r.out.trim()
}

// Counts tests and prints them; told how long they took, it ends by naming the slowest.
export function counts() {
  const n = { passed: 0, failed: 0, skipped: 0 }, times = []
  const seconds = ms => `${(ms / 1000).toFixed(1)} s`, took = (name, ms) => ms === undefined || times.push({ name, ms })
  return {
    pass(name, ms) { n.passed++; took(name, ms); console.log(`  ok    ${name}${ms === undefined ? '' : ` (${seconds(ms)})`}`) },
    fail(name, why, ms) { n.failed++; took(name, ms); console.log(`  FAIL  ${name}\n${String(why).replace(/^/gm, '        ')}`) },
    skip(name, why) { n.skipped++; console.log(`  skip  ${name}: ${why}`) },
    end() {
      const slow = [...times].sort((a, b) => b.ms - a.ms).slice(0, 10)
      if (times.length > 10) console.log(`  the slowest: ${slow.map(t => `${t.name} ${seconds(t.ms)}`).join(', ')}`)
      console.log(`${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`)
      process.exitCode = n.failed ? 1 : 0
    },
  }
}

export function option(name, otherwise) {
  const i = process.argv.indexOf(`--${name}`)
  return i > 0 ? process.argv[i + 1] : otherwise
}
