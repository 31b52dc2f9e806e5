// Matching, without the program around it: strict lists of 10,000 and 1,000,000 mentees, reach against the optimum of an integer
// program (CBC), weights against LEMON's cost scaling and scipy, the certificate, placement, memory. Times are of the processor, the
// best of three, so that others on the machine count little. A peer is stopped after twenty times Cadre's time, and half a minute at
// least: then it took more than that.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { number } from './tools.mjs'

const here = new URL('.', import.meta.url).pathname

// `name value name value` as an object of numbers.
function words(text) {
  const w = text.trim().split(/\s+/), o = {}
  for (let k = 0; k + 1 < w.length; k += 2) o[w[k]] = Number(w[k + 1])
  return o
}

function ask(command, args, seconds) {
  const r = spawnSync(command, args, { encoding: 'utf8', timeout: seconds * 1000, maxBuffer: 64 << 20 })
  return r.status === 0 ? words(r.stdout) : null
}

// The same for a peer, which is stopped after so many seconds of the processor: {over: milliseconds}.
function askPeer(seconds, command, args) {
  const r = spawnSync('prlimit', [`--cpu=${seconds}`, command, ...args], { encoding: 'utf8', timeout: 900000, maxBuffer: 64 << 20 })
  return r.status === 0 ? words(r.stdout) : ['SIGXCPU', 'SIGKILL'].includes(r.signal) ? { over: seconds * 1000 } : null
}

// The file of an instance, made once.
function instance(build, dir, kind, n, seed) {
  const path = join(dir, `${kind}-${n}-${seed}.${kind === 'weights' ? 'asg' : 'hr'}`)
  if (existsSync(path)) return path
  const fd = openSync(`${path}.making`, 'w')
  const r = spawnSync(join(build, 'bench_match_make'), [kind, String(n), String(seed)], { stdio: ['ignore', fd, 'inherit'] })
  closeSync(fd)
  if (r.status !== 0) throw new Error('bench_match_make ended with an error')
  renameSync(`${path}.making`, path)
  return path
}

// ---- the most that a weakly stable matching can have -------------------------------------------------------------------------
// A list as groups of equals.
function groups(text) {
  const list = []
  let open = null
  for (const w of text.replace(/([()])/g, ' $1 ').trim().split(/\s+/).filter(Boolean)) {
    if (w === '(') list.push(open = [])
    else if (w === ')') open = null
    else if (open) open.push(Number(w))
    else list.push([Number(w)])
  }
  return list
}

// One variable for each pair; for each pair: the mentee has somebody as good, or the mentor is full of such (Kwanashie, Manlove 2014).
function program(path) {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  const [n, m] = lines[0].split(' ').map(Number)
  const name = (i, j) => `x${i}_${j}`, rows = [], pairs = []
  const column = new Map(), likes = new Map()
  const put = (row, kind, number, terms) => {
    rows.push([row, kind, number])
    for (const [x, v] of terms) { if (!column.has(x)) column.set(x, new Map()); column.get(x).set(row, (column.get(x).get(row) ?? 0) + v) }
  }
  for (let i = 1; i <= n; i++) {
    const sofar = []
    for (const tie of groups(lines[i].replace(/^\d+/, ''))) {
      for (const j of tie) sofar.push([name(i, j), 1])
      for (const j of tie) { pairs.push([i, j]); likes.set(name(i, j), [...sofar]) }
    }
    put(`a${i}`, 'L', 1, sofar)
  }
  for (let k = n + 1; k <= n + m; k++) {
    const [, j, seats, rest] = /^(\d+) (\d+)(.*)/.exec(lines[k]), cap = Number(seats), sofar = []
    for (const tie of groups(rest)) {
      for (const i of tie) sofar.push([name(i, j), 1])
      for (const i of tie) put(`s${i}_${j}`, 'G', cap, [...likes.get(name(i, j)).map(([x]) => [x, cap]), ...sofar])
    }
    put(`b${j}`, 'L', cap, sofar)
  }
  const out = ['NAME reach FREE', 'ROWS', ' N size', ...rows.map(([r, kind]) => ` ${kind} ${r}`), 'COLUMNS', " M 'MARKER' 'INTORG'"]
  for (const [x, entries] of column) { out.push(` ${x} size -1`); for (const [r, v] of entries) out.push(` ${x} ${r} ${v}`) }
  out.push(" M 'MARKER' 'INTEND'", 'RHS', ...rows.map(([r, , v]) => ` RHS ${r} ${v}`), 'BOUNDS', ...[...column.keys()].map(x => ` UP B ${x} 1`), 'ENDATA', '')
  return out.join('\n')
}

// { optimum } or, when the time is over, { most }: nothing has more.
function optimum(path, seconds) {
  const dir = mkdtempSync(join(tmpdir(), 'cadre-bench-cbc-')), file = join(dir, 'reach.mps')
  try {
    writeFileSync(file, program(path))
    const r = spawnSync('cbc', [file, '-sec', String(seconds), '-solve'], { encoding: 'utf8', timeout: (seconds + 60) * 1000, maxBuffer: 64 << 20 })
    const best = /Optimal solution found[\s\S]*?Objective value:\s*(-?[\d.]+)/.exec(r.stdout ?? ''), bound = /(?:Lower bound|best possible):?\s*(-?[\d.]+)/i.exec(r.stdout ?? '')
    const root = /Continuous objective value is (-?[\d.]+)/.exec(r.stdout ?? '')
    if (best) return { optimum: Math.round(-Number(best[1])) }
    return bound || root ? { most: Math.floor(-Number((bound ?? root)[1]) + 1e-6) } : {}
  } finally { rmSync(dir, { recursive: true, force: true }) }
}

