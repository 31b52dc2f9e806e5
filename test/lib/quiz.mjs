// Answers to a quiz, looked up past the program.
import { query } from './site.mjs'

// Fields for the form of a quiz page: questions of `kinds` (none: all) answered "right", "wrong" or "blank", the others right.
export function quizAnswers(db, page, how = 'right', kinds = []) {
  const out = {}, session = /\/sessions\/(\d+)\/quiz/.exec(page.path)[1]
  const rows = query(db, `SELECT q.id, q.kind, o.id, o.ordinal, o.correct, o.text FROM question q JOIN question_option o ON o.question_id = q.id WHERE q.session_id = ${session} AND q.retired = 0 ORDER BY q.ordinal, o.ordinal`)
  const questions = new Map()
  for (const line of rows.split('\n')) {
    const [q, kind, id, ordinal, correct, text] = line.split('|')
    if (!questions.has(q)) questions.set(q, { kind, options: [] })
    questions.get(q).options.push({ id, ordinal: Number(ordinal), correct: correct === '1', text })
  }
  for (const [id, { kind, options }] of questions) {
    const so = kinds.length === 0 || kinds.includes(kind) ? how : 'right'
    const right = options.filter(o => o.correct), wrong = options.filter(o => !o.correct)
    if (kind === 'order') {
      const last = Math.max(...options.map(o => o.ordinal)), first = Math.min(...options.map(o => o.ordinal))
      for (const o of options) out[`o${o.id}`] = so === 'blank' ? '' : String(so === 'right' ? o.ordinal - first + 1 : last - o.ordinal + 1)
    } else if (kind === 'short') {
      out[`q${id}`] = so === 'right' ? ` ${options[0].text.toUpperCase()}! ` : so === 'wrong' ? 'something else <b>' : ''
    } else if (so !== 'blank') {
      out[`q${id}`] = so === 'right' ? right.map(o => o.id) : wrong.length ? [wrong[0].id] : options.slice(0, 1).map(o => o.id)
    }
  }
  return out
}
