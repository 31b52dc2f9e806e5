// SAML with the real things, on this machine alone: Debian's simplesamlphp as an institution's identity provider, and Debian's Apache with
// mod_auth_mellon before Cadre, configured by what docs/sign-on.md says: its commands and its site are taken from there, so that the document
// and what is tested cannot part. Nothing runs as root and nothing outside the folder of the test is written. And the way of a browser through them.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as http, STATUS_CODES } from 'node:http'
import { request as https } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fill, forms } from '../lib/client.mjs'
import { holds, PATIENCE_MS } from '../lib/patience.mjs'

const APACHE = '/usr/sbin/apache2', MODULES = '/usr/lib/apache2/modules', SIMPLESAML = '/usr/share/simplesamlphp/www'
// The packages of Debian that are not here: ./dev test installs them where it may.
const NEEDED = {
  'apache2-bin': APACHE, 'libapache2-mod-auth-mellon': `${MODULES}/mod_auth_mellon.so`, simplesamlphp: `${SIMPLESAML}/index.php`, 'php-cli': '/usr/bin/php', openssl: '/usr/bin/openssl',
}
export function missing() {
  const absent = Object.keys(NEEDED).filter(p => !existsSync(NEEDED[p]))
  if (absent.includes('php-cli')) return absent
  for (const [p, extension] of [['php-xml', 'dom'], ['php-mbstring', 'mbstring']]) if (!hasExtension(extension)) absent.push(p)
  return absent
}

// Who runs Apache and PHP: whoever runs the tests, and for root the user that Debian has for web servers.
const id = what => Number(spawnSync('id', [what, 'www-data'], { encoding: 'utf8' }).stdout)
export const web = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
export function hand(path) {
  if (web.uid) chownSync(path, web.uid, web.gid)
  return path
}
const put = (path, text) => { writeFileSync(path, text); return hand(path) }
// dir: a folder of theirs, also for what is temporary: the tests' own may belong to whoever runs them.
const run = (file, args, cwd, dir = cwd) => {
  const r = spawnSync(file, args, { cwd, encoding: 'utf8', env: { ...process.env, TMPDIR: dir }, ...web })
  if (r.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${r.error ?? ''}${r.stderr}`)
  return r.stdout
}

export const freePort = () => new Promise(done => {
  const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)) })
})

// A server of somebody else's on a port of its own; start(port) gives the arguments. Somebody may take the port meanwhile: another one then.
async function daemon(file, start, env) {
  for (let left = 5; ; left--) {
    const port = await freePort(), p = spawn(file, await start(port), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...web })
    let log = '', over = false
    const gone = () => p.kill('SIGKILL')
    process.on('exit', gone)
    for (const s of [p.stdout, p.stderr]) s.on('data', d => { log += d })
    const ended = new Promise(done => { p.on('error', e => { log += e; over = true; done() }); p.on('exit', () => { over = true; process.off('exit', gone); done() }) })
    const there = () => new Promise(done => http({ host: '127.0.0.1', port, path: '/' }).on('response', r => { r.resume(); done(true) }).on('error', () => done(false)).end())
    await holds(async () => over || await there())
    if (!over) return { port, log: () => log, async stop() { p.kill('SIGTERM'); const late = setTimeout(gone, PATIENCE_MS); await ended; clearTimeout(late) } }
    if (left === 0) throw new Error(`${file} did not start: ${log}`)
  }
}

export const selfSigned = (folder, name, host) => run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${host}`, '-keyout', `${name}.key`, '-out', `${name}.crt`], folder)

// ---- the identity provider ----------------------------------------------------------------------------------------------------------

const php = v => v === null ? 'null' : Array.isArray(v) ? `[${v.map(php).join(', ')}]`
  : typeof v === 'object' ? `[${Object.entries(v).map(([k, x]) => `${/^\d+$/.test(k) ? k : php(k)} => ${php(x)}`).join(', ')}]`
    : typeof v === 'string' ? `'${v.replace(/[\\']/g, '\\$&')}'` : String(v)

