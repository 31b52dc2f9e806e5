// Reference cases of the statistics: node test/cases/run.mjs --bin FILE DIR... runs every case of each folder's index.json
// through the verbs that people use and compares what they print with what the case expects.
//
// An index lists cases (id, method, file, data); a case's file holds params, expected and tol. How a method is called and
// which of the case's tolerances holds where is told in methods.mjs; no expected number is known here or there. Every
// number that is expected must be printed; null means "not defined" and must be printed so; further printed keys are ignored;
// how, note, alt and keys that end in _note are prose. A method that methods.mjs does not know fails.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { methods } from './methods.mjs'

const args = process.argv.slice(2), at = args.indexOf('--bin')
if (at < 0 || args.length < 3) {
  console.error('usage: node test/cases/run.mjs --bin FILE DIR...')
  process.exit(2)
}
const bin = args[at + 1], folders = args.filter((_, i) => i !== at && i !== at + 1)
const work = mkdtempSync(join(tmpdir(), 'cadre-cases-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

// What a verb prints; a refusal or anything that is no JSON is an error.
function cadre(...words) {
  const r = spawnSync(bin, words.map(String), { encoding: 'utf8', timeout: 600000, maxBuffer: 1 << 30, env: { ...process.env, CADRE_CONFIG: '/dev/null' } })
  if (r.status !== 0) throw new Error(`cadre ${words.map(w => basename(String(w))).join(' ')}: ${r.stderr?.trim() || r.error || `exit status ${r.status}`}`)
  return JSON.parse(r.stdout)
}

let serial = 0
// A file of our own, for what a case holds as JSON or in another layout.
function made(text, ending = 'csv') {
  const path = join(work, `${++serial}.${ending}`)
  writeFileSync(path, text)
  return path
}

const isProse = key => key === 'how' || key === 'note' || key === 'alt' || key.endsWith('_note')

// Where printed differs from expected. tolerance(path) gives {rel}, {abs}, {mixed} (absolute below 1, relative above) or
// {exact}; path is an array of keys.
export function compare(expected, printed, tolerance, path = []) {
  const place = path.join('.') || 'result', shown = x => (x === undefined ? 'nothing' : JSON.stringify(x)?.slice(0, 60))
  if (expected === null) return printed === null ? [] : [`${place}: not defined, printed ${shown(printed)}`]
  if (Array.isArray(expected)) {
    if (!Array.isArray(printed) || printed.length !== expected.length) return [`${place}: ${expected.length} values, printed ${shown(printed)}`]
    return expected.flatMap((x, i) => compare(x, printed[i], tolerance, [...path, i]))
  }
  if (typeof expected === 'object') {
    if (typeof printed !== 'object' || printed === null) return [`${place}: printed ${shown(printed)}`]
    return Object.keys(expected).filter(k => !isProse(k)).flatMap(k => compare(expected[k], printed[k], tolerance, [...path, k]))
  }
  if (typeof expected !== 'number') return printed === expected ? [] : [`${place}: ${shown(expected)}, printed ${shown(printed)}`]
  if (typeof printed !== 'number') return [`${place}: ${expected}, printed ${shown(printed)}`]
  const t = tolerance(path), size = Math.abs(expected)
  const off = t.exact ? 0 : t.abs !== undefined ? t.abs : t.rel !== undefined ? t.rel * size : t.mixed * Math.max(1, size)
  if (!(off >= 0)) return [`${place}: the case states no tolerance for it`]
  return Math.abs(printed - expected) <= off ? [] : [`${place}: ${expected}, printed ${printed} (${JSON.stringify(t)})`]
}

function runCase(dir, index, entry) {
  for (const name of [entry.file, ...(entry.data ?? [])]) {
    const sum = index.sha256?.[name]
    if (sum && createHash('sha256').update(readFileSync(join(dir, name))).digest('hex') !== sum) return [`${name} is not the file that the index lists`]
  }
  const file = join(dir, entry.file), spec = JSON.parse(readFileSync(file, 'utf8'))
  const files = [spec.data ?? entry.data.map(f => basename(f))].flat().map(f => join(dirname(file), f))
  const method = methods[entry.method]
  if (!method) return [`the method ${entry.method} is not known`]
  const checks = method({ spec, params: spec.params ?? {}, tol: spec.tol, expected: spec.expected, files, file: files[0], cadre, made })
  if (checks.length === 0) return ['nothing was checked']
  return checks.flatMap(c => compare(c.expected, c.printed, c.tolerance, c.path ?? []))
}

const count = { passed: 0, failed: 0, skipped: 0 }
for (const dir of folders) {
  if (!existsSync(join(dir, 'index.json'))) {
    count.skipped++
    console.log(`skipped  ${dir}: there is no index.json`)
    continue
  }
  const index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8'))
  for (const entry of index.cases) {
    let wrong
    try { wrong = runCase(dir, index, entry) } catch (e) { wrong = [e.message] }
    count[wrong.length ? 'failed' : 'passed']++
    console.log(`${wrong.length ? 'FAILED ' : 'ok     '}  ${entry.id}${wrong.slice(0, 8).map(w => `\n         ${w}`).join('')}${wrong.length > 8 ? `\n         and ${wrong.length - 8} more` : ''}`)
  }
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = count.failed ? 1 : 0
