// The content that ships holds what is promised of it: what stands in each session and case, and how many there are of each kind. Whether it
// is in order, `cadre content check` and `cadre story check` say.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const words = s => (s ?? '').split(/\s+/).filter(Boolean).length
const head = (text, key) => new RegExp(`^${key}: *(.+)$`, 'm').exec(text)?.[1]

// The sections of a session, by their headings.
const sections = text => Object.fromEntries(text.split(/^## /m).slice(1).map(s => [s.slice(0, s.indexOf('\n')), s.slice(s.indexOf('\n') + 1)]))

export function problemsOfSession(name, text) {
  const s = sections(text), say = (yes, what) => (yes ? [] : [`${name}: ${what}`]), quiz = (s.Quiz ?? '').split('\n')
  const silent = quiz.filter((l, i) => /^- \[/.test(l) && !/^\s+>/.test(quiz[i + 1] ?? ''))
  return [
    ...['Aims', 'Time plan', 'Reading', 'Exercise', 'Quiz', 'Sources'].flatMap(part => say(words(s[part]), `there is no ${part}`)),
    ...say(words(s.Reading) >= 800, `its reading has ${words(s.Reading)} words`),
    ...say(quiz.filter(l => l.startsWith('? ')).length >= 5, 'its quiz has fewer than five questions'),
    ...silent.map(l => `${name}: nothing is said to the answer ${l}`),
    ...say((s.Sources ?? '').split('\n').filter(l => l.startsWith('- ')).length >= 3, 'it has fewer than three sources'),
    ...say(/^\d{4}-\d\d-\d\d$/.test(head(text, 'reviewed') ?? ''), 'it has no day of review'),
    ...say(head(text, 'introduces') || head(text, 'practises') || head(text, 'assesses'), 'it names no competency'),
  ]
}

export function problemsOfCase(name, text) {
  const say = (yes, what) => (yes ? [] : [`${name}: ${what}`]), n = (text.match(/^:: (?!Story)/gm) ?? []).length
  return [
    ...say(n >= 15, `it has ${n} passages`),
    ...say(/^:: StoryDebrief/m.test(text), 'it has no debrief'),
    ...say(/^:: StoryPanel[^]*?^\? /m.test(text), 'no panel was asked'),
    ...say(/<!-- cadre (after|on) /.test(text) || /<<if /.test(text), 'nothing in it comes back later'),
    ...say(/<<set \$/.test(text), 'no choice changes anything'),
  ]
}

const LEAST = { case: 16, role_play: 8, negotiation: 4, debate: 12, listening: 6, speaking: 6, appraisal: 3 }

export const contentRules = {
  'each session and case that ships is whole, and there are as many as promised': top => {
    const read = f => readFileSync(join(top, f), 'utf8'), course = join(top, 'content/course')
    const sessions = readdirSync(course).flatMap(c => readdirSync(join(course, c)).filter(f => f.endsWith('.md')).map(f => `content/course/${c}/${f}`))
    const exercises = readdirSync(join(top, 'content/exercises')).filter(f => f.split('.').length === 2).map(f => `content/exercises/${f}`)
    const cases = exercises.filter(f => f.endsWith('.twee')), kinds = exercises.map(f => (f.endsWith('.twee') ? 'case' : head(read(f), 'kind')))
    const problems = [
      ...sessions.flatMap(f => problemsOfSession(f, read(f))), ...cases.flatMap(f => problemsOfCase(f, read(f))),
      ...exercises.filter(f => f.endsWith('.md') && !head(read(f), 'rubric')).map(f => `${f}: it names no rubric`),
      ...Object.entries(LEAST).filter(([kind, least]) => kinds.filter(k => k === kind).length < least).map(([kind]) => `there are too few of the kind ${kind}`),
      ...(readdirSync(course).length < 12 || sessions.length < 40 ? ['there are fewer than 12 courses or 40 sessions'] : []),
    ]
    if (problemsOfSession('x', '').length < 8 || problemsOfCase('x', '').length < 5) problems.push('an empty text is taken')
    if (problems.length) throw new Error(problems.slice(0, 30).join('\n'))
  },
}