// accounts: {'name:password': attributes}. trust(providers): whom it may answer, {entity id: more than the metadata says}.
export async function identityProvider(folder, host, accounts) {
  const dir = join(folder, 'idp')
  for (const d of [dir, ...['config', 'metadata', 'cert', 'data', 'log', 'tmp', 'sessions'].map(n => join(dir, n))]) { mkdirSync(d, { mode: 0o700 }); hand(d) }
  selfSigned(join(dir, 'cert'), 'idp', host)
  selfSigned(join(dir, 'cert'), 'other', host)
  const config = base => put(join(dir, 'config', 'config.php'), `<?php\n$config = ${php({
    baseurlpath: base, certdir: join(dir, 'cert/'), loggingdir: join(dir, 'log/'), datadir: join(dir, 'data/'), tempdir: join(dir, 'tmp'), metadatadir: join(dir, 'metadata'),
    'attributenamemapdir': '/etc/simplesamlphp/attributemap/', secretsalt: 'salt of a test', 'auth.adminpassword': 'not used', technicalcontact_name: 'nobody', technicalcontact_email: 'nobody@example.org',
    timezone: 'UTC', 'logging.handler': 'file', 'logging.logfile': 'idp.log', 'logging.level': 4, errorreporting: false, 'enable.saml20-idp': true, 'module.enable': { exampleauth: true, core: true, saml: true },
    'store.type': 'phpsession', 'session.cookie.secure': false, 'session.cookie.samesite': null, 'session.phpsession.savepath': join(dir, 'sessions'), 'session.phpsession.cookiename': 'idp', 'language.cookie.secure': false,
    'language.cookie.samesite': null, showerrors: true, 'metadata.sources': [{ type: 'flatfile' }], 'trusted.url.domains': null, 'language.default': 'en', 'language.available': ['en'], 'admin.checkforupdates': false,
  })};\n`)
  put(join(dir, 'config', 'authsources.php'), `<?php\n$config = ${php({ people: { 0: 'exampleauth:UserPass', ...accounts } })};\n`)
  const hosted = key => put(join(dir, 'metadata', 'saml20-idp-hosted.php'), `<?php\n$metadata['urn:x-test:idp'] = ${php({
    host: '__DEFAULT__', privatekey: `${key}.key`, certificate: `${key}.crt`, auth: 'people', 'SingleLogoutServiceBinding': 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
    authproc: { 3: { class: 'saml:PersistentNameID', attribute: 'uid' } }, 'validate.authnrequest': true, 'assertion.lifetime': 300,
  })};\n`)
  hosted('idp')
  // PHP's own server would look for files where SimpleSAMLphp has paths behind a script.
  const router = put(join(dir, 'router.php'), `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (!preg_match('#^(/(?:[\\w-]+/)*[\\w-]+\\.php)(/.*)?$#', $path, $m) || !is_file('${SIMPLESAML}' . $m[1])) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $m[1];
$_SERVER['SCRIPT_FILENAME'] = '${SIMPLESAML}' . $m[1];
$_SERVER['PATH_INFO'] = $m[2] ?? '';
chdir(dirname($_SERVER['SCRIPT_FILENAME']));
require $_SERVER['SCRIPT_FILENAME'];
`)
  const server = await daemon('php', port => {
    config(`http://${host}:${port}/`)
    return ['-n', ...['dom', 'mbstring', 'xml', 'posix', 'ctype', 'tokenizer', 'simplexml', 'xmlreader', 'xmlwriter'].filter(hasExtension).flatMap(e => ['-d', `extension=${e}`]), '-d', 'opcache.enable=0', '-d', 'display_errors=0', '-d', 'log_errors=1', '-S', `127.0.0.1:${port}`, '-t', SIMPLESAML, router]
  }, { SIMPLESAMLPHP_CONFIG_DIR: join(dir, 'config'), TZ: 'UTC', TMPDIR: dir })
  return {
    ...server, base: `http://${host}:${server.port}`, entity: 'urn:x-test:idp', signWith: hosted,
    log: () => server.log() + (existsSync(join(dir, 'log/idp.log')) ? readFileSync(join(dir, 'log/idp.log'), 'utf8') : ''),
    trust(providers) { put(join(dir, 'metadata', 'saml20-sp-remote.php'), `<?php\n${Object.entries(providers).map(([entity, m]) => `$metadata[${php(entity)}] = ${php(m)};\n`).join('')}`) },
  }
}
let extensions = null
function hasExtension(name) { return existsSync(join(extensions ??= run('php', ['-r', 'echo ini_get("extension_dir");'], '/'), `${name}.so`)) }

