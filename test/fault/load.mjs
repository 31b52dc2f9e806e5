// Load for the fault tests: clients that add people and remember which were acknowledged.
import { spawnSync } from 'node:child_process'
import http from 'node:http'
import { PATIENCE_MS, PATIENCE_S } from '../lib/patience.mjs'
import { link } from '../lib/site.mjs'

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

// One request. {status, headers, body}; rejects when the connection fails, with torn set when an answer had begun.
export function ask(base, path, { cookie, post, agent, alone } = {}) {
  const body = post ? new URLSearchParams(post).toString() : undefined
  return new Promise((resolve, reject) => {
    const headers = { ...(cookie ? { cookie } : {}), ...(body !== undefined ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), origin: base } : {}) }
    const rq = http.request(base + path, { method: body === undefined ? 'GET' : 'POST', headers, agent: alone ? false : agent, timeout: PATIENCE_MS }, res => {
      const parts = []
      res.on('data', d => parts.push(d))
      res.on('end', () => res.complete ? resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }) : reject(Object.assign(new Error('cut off'), { torn: true })))
      res.on('error', e => reject(Object.assign(e, { torn: true })))
    })
    rq.on('timeout', () => rq.destroy(new Error(`${path}: no answer within ${PATIENCE_S} s`)))
    rq.on('error', reject)
    rq.end(body)
  })
}

export async function signIn(bin, db, base, who = 'administrator') {
  const r = await ask(base, new URL(link(bin, db, base, who)).pathname)
  const cookie = /cadre_session=[^;]+/.exec(String(r.headers['set-cookie']))
  if (!cookie) throw new Error(`could not sign in as ${who}: ${r.status}`)
  return cookie[0]
}

let serial = 0

// So many clients, in turn on the servers, that add one person after another until stop(). A client whose server is gone tries
// again; what counts is what was acknowledged: a redirect to the new person's page.
export async function startWriters(bases, cookie, clients) {
  const ids = [], statuses = {}, by = Object.fromEntries(bases.map(b => [b, 0]))
  let running = true, torn = 0
  const page = await ask(bases[0], '/people/new', { cookie })
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body.toString())?.[1]
  if (!csrf) throw new Error(`no form to add a person: ${page.status}`)
  async function client(base) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    while (running) {
      const n = ++serial
      try {
        const r = await ask(base, '/people/new', { cookie, agent, post: { csrf, given_name: `Fault${n}`, family_name: 'Test', email: `fault.${process.pid}.${n}@example.org`, language: 'programme' } })
        const id = /^\/people\/(\d+)/.exec(r.headers.location ?? '')?.[1]
        statuses[r.status] = (statuses[r.status] ?? 0) + 1
        if (r.status === 303 && id) { ids.push(id); by[base]++ } else await sleep(20)
      } catch (e) {
        if (e.torn) torn++
        statuses[0] = (statuses[0] ?? 0) + 1
        await sleep(20)
      }
    }
    agent.destroy()
  }
  const all = Array.from({ length: clients }, (_, i) => client(bases[i % bases.length]))
  return {
    ids: () => ids, statuses: () => statuses, by: () => by,
    async stop() { running = false; await Promise.all(all); return { ids, statuses, torn, by } },
  }
}

// Those of the people who cannot be found.
export async function missing(base, cookie, ids) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 }), gone = []
  const queue = [...ids]
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let id; (id = queue.pop()) !== undefined;) if ((await ask(base, `/people/${id}.json`, { cookie, agent })).status !== 200) gone.push(id)
  }))
  agent.destroy()
  return gone
}

export function psql(url, sql) {
  const r = spawnSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', url, '-c', sql], { encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`psql: ${r.stderr}`)
  return r.stdout.trim()
}
