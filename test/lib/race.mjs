// Many browsers send one form at the same moment: no more of them than people, who then have several browsers each. Each is signed in and
// holds a page with a token before any of them sends. Gives how many were answered how; a server that says it is busy is asked again.
import { Client } from './client.mjs'
import { link } from './site.mjs'

const TRIES = 200

async function send(client, path, fields) {
  for (let left = TRIES; ; left--) {
    await client.post(path, fields)
    if (client.page.status !== 503 || left === 0) return client.page.status
  }
}

// emails: who takes part; count: how many browsers; from: a page of the same site with a form.
export async function race(bin, db, base, emails, count, from, path, fields) {
  const people = await Promise.all(emails.map(async email => {
    const c = new Client(base)
    await c.get(link(bin, db, base, email))
    if (c.page.status !== 303) throw new Error(`signing in as ${email} answered ${c.page.status}`)
    await c.follow()
    await c.get(from)
    return c
  }))
  const browsers = Array.from({ length: count }, (_, i) => Object.assign(new Client(base), { cookies: new Map(people[i % people.length].cookies), page: people[i % people.length].page }))
  const answers = await Promise.all(browsers.map(c => send(c, path, fields)))
  const many = status => answers.filter(a => a === status).length
  return { done: many(303), full: many(409) + many(410), not: many(422), others: answers.filter(a => ![303, 409, 410, 422].includes(a)) }
}
