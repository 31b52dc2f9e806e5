// ./dev and the runners of tests: each verb tells what it does, and however tests end, nothing that they started stays.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATIENCE_MS, holds } from '../lib/patience.mjs'
import { work } from '../lib/site.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }

// How many processes have a word in their command line.
function alive(word) {
  return readdirSync('/proc').filter(n => /^\d+$/.test(n) && Number(n) !== process.pid).filter(n => {
    try { return readFileSync(`/proc/${n}/cmdline`, 'latin1').split('\0').includes(word) } catch { return false }
  }).length
}
async function until(what, condition) {
  must(await holds(async () => condition()), `never: ${what}`)
}

export const devRules = {
  'each verb of ./dev tells what it does, and does nothing': top => {
    const dev = args => spawnSync(join(top, 'dev'), args, { encoding: 'utf8', timeout: PATIENCE_MS })
    const verbs = [...dev(['--help']).stdout.matchAll(/^ {2}([a-z]+) /gm)].map(m => m[1])
    must(verbs.length >= 8, `only ${verbs}`)
    for (const verb of verbs) {
      const r = dev([verb, '--help'])
      must(r.status === 0 && r.stdout.startsWith(`usage: ./dev ${verb}`) && r.stderr === '', `${verb} --help: ${r.status} ${r.stdout}${r.stderr}`)
    }
    must(dev(['no-such-verb']).status === 2, 'an unknown verb is taken')
  },

  'a signal to ./dev test ends its stages and all that they started': async top => {
    const text = readFileSync(join(top, 'dev'), 'utf8'), mark = `86399.${process.pid}`
    const parts = [/^attended\(\) \{[^]*?^\}/m, /^PASSED=0[^]*?(?=^test_all\(\))/m].map(p => p.exec(text)[0])
    const script = `set -euo pipefail\nATTENDED=\npg_stop() { :; }\n${parts.join('\n')}\ntests_begin\nstart one 5 bash -c 'sleep ${mark} & sleep ${mark}'\nstart two 5 sleep ${mark}\nshow one\n`
    const bash = spawn('bash', ['-c', script], { stdio: 'ignore' }), ended = new Promise(done => bash.on('exit', done))
    // timeout, the shell's line and each sleep: those of the second stage are two words alike, of the first the two sleeps
    await until('the stages run', () => alive(mark) === 4)
    bash.kill('SIGTERM')
    must(await ended === 143, 'its exit status is another')
    await until('nothing stays', () => alive(mark) === 0) // what was ended goes a moment later
  },

  'a server does not outlive the runner that started it': async () => {
    const mark = `86398.${process.pid}`, fake = join(work, 'fake-cadre'), site = new URL('../lib/site.mjs', import.meta.url)
    writeFileSync(fake, `#!/bin/sh\necho http://127.0.0.1:1/\nexec sleep ${mark}\n`)
    chmodSync(fake, 0o755)
    for (const end of ['process.exit()', "process.kill(process.pid, 'SIGTERM'); await new Promise(go => setTimeout(go, 600000))", "throw new Error('a test failed')"]) {
      const r = spawnSync(process.execPath, ['--input-type=module', '-e', `import { serve } from '${site}'\nawait serve('${fake}', 'x.db')\n${end}`], { encoding: 'utf8', timeout: PATIENCE_MS })
      must(!r.error && !/did not start/.test(r.stderr), `${end}: ${r.error ?? r.stderr}`)
      await until(`the server is gone after ${end}`, () => alive(mark) === 0)
    }
  },
}
