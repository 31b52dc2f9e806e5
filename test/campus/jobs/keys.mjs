// The keys that Cadre shows to other systems, read by another library.
import { link } from '../../lib/site.mjs'
import { Client } from '../../lib/client.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }

export const jobs = {
  async 'public keys stand where other systems look for them, and no private one'(site) {
    const { base } = await site.serve(), { createLocalJWKSet, importJWK } = await site.peer('jose')
    const r = await fetch(`${base}/.well-known/jwks.json`), set = await r.json()
    must(r.status === 200 && /^application\/jwk-set\+json/.test(r.headers.get('content-type')), 'the set of keys is not there')
    must(Array.isArray(set.keys), 'not a set of keys')
    createLocalJWKSet(set)
    for (const key of set.keys) {
      must(!('d' in key || 'p' in key || 'q' in key), 'a private key is shown')
      await importJWK(key, 'RS256')
    }
  },
  async 'the page of keys is for administrators'(site) {
    const { base } = await site.serve()
    for (const [role, status] of [['administrator', 200], ['director', 403], ['trainee', 403]]) {
      const client = new Client(base)
      await client.get(new URL(link(site.bin, site.db, base, role)).pathname)
      const r = await client.get('/site/keys')
      must(r.status === status, `${role}: ${r.status}`)
    }
  },
}
