// How each method of the reference cases is called: from a case to checks {printed, expected, tolerance, path}. Layout of
// files and names of tolerances are known here, expected numbers are not.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
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

// Counts as an option: {i: 4, o: 2} is i=4,o=2.
const counts = n => Object.entries(n).map(([k, v]) => `${k}=${v}`).join(',')

// Data whose facets stand in the layout: candidates of 5 days, 5 circuits and 10 places down, items of 10 stations across.
const layouts = {
  'gstring_osce_wide.csv': path => readFileSync(path, 'utf8').trim().split(/\r?\n/).flatMap((line, row) => {
    const station = [...Array(8).fill(8), ...Array(2).fill(12)].flatMap((items, s) => Array.from({ length: items }, (_, i) => `${s + 1},${i + 1}`))
    const candidate = [Math.floor(row / 50), Math.floor(row / 10) % 5, row % 10].map(k => k + 1)
    return line.split(',').map((y, k) => [...candidate, station[k], y].join(','))
  }),
}

function gstudy(c) {
  const wide = Object.keys(layouts).find(name => c.file.endsWith(name))
  const file = wide ? c.made(['d,t,c,s,i,y', ...layouts[wide](c.file)].join('\n') + '\n') : c.file
  const effects = Object.entries(c.params.effects).map(([name, facets]) => `${name}=${facets.join(',')}`)
  const words = ['stats', 'gstudy', file, '--effects', effects.join(' '), '--object', c.params.object, '--blups',
    '--n', (c.expected.d_study ?? []).map(d => counts(d.n)).join(' ')]
  const need = c.expected.raters_needed
  if (need) words.push('--target', need.target, '--vary', need.vary, '--fixed', counts(need.fixed))
  const printed = c.cadre(...words)
  // The study's means and sums hold whatever the estimate; what rests on REML has REML's tolerance.
  const isReml = path => path.some(k => /reml|gls|se_mu/.test(k))
  const checks = [{ printed, expected: c.expected, tolerance: path =>
    path[0] === 'raters_needed' ? { exact: true } : { rel: isReml(path) ? c.tol.reml_rel : c.tol.anova_rel } }]
  // Predicted values stand beside the expected ones of some cases: blup.blup_r, blup.blup_p_first20, blup_d_first20.
  const blups = { ...c.spec.blup, ...Object.fromEntries(Object.entries(c.spec).filter(([k]) => k.startsWith('blup_'))) }
  for (const [key, value] of Object.entries(blups)) {
    const [, effect, , first] = /^blup_([^_]+)(_first(\d+))?$/.exec(key) ?? []
    if (!effect) continue // spreads of the predicted values are not printed
    const ours = printed.blup[effect]
    const cut = list => (first ? list.slice(0, Number(first)) : list)
    if (value.id) checks.push({ path: [key, 'id'], expected: value.id.map(String), printed: cut(ours.id), tolerance: () => ({ exact: true }) })
    checks.push({ path: [key], expected: value.blup ?? value, printed: cut(ours.blup), tolerance: () => ({ mixed: c.tol.reml_rel }) })
  }
  return checks
}

// An entry's name says the file, what is done with it, and with which groups: toothgrowth_OJ_VC, anorexia_change_FT_Cont,
// anorexia_prepost_FT, sleep_prepost, paired_A, change_A_vs_B.
function effect(c) {
  // The non-central limits are absolute below 1: effectsize's own search for them ends within 6e-7 (the case's `independent`).
  const tolerance = path => (c.tol.rel !== undefined && /^(d_nct|g_effectsize)_(lo|hi)$/.test(path.at(-1)) ? { mixed: c.tol.rel } : c.tol), level = ['--level', c.params?.level ?? 0.95]
  return Object.entries(c.expected).map(([name, expected]) => {
    if (expected.term) return { path: [name], expected, printed: covariance(c, expected), tolerance }
    if (expected.exact_p !== undefined) {
      const lines = expected.table.flatMap((row, i) => row.map((count, j) => `${i},${j},${count}`))
      return { path: [name], expected, printed: c.cadre('stats', 'mcnemar', c.made(['before,after,count', ...lines, ''].join('\n'))), tolerance }
    }
    const file = c.files.find(f => name.startsWith(basename(f, '.csv'))) ?? c.file, { names } = table(file)
    const words = name.split('_').filter(w => !['change', 'prepost', 'vs', 'all', 'paired', basename(file, '.csv')].includes(w))
    const columns = names.includes('pre') ? ['--columns', 'pre,post'] : names.includes('a') ? ['--columns', 'a,b'] : []
    const printed = Array.isArray(expected.n)
      ? c.cadre('stats', 'groups', file, ...level, '--compare', words.join(), ...columns)
      : c.cadre('stats', 'pairs', file, ...level, ...columns, ...(words.length ? ['--only', `group=${words[0]}`] : []))
    // Two packages' names for the same Hedges g
    const names_of_g = { g_effectsize: printed.g, g_effectsize_lo: printed.g_nct_lo, g_effectsize_hi: printed.g_nct_hi, g_metafor: printed.g, var_g_metafor: printed.g_var }
    return { path: [name], expected, printed: { ...printed, ...names_of_g }, tolerance }
  })
}

