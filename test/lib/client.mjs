// A browser without a screen: cookies, redirects kept visible, forms filled in by name. Enough HTML is understood for pages that
// Cadre itself writes.
import { noticed, PATIENCE_MS } from './patience.mjs'

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }
export const plain = html => html.replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]+>/g, ' ').replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all).replace(/\s+/g, ' ')
const unescape = s => s.replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all)

function attributes(tag) {
  const a = {}
  for (const m of tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) a[m[1]] = m[2] === undefined ? '' : unescape(m[2])
  return a
}

// The server closes connections that were silent for long, and on a busy machine that crosses with the next question: as browsers do, a
// question that changes nothing is asked again then, after what was closed meanwhile has been noticed. Other failures say their cause.
async function ask(url, options) {
  for (let left = options.method === 'GET' || options.method === 'HEAD' ? 5 : 0; ; left--) {
    await noticed()
    try {
      return await fetch(url, options)
    } catch (e) {
      const code = e.cause?.code
      if (left === 0 || (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET')) throw new Error(`${options.method} ${url.pathname}: ${e.message}${e.cause ? `: ${e.cause.message}` : ''}`)
    }
  }
}

// The forms of a page: action, method, and the fields with their present values.
export function forms(html) {
  const list = []
  for (const f of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
    const a = attributes(f[1]), fields = []
    for (const m of f[2].matchAll(/<(input|button)\b([^>]*)>|<textarea\b([^>]*)>([\s\S]*?)<\/textarea>|<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      if (m[3] !== undefined) {
        fields.push({ name: attributes(m[3]).name, value: unescape(m[4].replace(/^\n/, '')), kind: 'textarea' })
      } else if (m[5] !== undefined) {
        const chosen = [...m[6].matchAll(/<option\b([^>]*)>([^<]*)/g)].map(o => ({ ...attributes(o[1]), text: unescape(o[2]) }))
        const one = chosen.find(o => 'selected' in o) ?? chosen[0]
        fields.push({ name: attributes(m[5]).name, value: one ? one.value ?? one.text : '', kind: 'select' })
      } else {
        const i = attributes(m[2])
        const kind = m[1] === 'button' ? 'submit' : i.type ?? 'text'
        if (!i.name || kind === 'submit' && m[1] === 'input') continue
        fields.push({ name: i.name, value: i.value ?? (kind === 'checkbox' ? 'on' : ''), kind, on: 'checked' in i, label: i })
      }
    }
    list.push({ action: a.action ?? '', method: (a.method ?? 'get').toUpperCase(), multipart: a.enctype === 'multipart/form-data', fields })
  }
  return list
}

// What a browser would send: given values replace those of the page. An array gives a name several values.
export function fill(form, given) {
  const out = []
  const left = new Map(Object.entries(given))
  for (const f of form.fields) {
    if (left.has(f.name) && f.kind !== 'submit') {
      const v = left.get(f.name)
      if (v !== null) for (const one of Array.isArray(v) ? v : [v]) out.push([f.name, one])
      left.delete(f.name)
      left.set(`\0${f.name}`, true)
    } else if (left.has(`\0${f.name}`) || f.kind === 'submit' || f.kind === 'file') {
      continue
    } else if ((f.kind !== 'checkbox' && f.kind !== 'radio') || f.on) {
      out.push([f.name, f.value])
    }
  }
  for (const [name, v] of left) if (!name.startsWith('\0')) {
    const button = form.fields.find(f => f.name === name && f.kind === 'submit')
    if (!button) throw new Error(`the form has no field "${name}"; it has ${form.fields.map(f => f.name).join(', ')}`)
    out.push([name, v])
  }
  return out
}

export class Client {
  constructor(base) {
    this.base = base
    this.cookies = new Map()
    this.page = null
  }

  async request(method, path, { headers = {}, body } = {}) {
    const url = new URL(path, this.base + '/')
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
    const all = { ...(cookie ? { cookie } : {}), ...headers }
    if (method !== 'GET' && method !== 'HEAD' && !Object.keys(all).some(h => h.toLowerCase() === 'origin')) all.origin = this.base
    const r = await ask(url, { method, headers: all, body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
    // Debian 12's Node knows no getSetCookie; no cookie of Cadre holds a comma.
    for (const line of r.headers.get('set-cookie')?.split(/, (?=[\w-]+=)/) ?? []) {
      const [pair, ...rest] = line.split(';')
      const eq = pair.indexOf('=')
      const gone = rest.some(x => /max-age=0\b/i.test(x)) || pair.length === eq + 1
      if (gone) this.cookies.delete(pair.slice(0, eq))
      else this.cookies.set(pair.slice(0, eq), pair.slice(eq + 1))
    }
    const bytes = Buffer.from(await r.arrayBuffer())
    this.page = { status: r.status, headers: r.headers, text: bytes.toString('utf8'), bytes, path: url.pathname + url.search, method }
    return this.page
  }

  get(path, headers) { return this.request('GET', path, { headers }) }

  post(path, fields, headers = {}) {
    const csrf = fields.some(([k]) => k === 'csrf') ? [] : this.token()
    return this.request('POST', path, { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams([...csrf, ...fields]).toString() })
  }

  token() {
    const m = this.page && /name="csrf" value="([^"]*)"/.exec(this.page.text)
    return m ? [['csrf', m[1]]] : []
  }

  // Sends a form of the page at hand: the one whose action matches, else the only one that posts inside <main>.
  submit(given, action) {
    const here = this.page
    const main = /<main\b[\s\S]*<\/main>/.exec(here.text)?.[0] ?? here.text
    const list = forms(main)
    const matching = action ? list.filter(f => f.action === action || f.action.split('?')[0].endsWith(action)) : list.filter(f => f.method === 'POST')
    if (matching.length === 0) throw new Error(`no form ${action ?? ''} on ${here.path}; there are ${list.map(f => f.action).join(', ') || 'none'}`)
    const form = matching[0]
    const target = new URL(form.action || here.path, new URL(here.path, this.base)).pathname + (new URL(form.action || here.path, this.base).search)
    const fields = fill(form, given)
    if (form.method === 'GET') return this.get(`${target.split('?')[0]}?${new URLSearchParams(fields)}`)
    if (!form.multipart) return this.request('POST', target, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString() })
    const body = new FormData()
    for (const [k, v] of fields) {
      if (v && typeof v === 'object') body.append(k, new Blob([v.bytes], { type: v.type ?? 'application/octet-stream' }), v.name)
      else body.append(k, v)
    }
    return this.request('POST', target, { body })
  }

  async follow(most = 5) {
    while (most-- > 0 && this.page.status >= 300 && this.page.status < 400) await this.get(this.page.headers.get('location'))
    return this.page
  }
}
