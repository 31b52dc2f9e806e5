// What the bench measures with: nginx on a port of its own, wrk, one patient client, and small statistics.
import { spawn, spawnSync, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { cpus, loadavg, release, tmpdir } from 'node:os'
import { join } from 'node:path'

const here = new URL('.', import.meta.url).pathname

export const median = list => { const s = [...list].sort((a, b) => a - b); return s.length % 2 ? s[s.length >> 1] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2 }
export const number = (v, digits = 0) => v.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })

export function machine() {
  const c = cpus()
  return { cores: c.length, cpu: c[0]?.model.trim() ?? '', load: loadavg()[0], kernel: release() }
}

// A static file for each size, served as a default nginx serves it: as many workers as cores, sendfile, no access log.
export async function nginx(sizes) {
  const dir = mkdtempSync(join(tmpdir(), 'cadre-bench-nginx-'))
  const port = 20000 + Math.floor(Math.random() * 20000)
  mkdirSync(join(dir, 'root'))
  for (const size of sizes) writeFileSync(join(dir, 'root', `${size}.html`), Buffer.alloc(size, 'x'))
  writeFileSync(join(dir, 'nginx.conf'), `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off; worker_processes auto; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; types_hash_max_size 2048; default_type text/html; keepalive_requests 1000000;
  client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  server { listen 127.0.0.1:${port}; root ${dir}/root; }
}`)
  const p = spawn('/usr/sbin/nginx', ['-p', dir, '-c', join(dir, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const stop = () => new Promise(resolve => { p.once('exit', () => { rmSync(dir, { recursive: true, force: true }); resolve() }); p.kill('SIGQUIT') })
  process.on('exit', () => p.kill('SIGTERM'))
  for (let tries = 0; ; tries++) {
    try { await fetch(`http://127.0.0.1:${port}/${sizes[0]}.html`); break } catch (e) { if (tries > 50) throw new Error(`nginx does not answer: ${e}`) }
    await sleep(50)
  }
  return { base: `http://127.0.0.1:${port}`, stop }
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

// One run of wrk with one of the scripts beside; what its done() says, and requests a second. Slow is not wrong: the percentiles tell.
export function wrk(script, base, seconds, args) {
  const r = spawnSync('wrk', ['-t2', '-c16', '--timeout', '60s', `-d${seconds}s`, '-s', join(here, script), base, '--', ...args], { encoding: 'utf8' })
  const line = r.stdout?.trim().split('\n').pop() ?? ''
  if (r.status !== 0 || !line.startsWith('{')) throw new Error(`wrk: ${r.stderr}${r.stdout}${r.error ?? ''}`)
  const result = JSON.parse(line)
  if (result.errors !== 0) throw new Error(`${result.errors} of ${result.requests} requests to ${base} ${args[0]} went wrong`)
  return { ...result, rate: result.requests / result.seconds }
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

// One request on a connection that stays; milliseconds until the last byte.
export function ask(base, path, cookie) {
  return new Promise((resolve, reject) => {
    const from = process.hrtime.bigint()
    const rq = http.get(base + path, { agent, headers: cookie ? { cookie, accept: 'text/html' } : {} }, res => {
      const parts = []
      res.on('data', d => parts.push(d))
      res.on('end', () => resolve({ status: res.statusCode, type: res.headers['content-type'] ?? '', body: Buffer.concat(parts), headers: res.headers, ms: Number(process.hrtime.bigint() - from) / 1e6 }))
    })
    rq.on('error', e => rq.reusedSocket ? resolve(ask(base, path, cookie)) : reject(e)) // the server had closed an idle connection
  })
}

// One form, sent; milliseconds until the last byte of the answer.
export function send(base, path, cookie, body) {
  return new Promise((resolve, reject) => {
    const from = process.hrtime.bigint()
    const rq = http.request(base + path, { method: 'POST', headers: { cookie, accept: 'text/html', origin: base, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } }, res => {
      res.resume()
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, ms: Number(process.hrtime.bigint() - from) / 1e6 }))
    })
    rq.on('error', reject)
    rq.end(body)
  })
}

// MiB that a process holds: all, and what of it is its own (the rest are pages of files, shared with everybody).
export function resident(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8'), of = name => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024
  return { all: of('VmRSS'), own: of('RssAnon') }
}

// Seconds of processor time that a process has used so far: what does not depend on who else works on the machine.
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

// The processor's time of one command, in seconds.
export function cpuOf(command, args) {
  const r = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', 'time', command, ...args], { encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${r.stderr}`)
  return r.stderr.trim().split('\n').at(-1).split(' ').map(Number).reduce((x, y) => x + y)
}

// A counter of /metrics.
export async function counter(base, name) {
  const text = (await ask(base, '/metrics')).body.toString()
  return Number(new RegExp(`^cadre_${name} (\\S+)`, 'm').exec(text)[1])
}

export const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 << 20 })

// Reads files whole: what is measured is programs, not what a machine that others use too has left of them in its memory.
export const warm = (...paths) => run('sh', ['-c', 'cat "$@" >/dev/null', 'warm', ...paths])