// The model's names of columns, in place of the file's.
function covariance(c, expected) {
  const file = c.files.find(f => table(f).names.includes('post')), { names, rows } = table(file)
  const covariate = expected.term[1], prefix = expected.term[2].slice(0, expected.term[2].length - Math.max(...rows.map(r => r[names.indexOf('group')])
    .filter(g => expected.term[2].endsWith(g)).map(g => g.length)))
  const header = names.map(n => ({ pre: covariate, group: prefix })[n] ?? n)
  return c.cadre('stats', 'ancova', c.made([header.join(), ...rows.map(r => r.join()), ''].join('\n')), '--covariate', covariate, '--by', prefix,
    '--reference', expected.reference)
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

  'psych.icc_reml': c => [{ printed: c.cadre('stats', 'icc-reml', c.file), expected: c.expected,
    tolerance: path => (path[0] === 'vc' ? { rel: c.tol.vc_rel } : { mixed: c.tol.icc_abs }) }],

  'psych.mfrm_jml': c => {
    const printed = c.cadre('stats', 'mfrm', c.file), isFit = path => ['infit', 'outfit'].includes(path.at(-1)) || path[0] === 'reliability'
    return [{ printed: { ...printed, rater_severity: printed.rater }, expected: c.expected,
      tolerance: path => (['raw', 'count'].includes(path.at(-1)) ? { exact: true } : { abs: isFit(path) ? c.tol.fit_abs : c.tol.measure_abs }) }]
  },

  'psych.mfrm_mml': c => [{ printed: c.cadre('stats', 'mfrm', c.file, '--estimate', 'marginal'), expected: c.expected,
    tolerance: path => ({ abs: path[0] === 'deviance' ? c.tol.deviance_abs : c.tol.measure_abs }) }],

  'psych.gstudy': gstudy,

  'psych.gstudy_mv': c => [{ expected: c.expected, tolerance: plain(c.tol),
    printed: c.cadre('stats', 'gstudy-mv', c.file, ...(c.params.weights ? ['--weights', c.params.weights.join(',')] : [])) }],

  // What R's irr computed is held against what is printed in irr's way of counting (docs/stats.md: where tools disagree).
  'psych.krippendorff_kendall': c => {
    const printed = c.cadre('stats', 'krippendorff', c.file), irr = /\birr\b/.test(c.spec.computed_by ?? '')
    return [{ printed: { ...printed, krippendorff: irr ? printed.krippendorff_irr : printed.krippendorff }, expected: c.expected, tolerance: plain(c.tol) }]
  },

  // Expected values stand in columns of the CSV itself; Inf, NaN and empty are "not defined".
  'stat.interval': c => c.files.flatMap(file => {
    const { names, rows } = table(file), printed = c.cadre('stats', 'interval', '--level', c.params.level ?? 0.95, file).rows
    const number = text => (text === '' || !isFinite(Number(text)) ? null : Number(text))
    return rows.map((row, i) => ({ path: [basename(file), `row ${i + 1}`], printed: printed[i], tolerance: () => c.tol,
      expected: Object.fromEntries(names.map((name, k) => [name, number(row[k])])) }))
  }),

  'stat.effect': effect,

  'psych.agreement': c => [{ printed: c.cadre('stats', 'agreement', c.file), expected: c.expected, tolerance: plain(c.tol) }],

  // lme4's names of columns: the data's own are turned into them, and what is expected says which.
  'stat.growth': c => Object.entries(c.expected).map(([name, expected]) => {
    const file = c.files.find(f => name.startsWith(basename(f, '.csv'))), { names, rows } = table(file)
    const grown = Object.keys(expected.fixef)[1], from = /(\d+)$/.exec(grown)?.[1] ?? 0, grouped = names.includes('sex')
    const header = names.map(n => ({ id: expected.var[0].grp, time: grown, sex: 'Sex' })[n] ?? n)
    const lines = rows.map(row => row.map((field, k) => (names[k] === 'time' ? Number(field) - from : field)).join())
    const printed = c.cadre('stats', 'growth', c.made([header.join(), ...lines, ''].join('\n')), '--id', expected.var[0].grp, '--time', grown,
      ...(expected.var.length === 2 ? ['--no-slope'] : []), ...(grouped ? ['--by', 'Sex', '--reference', 'Male'] : []))
    if (expected.blup) expected = { ...expected, blup: { ...expected.blup, id: expected.blup.id.map(String) } }
    const { fixef_rel, var_rel } = c.tol
    return { path: [name], expected, printed, tolerance: path => ({ rel: ['fixef', 'se', 'reml_dev'].includes(path[1]) ? fixef_rel : var_rel }) }
  }),
}
