// Branching cases: 10,000 passages read and checked (bench_story), against the target and against going over the bytes alone, in
// the same run.
import { join } from 'node:path'
import { number, run } from './tools.mjs'

const TARGET = 0.1 // seconds

export function story({ build, say, target, result }) {
  const r = result.story = JSON.parse(run(join(build, 'bench_story'), []))
  const line = (name, values) => say(name.padEnd(44) + values.map(v => v.padStart(13)).join(''))
  say('')
  line(`${number(r.passages)} passages, processor time`, ['parse', 'check', 'both', 'bytes alone', 'ratio', 'states'])
  for (const c of r.cases) {
    const ms = s => `${number(s * 1000, 1)} ms`
    line(c.name, [ms(c.parse), ms(c.check), ms(c.both), ms(c.read), `${number(c.both / c.read)} x`, number(c.states) + (c.complete ? '' : '+')])
    target(`${number(r.passages)} passages checked, ${c.name}`, c.both, 's', undefined, TARGET)
  }
  line('a step, 30 choices replayed', [`${number(r.step * 1e6)} us`])
}