// ---- Apache with mod_auth_mellon ---------------------------------------------------------------------------------------------------

// What stands in the document between two of its lines, without what it is set in by.
const document = readFileSync(new URL('../../docs/sign-on.md', import.meta.url), 'utf8')
function indented(first) {
  const lines = document.split('\n'), from = lines.findIndex(l => l.trim().startsWith(first)), margin = /^ */.exec(lines[from])?.[0]
  if (from < 0 || margin.length < 4) throw new Error(`docs/sign-on.md has no block that begins with "${first}"`)
  const length = lines.slice(from).findIndex(l => l !== '' && !l.startsWith(margin))
  return lines.slice(from, from + length).map(l => l.slice(margin.length)).join('\n')
}
const replaced = (text, pairs) => pairs.reduce((t, [what, by]) => {
  if (!t.includes(what)) throw new Error(`docs/sign-on.md does not speak of ${what} where the test looks for it`)
  return t.replaceAll(what, by)
}, text)

// Apache as the document has it, with this machine's places in it. socket: Cadre's; metadata(base): what the identity provider says of itself.
// {base, log, stop, metadata: of the service provider}
export async function apacheWithMellon(folder, socket, idp) {
  const dir = join(folder, 'apache'), mellon = join(dir, 'mellon'), host = 'cadre.example.org'
  for (const d of [dir, mellon]) { mkdirSync(d, { mode: 0o700 }); hand(d) }
  selfSigned(dir, 'site', host)
  put(join(mellon, 'idp.xml'), (await new Browser().get(`${idp.base}/saml2/idp/metadata.php`)).text)
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', ...replaced(/\(modules ([^)]*)\)/.exec(document)[1], [['`', ''], [' ', '']]).split(',')]
  const server = await daemon(APACHE, port => {
    const base = `https://${host}:${port}`
    const commands = replaced(indented('cd /etc/apache2/mellon'), [['https://cadre.example.org', base], ['/etc/apache2/mellon', mellon], ['\nmellon_create_metadata', '\n/usr/sbin/mellon_create_metadata']])
    for (const f of readdirSync(mellon)) if (f !== 'idp.xml') rmSync(join(mellon, f))
    run('sh', ['-ec', commands], mellon, dir)
    const place = replaced(indented('<VirtualHost'), [['*:443', `127.0.0.1:${port}`], ['ServerName cadre.example.org', `ServerName ${host}`], ['/etc/ssl/cadre.pem', join(dir, 'site.crt')],
      ['/etc/ssl/private/cadre.key', join(dir, 'site.key')], ['/etc/apache2/mellon/', `${mellon}/`], ['/run/cadre/sign-on.sock', socket]])
    put(join(dir, 'apache2.conf'), [`ServerRoot ${dir}`, `PidFile ${dir}/pid`, `Mutex file:${dir}`, `DefaultRuntimeDir ${dir}`, `Listen 127.0.0.1:${port}`, `ErrorLog ${dir}/error.log`, 'LogLevel warn auth_mellon:info', 'StartServers 1',
      ...modules.map(m => `LoadModule ${m}_module ${MODULES}/mod_${m}.so`), `MellonLockFile ${dir}/mellon.lock`, place, ''].join('\n'))
    return ['-f', join(dir, 'apache2.conf'), '-DFOREGROUND']
  }, { TMPDIR: dir })
  return {
    ...server, base: `https://${host}:${server.port}`, log: () => server.log() + (existsSync(join(dir, 'error.log')) ? readFileSync(join(dir, 'error.log'), 'utf8') : ''),
    metadata: readFileSync(join(mellon, 'sp.xml'), 'utf8'),
  }
}

