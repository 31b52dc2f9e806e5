// How each method of the reference cases is called: from a case to checks {printed, expected, tolerance, path}. Layout of
// files and names of tolerances are known here, expected numbers are not.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

// Methods that come with their own part of the product; their cases are skipped until then.
export const later = {
  'spc.': 'control charts are not built yet',
  'its.': 'time series are not built yet',
}

// A plain number is absolute below 1 and relative above.
const plain = tol => () => ({ mixed: tol })

// A CSV as {names, rows of text}; for cases whose layout is turned or whose expected values stand in columns.
export function table(path) {
  const bytes = readFileSync(path), text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const [names, ...rows] = text.trim().split(/\r?\n/).map(line => line.split(','))
  return { names, rows }
}

export const methods = {
  'psych.icc': c => [{ printed: c.cadre('stats', 'icc', c.file), expected: c.expected,
    tolerance: path => (path.at(-1) === 'lo' || path.at(-1) === 'hi' ? { mixed: c.tol.ci } : { mixed: c.tol.est }) }],
}
