// A calendar as three programs read it: ical.js and node-ical (npm), icalendar (Debian's python3-icalendar). They must agree on when every
// event begins and ends, and every event must begin at one wall-clock time in a zone, on both sides of a change of the clocks.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(fileURLToPath(new URL('../browser/package.json', import.meta.url)))
const python = `
import sys, json
from icalendar import Calendar
out = {}
for e in Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):
    start = e.decoded('DTSTART')
    out[str(e['UID'])] = [int(start.timestamp() * 1000), int((start + e.decoded('DURATION')).timestamp() * 1000)]
print(json.dumps(out))`

const readers = {
  'ical.js': async text => {
    const ICAL = require('ical.js').default ?? require('ical.js')
    const all = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map(e => new ICAL.Event(e))
    return Object.fromEntries(all.map(e => [e.uid, [e.startDate.toJSDate().getTime(), e.endDate.toJSDate().getTime()]]))
  },
  'node-ical': async text => {
    const all = Object.values(require('node-ical').sync.parseICS(text)).filter(e => e.type === 'VEVENT')
    return Object.fromEntries(all.map(e => [e.uid, [e.start.getTime(), e.end.getTime()]]))
  },
  icalendar: async text => {
    const run = spawnSync('/usr/bin/python3', ['-c', python], { input: text, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(/No module named/.test(run.stderr) ? 'Cannot find module' : run.stderr)
    return JSON.parse(run.stdout)
  },
}

// Null when all is well, else what is wrong; missing: readers that are not installed.
export async function calendarProblem(text, zone, clock) {
  const said = [], missing = []
  for (const [name, read] of Object.entries(readers)) {
    try { said.push([name, await read(text)]) } catch (e) {
      if (!/Cannot find module/.test(e.message)) return { problem: `${name}: ${e.message}`, missing }
      missing.push(name)
    }
  }
  const wall = ms => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(ms)
  const offset = ms => new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).format(ms)
  for (const [name, events] of said) {
    const starts = Object.values(events).map(([start]) => start)
    if (JSON.stringify(Object.entries(events).sort()) !== JSON.stringify(Object.entries(said[0][1]).sort())) return { problem: `${name} and ${said[0][0]} read different times`, missing }
    const wrong = starts.find(ms => wall(ms) !== clock)
    if (wrong) return { problem: `${name}: an event begins at ${wall(wrong)}, not ${clock}`, missing }
    if (new Set(starts.map(ms => offset(ms).split(' ').pop())).size < 2) return { problem: 'the calendar crosses no change of the clocks', missing }
  }
  return { problem: said.length === 0 ? null : Object.keys(said[0][1]).length === 0 ? 'no events' : null, missing }
}

// The events of a calendar by their UID, as icalendar reads them; null where it is not installed.
const events = `
import sys, json
from datetime import datetime
from icalendar import Calendar
def told(e, name): return str(e[name]) if name in e else ''
def when(e, name):
    d = e.decoded(name) if name in e else None
    return None if d is None else int(d.timestamp() * 1000) if isinstance(d, datetime) else d.isoformat()
out = []
for e in Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):
    out.append(dict(uid=told(e, 'UID'), summary=told(e, 'SUMMARY'), text=told(e, 'DESCRIPTION'), place=told(e, 'LOCATION'), url=told(e, 'URL'), start=when(e, 'DTSTART'),
                    end=when(e, 'DTEND'), sequence=int(e['SEQUENCE']), stamp=when(e, 'DTSTAMP'), status=told(e, 'STATUS'), sort=told(e, 'CLASS')))
print(json.dumps(out))`
let last = null
export function calendarEvents(text) {
  if (last?.text === text) return last.list
  const run = spawnSync('/usr/bin/python3', ['-c', events], { input: text, encoding: 'utf8' })
  if (run.status !== 0 && /No module named/.test(run.stderr)) return null
  if (run.status !== 0) throw new Error(run.stderr)
  last = { text, list: JSON.parse(run.stdout) }
  return last.list
}

// The events that each program finds, by UID and whether they are called off: null when all find the same, else what is wrong; missing: as above.
const found = {
  'ical.js': text => {
    const ICAL = require('ical.js').default ?? require('ical.js')
    return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map(e => `${e.getFirstPropertyValue('uid')} ${e.getFirstPropertyValue('status')}`)
  },
  'node-ical': text => Object.values(require('node-ical').sync.parseICS(text)).filter(e => e.type === 'VEVENT').map(e => `${e.uid} ${e.status}`),
  icalendar: text => calendarEvents(text)?.map(e => `${e.uid} ${e.status}`) ?? null,
}
export function calendarReaders(text) {
  const said = [], missing = []
  for (const [name, read] of Object.entries(found)) {
    let list = null
    try { list = read(text) } catch (e) { if (!/Cannot find module/.test(e.message)) return { problem: `${name}: ${e.message}`, missing } }
    if (list === null) missing.push(name)
    else said.push([name, list.sort().join('\n')])
  }
  const other = said.find(s => s[1] !== said[0][1])
  return { problem: other ? `${other[0]} finds\n${other[1]}\n${said[0][0]} finds\n${said[0][1]}` : said.length && said[0][1] === '' ? 'no events' : null, missing }
}
