// The statistics, without the program around them: Henderson 1 on 1,000,000 sparse ratings, REML on InstEval's 73,421, weighted kappa on
// 1,000,000 pairs; beside base R, lme4 and psych, whose values must be the same, or the times mean nothing. What is computed is made
// once in build/bench/stats; InstEval is read from the reference cases, or from lme4. Times are of the processor, the best of some
// turns, so that others on the machine count little.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { cpuOf, number } from './tools.mjs'

const here = new URL('.', import.meta.url).pathname, cases = join(here, '../../../shared/data/stats/gtheory/insteval.csv.gz')
const peer = join(here, 'stats_peer.R'), CLOSE = 1e-4

const RATINGS = [
  ['henderson', 'Henderson 1, 1,000,000 sparse ratings', 'base R', 0.1],
  ['reml', 'REML, 73,421 ratings (InstEval)', 'lme4', 1],
  ['kappa', 'weighted kappa, 1,000,000 pairs', 'psych', 0.1],
]

function run(bin, args) {
  const r = spawnSync(bin, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (r.status !== 0) throw new Error(`${bin} ${args.join(' ')}: ${r.stderr || r.error}`)
  return r.stdout
}

// `name seconds processor-seconds value` lines.
const figures = text => Object.fromEntries(text.trim().split('\n').map(l => l.trim().split(/\s+/)).map(([name, wall, cpu, value]) => [name, { wall: +wall, cpu: +cpu, value: +value }]))

// InstEval as d, s, y in dir; false where there is none.
function instEval(dir, hasR) {
  const to = join(dir, 'insteval.csv')
  if (existsSync(to)) return true
  if (!existsSync(cases)) {
    if (hasR) run('Rscript', [peer, 'data', dir])
    return hasR
  }
  writeFileSync(`${to}.making`, gunzipSync(readFileSync(cases)))
  renameSync(`${to}.making`, to)
  return true
}

export function stats({ build, dir: under, say, target, result }) {
  const dir = join(under, 'stats'), bench = join(build, 'bench_stats')
  mkdirSync(dir, { recursive: true })
  const hasR = spawnSync('Rscript', ['-e', 'for (p in c("lme4", "psych")) loadNamespace(p)'], { stdio: 'ignore' }).status === 0
  if (!existsSync(join(dir, 'pairs.csv'))) run(bench, ['data', dir])
  const inst = instEval(dir, hasR)
  const ours = figures(run(bench, ['run', dir])), theirs = hasR ? figures(run('Rscript', [peer, 'run', dir])) : {}
  result.stats = { ours, theirs }

  const line = (name, values) => say(name.padEnd(44) + values.map(v => v.padStart(16)).join(''))
  say('')
  line('statistics, processor time', ['Cadre', 'R', 'ratio', 'R is'])
  for (const [name, what, who, most] of RATINGS) {
    const a = ours[name], b = theirs[name]
    if (!a) { say(`${what}: skipped, the ratings are not there`); continue }
    if (b && !(Math.abs(a.value - b.value) <= CLOSE * Math.abs(b.value))) throw new Error(`${what}: Cadre found ${a.value}, ${who} ${b.value}`)
    line(what, [`${number(a.cpu, 3)} s`, b ? `${number(b.cpu, 3)} s` : 'skipped', b ? `${number(b.cpu / a.cpu, 1)} x` : '', b ? who : 'not installed'])
    target(what, a.cpu, 's', undefined, most)
  }
  // The verbs, all of it: the file is read, computed, printed. What the least would be is reading its bytes.
  for (const [what, file, args] of [
    ['cadre stats gstudy, file of 1,000,000', 'ratings.csv', ['gstudy', '--effects', 'p r pr=p,r', '--no-reml']],
    ['cadre stats kappa, file of 1,000,000', 'pairs.csv', ['kappa']],
    ...(inst ? [['cadre stats gstudy, file of InstEval', 'insteval.csv', ['gstudy', '--effects', 'd s ds=d,s']]] : []),
  ]) {
    const path = join(dir, file), whole = cpuOf(join(build, 'cadre'), ['stats', args[0], path, ...args.slice(1)]), bytes = cpuOf('cksum', [path])
    result.stats[what] = { whole, bytes }
    line(what, [`${number(whole, 3)} s`, '', '', `cksum ${number(bytes, 3)} s`])
  }
}
