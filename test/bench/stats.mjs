// ./dev bench stats: the statistics against R (lme4, psych, base) in the same run, as ratios, and against their targets. The
// values of both must agree, or the times mean nothing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'

const top = new URL('../..', import.meta.url).pathname, build = join(top, 'build/release'), dir = join(top, 'build/bench/stats')
const peer = join(top, 'test/bench/stats_peer.R')

function run(bin, args) {
  const r = spawnSync(bin, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (r.status !== 0) throw new Error(`${bin} ${args.join(' ')}: ${r.stderr || r.error}`)
  return r.stdout
}
const figures = text => Object.fromEntries(text.trim().split('\n').map(l => l.trim().split(/\s+/)).map(([name, wall, cpu, value]) => [name, { wall: +wall, cpu: +cpu, value: +value }]))

mkdirSync(dir, { recursive: true })
if (!existsSync(join(dir, 'pairs.csv'))) run(join(build, 'bench_stats'), ['data', dir])
if (!existsSync(join(dir, 'insteval.csv'))) run('Rscript', [peer, 'data', dir])
const ours = figures(run(join(build, 'bench_stats'), ['run', dir])), theirs = figures(run('Rscript', [peer, 'run', dir]))

const TARGETS = [
  ['henderson', 'Henderson 1, 1,000,000 sparse ratings', 'base R', 0.1],
  ['kappa', 'weighted kappa, 1,000,000 pairs', 'psych', 0.1],
  ['reml', 'REML, 73,421 ratings (InstEval)', 'lme4', 1],
]
let missed = 0
if (loadavg()[0] > cpus().length) console.log(`the machine is busy (load ${loadavg()[0].toFixed(1)} on ${cpus().length} processors): the clock counts what others take, (cpu) does not`)
console.log(`${'best of some turns, seconds'.padEnd(42)} ${'Cadre'.padStart(8)} ${'(cpu)'.padStart(8)} ${'peer'.padStart(14)} ${'ratio'.padStart(8)}  target`)
for (const [name, what, who, most] of TARGETS) {
  const a = ours[name], b = theirs[name], same = Math.abs(a.value - b.value) <= 1e-4 * Math.abs(b.value), met = a.wall <= most && same
  missed += !met
  console.log(`${what.padEnd(42)} ${a.wall.toFixed(3).padStart(8)} ${a.cpu.toFixed(3).padStart(8)} ${`${who} ${b.wall.toFixed(3)}`.padStart(14)} ${`${(b.wall / a.wall).toFixed(1)} x`.padStart(8)}  ${most} s ${met ? 'ok' : 'MISS'}${same ? '' : ` values differ: ${a.value}, ${b.value}`}`)
}
for (const [what, args] of [
  ['cadre stats gstudy, file of 1,000,000', ['gstudy', join(dir, 'ratings.csv'), '--effects', 'p r pr=p,r', '--no-reml']],
  ['cadre stats kappa, file of 1,000,000', ['kappa', join(dir, 'pairs.csv')]],
  ['cadre stats gstudy, file of InstEval', ['gstudy', join(dir, 'insteval.csv'), '--effects', 'd s ds=d,s']],
]) {
  const from = process.hrtime.bigint()
  run(join(build, 'cadre'), ['stats', ...args])
  console.log(`${`${what}, all of it`.padEnd(42)} ${(Number(process.hrtime.bigint() - from) / 1e9).toFixed(3).padStart(8)}`)
}
process.exitCode = missed ? 1 : 0
