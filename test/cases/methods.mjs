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

  // Each entry holds a table and the rule beside what is expected of it. Any smallest set is right; whose audit the entry holds
  // is told by its cells.
  'equity.suppress': c => Object.entries(c.expected).flatMap(([name, { table, threshold, min_width, audit_first, ...expected }]) => {
    const sorted = sets => sets.map(set => set.map(cell => cell.join()).sort().join(' ')).sort()
    const printed = c.cadre('disclose', c.made(JSON.stringify({ table, threshold, min_width }), 'json'))
    const hidden = new Set((audit_first ?? []).map(a => a.cell.join()))
    const rows = table.flatMap((line, i) => line.map((count, j) => `${i},${j},${count},${hidden.has(`${i},${j}`) ? 'no' : 'yes'}`))
    const audit = c.cadre('disclose', '--check', '--threshold', threshold, '--min-width', min_width,
      c.made(['row,column,count,shown', ...rows, ''].join('\n'))).audit.map(a => ({ ...a, cell: [+a.cell.row, +a.cell.column] }))
    const tolerance = () => ({ exact: true })
    return [
      { path: [name], expected: { ...expected, minimal_sets: sorted(expected.minimal_sets) }, printed: { ...printed, minimal_sets: sorted(printed.minimal_sets) }, tolerance },
      { path: [name, 'audit_first'], expected: audit_first, printed: audit, tolerance },
    ]
  }),
  'psych.alpha': c => [{ printed: c.cadre('stats', 'alpha', c.file), expected: c.expected, tolerance: plain(c.tol) }],

  'psych.kappa': c => [{ expected: c.expected, tolerance: plain(c.tol),
    printed: c.cadre('stats', 'kappa', c.file, ...(c.params.levels ? ['--levels', c.params.levels.join(',')] : []),
      ...(c.params.disagreement_weights ? ['--disagreement', c.params.disagreement_weights.map(r => r.join(',')).join(';')] : [])) }],

  'psych.fleiss_kappa': c => [{ printed: c.cadre('stats', 'fleiss', c.file), expected: c.expected, tolerance: plain(c.tol) }],

  'psych.krippendorff_kendall': c => [{ printed: c.cadre('stats', 'krippendorff', c.file), expected: c.expected, tolerance: plain(c.tol) }],
}
