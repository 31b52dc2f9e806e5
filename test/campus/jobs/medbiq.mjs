// The curriculum as a Curriculum Inventory of MedBiquitous (ANSI/MEDBIQ CI.10.1): read by Python's expat, held against the structure that the
// specification gives each element, and against what the database says.
import { spawnSync } from 'node:child_process'
import { link } from '../../lib/site.mjs'
import { Client } from '../../lib/client.mjs'

const must = (yes, why) => { if (!yes) throw new Error(why) }

// Every element as [name with its namespace, attributes, text, children].
const python = `
import sys, json, xml.etree.ElementTree as E
def tree(e):
    return [e.tag, dict(e.attrib), (e.text or '').strip(), [tree(c) for c in e]]
print(json.dumps(tree(E.fromstring(sys.stdin.buffer.read()))))`
function parse(xml) {
  const r = spawnSync('/usr/bin/python3', ['-c', python], { input: xml, encoding: 'utf8', maxBuffer: 256 << 20 })
  must(r.status === 0, `not XML: ${r.stderr.split('\n').at(-2)}`)
  return JSON.parse(r.stdout)
}

const CI = '{http://ns.medbiq.org/curriculuminventory/v1/}', LOM = '{http://ltsc.ieee.org/xsd/LOM}', CF = '{http://ns.medbiq.org/competencyframework/v1/}', M = '{http://ns.medbiq.org/member/v1/}', HX = '{http://ns.medbiq.org/lom/extend/v1/}'
// Children in their order: ? may be missing, * any number, + at least one.
const shapes = {
  CurriculumInventory: 'ReportID Institution Program Title ReportDate ReportingStartDate ReportingEndDate Language Description SupportingLink? Events Expectations AcademicLevels Sequence Integration?',
  Program: 'ProgramName ProgramID',
  Events: 'Event+',
  Event: 'Title EventDuration? Description? Keyword* Interprofessional? CompetencyObjectReference* ResourceType* InstructionalMethod* AssessmentMethod*',
  AcademicLevels: 'LevelsInProgram Level+',
  Level: 'Label Description?',
  Sequence: 'Description? SequenceBlock+',
  SequenceBlock: 'Title Description? Timing Level ClerkshipModel? CompetencyObjectReference* SequenceBlockEvent* SequenceBlockReference*',
  Timing: 'Duration? Dates?',
  Dates: 'StartDate EndDate',
  SequenceBlockEvent: 'Required? EventReference',
}
function check([tag, , , children], path) {
  const name = tag.replace(CI, ''), shape = path.endsWith('SequenceBlock') && name === 'Level' ? undefined : shapes[name]
  if (shape) {
    const words = children.map(c => c[0].replace(CI, '')).join(' ')
    const pattern = new RegExp('^' + shape.split(' ').map(w => { const [, n, q] = /^(\w+)([?*+]?)$/.exec(w); return `(?:${n}(?: |$))${q}` }).join('') + '$')
    must(pattern.test(words), `${path}/${name} has ${words}`)
  }
  for (const c of children) check(c, `${path}/${name}`)
}
const all = (e, tag, found = []) => { if (e[0] === tag) found.push(e); for (const c of e[3]) all(c, tag, found); return found }
const text = e => e[2]

