// Is a demo the same whenever it is made? All of it but what nobody may guess: that is drawn anew for every database.
import { join } from 'node:path'
import { cadre, drop, empty, query, work } from './site.mjs'

// Columns of secrets, and keys that are made of one. Of answers to 360 feedback the keys, and so their order, are such.
const SECRET = new Set(['observe_link.code', 'observe_link.code_hash', 'observation.confirm_hash', 'portfolio_link.token_hash', 'feedback_link.hash', 'feedback_sheet.id', 'feedback_comment.id',
  'feedback_report_comment.ordinal', 'reflect_key.public_key', 'reflect_key.salt', 'reflect_key.by_passphrase', 'reflect_key.by_code', 'reflection.title', 'reflection.body', 'reflection_key.sealed'])
const ENGINE = /^(sqlite_|schema_version$)|_fts/ // what an engine keeps for itself, and when it was installed

let serial = 0

// Table by table, the rows of a demo as text.
function rows(bin, engine, people, seed) {
  const db = empty(engine), file = join(work, `demo-${process.pid}-${++serial}.db`), out = {}
  for (const args of [['demo', '--db', db, '--people', people, '--seed', seed], ['backup', '--db', db, file]]) {
    const r = cadre(bin, args)
    if (r.status !== 0) throw new Error(`cadre ${args.join(' ')}: ${r.err}`)
  }
  const columns = query(file, "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid").split('\n')
  for (const secret of SECRET) if (!columns.includes(secret)) throw new Error(`there is no column ${secret} any more`)
  for (const column of columns.filter(c => !SECRET.has(c))) {
    const [table, name] = column.split('.')
    if (!ENGINE.test(table)) (out[table] ??= []).push(`quote("${name}")`)
  }
  for (const [table, list] of Object.entries(out)) out[table] = query(file, `SELECT ${list.join(" || ' ' || ")} FROM "${table}" ORDER BY 1`).split('\n')
  drop(db)
  drop(file)
  return out
}

// Made on an engine and on SQLite, both demos are one; another seed makes another. Throws what differs.
export function twins(bin, engine, people, seed) {
  const day = () => Math.floor(Date.now() / 864e5)
  for (let began = null; began !== day();) { // a demo is of its day: again when that ended in between
    began = day()
    const a = rows(bin, engine, people, seed), b = rows(bin, 'sqlite', people, seed), other = rows(bin, 'sqlite', '12', String(Number(seed) + 1))
    if (began !== day()) continue
    for (const table of Object.keys(b)) {
      const there = new Set(a[table]), gone = b[table].filter(row => !there.has(row))
      if (gone.length || a[table].length !== b[table].length) throw new Error(`${table}: ${gone.length} of ${b[table].length} rows are not in the other demo of ${a[table].length} rows, such as\n${gone[0]}`)
    }
    const known = new Set(b.person)
    if (!b.person[0] || other.person.some(row => known.has(row))) throw new Error('another seed gives the same people')
  }
}
