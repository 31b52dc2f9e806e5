// Control charts, without the program around them: the I chart and Nelson's rules beside the same in base R, which must find as many
// signals, or the times mean nothing; and SVG pictures a second. Processor times, the best of some turns.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { number } from './tools.mjs'

const peer = join(new URL('.', import.meta.url).pathname, 'chart_peer.R')

function figures(bin, args) {
  const r = spawnSync(bin, args, { encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`${bin}: ${r.stderr || r.error}`)
  return Object.fromEntries(r.stdout.trim().split('\n').filter(Boolean).map(l => l.trim().split(/\s+/)).map(([name, wall, cpu, value]) => [name, { wall: +wall, cpu: +cpu, value: +value }]))
}

export function chart({ build, dir: under, say, target, result }) {
  const dir = join(under, 'chart'), bench = join(build, 'bench_chart')
  mkdirSync(dir, { recursive: true })
  figures(bench, ['data', dir])
  const hasR = spawnSync('Rscript', ['-e', '1'], { stdio: 'ignore' }).status === 0
  const ours = figures(bench, ['run', dir]), theirs = hasR ? figures('Rscript', [peer, dir]) : {}
  result.chart = { ours, theirs }
  if (theirs.chart && theirs.chart.value !== ours.chart.value) throw new Error(`charts: Cadre found ${ours.chart.value} signals, R ${theirs.chart.value}`)
  say('')
  say(`I chart of 36 points with Nelson's rules      ${number(ours.chart.cpu * 1e6, 2)} us${theirs.chart ? `, base R ${number(theirs.chart.cpu * 1e6, 0)} us: ${number(theirs.chart.cpu / ours.chart.cpu, 0)} x` : ', base R skipped'}`)
  say(`SVG chart of 36 points                        ${number(ours.picture.cpu * 1e6, 1)} us, ${number(1 / ours.picture.cpu, 0)} a second`)
  if (theirs.chart) target('I chart and rules, times base R', theirs.chart.cpu / ours.chart.cpu, 'x', 50, undefined)
  target('SVG charts a second', 1 / ours.picture.cpu, '', 10000, undefined)
}