// What simplesamlphp has to know of a service provider, from its metadata.
export function serviceProvider(xml) {
  const one = pattern => pattern.exec(xml)?.[1]
  const m = { AssertionConsumerService: one(/<AssertionConsumerService [^>]*Location="([^"]*)"/), SingleLogoutService: one(/<SingleLogoutService [^>]*Location="([^"]*)"/), certData: one(/<ds:X509Certificate>([^<]*)/).replace(/\s/g, ''), NameIDFormat: one(/<NameIDFormat>([^<]*)/) ?? null, 'validate.logout': true, 'sign.logout': true }
  if (!m.NameIDFormat) delete m.NameIDFormat
  return [one(/entityID="([^"]*)"/), m]
}

// ---- a browser through all of them -----------------------------------------------------------------------------------------------------

// Every host is this machine; cookies belong to hosts.
export class Browser {
  constructor() { this.cookies = new Map(); this.page = null }
  request(method, address, { headers = {}, body } = {}) {
    const url = new URL(address, this.page?.url), jar = this.cookies.get(url.hostname) ?? new Map()
    const cookie = [...jar].map(([k, v]) => `${k}=${v}`).join('; ')
    const all = { host: url.host, ...(cookie ? { cookie } : {}), ...(method === 'POST' ? { origin: this.page ? new URL(this.page.url).origin : url.origin, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } : {}), ...headers }
    return new Promise((done, failed) => {
      const q = (url.protocol === 'https:' ? https : http)({ host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, headers: all, servername: url.hostname, rejectUnauthorized: false, agent: false }, r => {
        for (const line of r.headers['set-cookie'] ?? []) {
          const [pair, ...rest] = line.split(';'), eq = pair.indexOf('=')
          if (rest.some(x => /max-age=0\b|expires=thu, 01-jan-1970/i.test(x)) || pair.length === eq + 1) jar.delete(pair.slice(0, eq))
          else jar.set(pair.slice(0, eq), pair.slice(eq + 1))
        }
        this.cookies.set(url.hostname, jar)
        let text = ''
        r.setEncoding('utf8').on('data', d => { text += d }).on('end', () => done(this.page = { url: url.href, status: r.statusCode, headers: r.headers, text, said: `${r.statusCode} ${STATUS_CODES[r.statusCode]}` }))
      })
      q.setTimeout(PATIENCE_MS, () => q.destroy(new Error(`${method} ${url.href}: no answer`))).on('error', failed).end(body)
    })
  }
  get(address, headers) { return this.request('GET', address, { headers }) }
  post(address, fields, headers) { return this.request('POST', address, { headers, body: new URLSearchParams(fields).toString() }) }
  // As far as redirects lead.
  async follow(most = 12) {
    for (let next; most-- > 0 && (next = this.page.status >= 300 && this.page.status < 400 ? this.page.headers.location : /url=(.*)/.exec(this.page.headers.refresh ?? '')?.[1]);) await this.get(next)
    return this.page
  }
  form(match) {
    const list = forms(this.page.text), form = list.find(f => !match || match(f))
    if (!form) throw new Error(`no such form on ${this.page.url}: ${this.page.said} ${this.page.text.slice(0, 2000)}`)
    return form
  }
  submit(given, match) {
    const form = this.form(match)
    return this.post(new URL(form.action || this.page.url, this.page.url).href, fill(form, given))
  }
}