export const jobs = {
  async 'MedBiquitous: the curriculum inventory of a programme'(site) {
    const { base } = await site.serve(), client = new Client(base), programme = site.query('SELECT id FROM programme ORDER BY id LIMIT 1')
    await client.get(new URL(link(site.bin, site.db, base, 'coordinator')).pathname)
    const r = await client.get(`/programmes/${programme}/curriculum-inventory?institution=A%26B%20%3CSchool%3E&from=2026-01-01&until=2026-06-30`)
    must(r.status === 200 && /^application\/xml/.test(r.headers.get('content-type')), `${r.status} ${r.headers.get('content-type')}`)
    const root = parse(r.text)
    check(root, '')
    must(root[0] === `${CI}CurriculumInventory` && text(all(root, `${M}InstitutionName`)[0]) === 'A&B <School>', 'who reports')
    must(text(all(root, `${CI}ReportingStartDate`)[0]) === '2026-01-01' && text(all(root, `${CI}ReportingEndDate`)[0]) === '2026-06-30', 'the days')
    const one = sql => Number(site.query(sql)), of = `FROM course_session s JOIN course c ON c.id = s.course_id WHERE c.programme_id = ${programme} AND c.state = 'published' AND s.retired = 0`
    const events = all(root, `${CI}Event`), ids = new Set(events.map(e => e[1].id)), blocks = all(root, `${CI}SequenceBlock`)
    must(events.filter(e => e[1].id.startsWith('S')).length === one(`SELECT COUNT(*) ${of}`) && blocks.length === one(`SELECT COUNT(DISTINCT c.id) ${of}`), 'every published session and course is there')
    must(events.filter(e => e[1].id.startsWith('A')).length > 0 && events.filter(e => e[1].id.startsWith('A')).every(e => all(e, `${CI}AssessmentMethod`).every(m => /^AM\d{3}$/.test(text(m)) && ['Formative', 'Summative'].includes(m[1].purpose))), 'assessments')
    must(events.every(e => /^PT\d+M$/.test(text(all(e, `${CI}EventDuration`)[0]))), 'durations')
    must(ids.size === events.length, 'an id stands twice')
    // what is referred to is there
    const entries = new Set(all(root, `${CI}CompetencyObject`).flatMap(o => all(o, `${LOM}entry`).map(text)))
    must(entries.size > 10, 'the competencies')
    for (const ref of all(root, `${CI}CompetencyObjectReference`)) must(entries.has(/entry='([^']+)'\]$/.exec(text(ref))?.[1]), `${text(ref)} leads nowhere`)
    for (const ref of all(root, `${CI}EventReference`)) must(ids.has(/Event\[@id='(\w+)'\]$/.exec(text(ref))?.[1]), `${text(ref)} leads nowhere`)
    for (const tag of [`${CF}Includes`, `${CF}Reference1`, `${CF}Reference2`]) for (const e of all(root, tag)) must(entries.has(text(all(e, `${HX}entry`)[0])), `${tag} leads nowhere`)
    const levels = new Set(all(root, `${CI}Level`).filter(l => l[1].number).map(l => l[1].number))
    must(levels.size === Number(text(all(root, `${CI}LevelsInProgram`)[0])) && blocks.every(b => levels.has(/@number='(\d+)'/.exec(text(b[3].find(x => x[0] === `${CI}Level`)))?.[1])), 'levels')
    const words = {}
    for (const k of all(root, `${CI}Keyword`)) words[text(all(k, `${HX}string`)[0])] = (words[text(all(k, `${HX}string`)[0])] ?? 0) + 1
    must(words.introduced > 0 && words.practised > 0 && words.assessed > 0 && Object.keys(words).length === 3, JSON.stringify(words))
    // the same by the verb
    const printed = site.run(['export', 'curriculum-inventory', '--db', site.db, '--institution', 'School', '--base-url', base])
    must(all(parse(printed), `${CI}Event`).length === events.length, 'the verb')
    // text that XML cannot hold, and who may
    site.query(`UPDATE course SET title = 'a' || char(1) || '<b>&"' WHERE id = (SELECT min(c.id) ${of})`.replace('char(1)', site.engine === 'postgres' ? 'chr(1)' : 'char(1)'))
    must(all(parse((await client.get(`/programmes/${programme}/curriculum-inventory`)).text), `${CI}Title`).some(t => text(t) === 'a <b>&"'), 'text is escaped')
    must((await client.get(`/programmes/${programme}/curriculum-inventory?from=soon`)).status === 400 && (await client.get(`/programmes/${programme}/curriculum-inventory?from=2026-02-01&until=2026-01-01`)).status === 400, 'days that are none')
    must((await new Client(base).get(`/programmes/${programme}/curriculum-inventory`)).status === 303 && (await client.get('/programmes/1/curriculum-inventory')).status >= 403, 'who may not')
  },
}