// ---- the table -----------------------------------------------------------------------------------------------------------------
export function match({ build, dir: under, short, say, target, result }) {
  const dir = join(under, 'match'), bench = join(build, 'bench_match'), rows = result.match = {}
  mkdirSync(dir, { recursive: true })
  const line = (name, values) => say(name.padEnd(40) + values.map(v => v.padStart(16)).join(''))
  const ms = v => `${number(v, v < 100 ? 2 : 0)} ms`

  say('')
  line('matching, processor time', ['read', 'solve', 'certificate', 'bytes'])
  for (const [n, solve, read] of short ? [[10000, 10]] : [[10000, 10], [1000000, 1000, 2500]]) {
    const r = rows[`strict_${n}`] = ask(bench, [instance(build, dir, 'strict', n, 1)], 300)
    line(`strict, ${number(n)} mentees with lists of 10`, [ms(r.read), ms(r.solve), ms(r.check), number(r.peak)])
    target(`strict lists of ${number(n)} mentees, solve`, r.solve, 'ms', undefined, solve)
    if (read) {
      target(`strict lists of ${number(n)} mentees, read`, r.read, 'ms', undefined, read)
      target('memory against 8 bytes a preference, 24 an agent', r.peak / (8 * r.preferences + 24 * r.agents), '', undefined, 1.1)
    }
    target(`certificate against the solve, ${number(n)}`, r.check / r.solve, '', undefined, 1)
  }

  say('')
  line('reach', ['matched', 'most possible', 'by', 'solve'])
  let worst = 1, slowest = 0
  for (const n of short ? [200, 500] : [200, 500, 1000, 2000]) {
    const path = instance(build, dir, 'contested', n, 1), r = ask(bench, [path, 'reach'], 300), o = optimum(path, short ? 20 : 120)
    const most = Math.min(r.bound, o.optimum ?? o.most ?? r.bound)
    rows[`reach_${n}`] = { ...r, ...o }
    worst = Math.min(worst, r.size / most)
    slowest = Math.max(slowest, r.solve)
    line(`contested, ${number(n)} mentees`, [number(r.size), number(most), o.optimum !== undefined ? 'CBC, optimal' : o.most < r.bound ? 'CBC, a bound' : 'flow, a bound', ms(r.solve)])
  }
  target('reach against the most possible, worst', worst, '', 0.99)
  target('reach, slowest of these', slowest, 'ms', undefined, 100)

  say('')
  line('largest weight, 10 pairs each', ['Cadre', 'LEMON', 'scipy', 'weight'])
  const lemon = join(dir, 'lemon'), made = spawnSync('g++', ['-O2', '-o', lemon, join(here, 'match_lemon.cc')], { encoding: 'utf8' })
  if (made.status !== 0) say(`LEMON is left out: ${made.error?.message ?? made.stderr.split('\n')[0]}`)
  for (const n of short ? [20000] : [20000, 100000]) {
    const path = instance(build, dir, 'weights', n, 1), ours = ask(bench, [path], 300)
    const limit = Math.max(30, Math.ceil(ours.solve / 50))
    const peers = { LEMON: made.status === 0 ? askPeer(limit, lemon, [path]) : null, scipy: askPeer(limit, '/usr/bin/python3', [join(here, 'match_scipy.py'), path]) }
    rows[`weights_${n}`] = { ours, ...peers }
    line(`${number(n)} mentees`, [ms(ours.solve), ...Object.values(peers).map(p => !p ? 'not there' : p.over ? `over ${ms(p.over)}` : ms(p.solve)), number(ours.weight)])
    for (const p of Object.values(peers)) if (p?.weight && p.weight !== ours.weight) throw new Error(`a peer found ${p.weight}, Cadre ${ours.weight}`)
    for (const [name, least] of [['LEMON', 1], ['scipy', 5]]) {
      const p = peers[name]
      if (p) target(`largest weight of ${number(n)}, ${p.over ? 'more than so many ' : ''}times as fast as ${name}`, (p.over ?? p.solve) / ours.solve, '', least)
    }
  }

  say('')
  line('placement, 20 choices each', ['weight', 'generous', 'placed'])
  for (const [students, shifts, most] of short ? [[400, 60, 20]] : [[400, 60, 20], [20000, 2000, 2000]]) {
    const r = rows[`placement_${students}`] = ask(bench, ['placement', String(students), String(shifts)], 300)
    line(`${number(students)} students, ${number(shifts)} shifts`, [ms(r.weight), ms(r.generous), number(r.placed)])
    target(`placement of ${number(students)} students on ${number(shifts)} shifts`, r.weight, 'ms', undefined, most)
  }
}
