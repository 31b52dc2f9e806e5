// How each method of the reference cases is called: from a case to checks {printed, expected, tolerance, path}. Layout of
// files and names of tolerances are known here, expected numbers are not.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'

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

// A case's chart by the verb: phases by the number of their first point, with the reason that the verb asks for.
function chart(c, kind, ...words) {
  const p = c.params, list = places => places.map(k => `#${k}=reference case`).join(';')
  return c.cadre('chart', c.file, '--chart', kind, ...(p.use_n ? ['--n', 'n'] : []), ...(p.freeze ? ['--baseline', p.freeze] : []),
    ...(p.part ? ['--phase', list(p.part.map(k => k + 1))] : []), ...(p.exclude ? ['--exclude', list(p.exclude)] : []),
    ...(p.multiply ? ['--per', p.multiply] : []), ...(p.screened_mr ? ['--screen'] : []), ...(p.categorical ? ['--funnel'] : []), ...words)
}

const control = kind => c => [{ printed: chart(c, kind), expected: c.expected, tolerance: () => ({ rel: c.tol.rel }) }]

// Lines known from elsewhere; what each rule set finds, by the number of the point that completes it.
function rules(c) {
  const { center, ucl } = c.params
  return Object.entries(c.expected).map(([set, expected]) => ({ path: [set], expected, tolerance: () => ({ exact: true }),
    printed: c.cadre('chart', c.file, '--chart', 'i', '--center', center, '--sigma', (ucl - center) / 3, '--rules', set.replace('_', '-')).signals }))
}

// A series by the verb; the columns level and trend, where a case has them, say where it was interrupted.
function interrupted(c, ...words) {
  const { names, rows } = table(c.file), column = name => names.indexOf(name), level = column('level') >= 0 ? 'level' : c.params.level
  const label = column('time') >= 0 ? ['--label', 'time'] : [], from = rows.find(r => Number(r[column(level)]) === 1)[column('time')]
  return c.cadre('stats', 'its', c.file, ...label, '--from', from, '--score', c.params.outcome ?? 'y', ...words)
}

function segmented(c) {
  const printed = interrupted(c), at = /^effect_(?:time)?(\d+)_nw(\d)$/, { names, rows } = table(c.file)
  const z = words => interrupted(c, ...words)
  const expected = { ...c.expected }
  const checks = Object.keys(expected).filter(k => at.test(k)).map(key => {
    // A year's name or a time: the point at which the effect is told.
    const [, place, lag] = at.exec(key), row = rows.find(r => r[names.indexOf('year')] === place) ?? rows.find(r => r[names.indexOf('time')] === place)
    const effect = z(['--effect-at', row[names.indexOf('time')]]).effect[`nw_lag${lag}`], wanted = expected[key]
    delete expected[key]
    return { path: [key], expected: wanted, printed: effect, tolerance: () => ({ rel: c.tol.nw_rel }) }
  })
  // What the sandwich gives without the factor n / (n - k).
  const plain = expected.nw_lag1_noadjust_normal
  if (plain) {
    delete expected.nw_lag1_noadjust_normal
    const n = rows.length, k = printed.term.length
    checks.push({ path: ['nw_lag1_noadjust_normal'], expected: plain, tolerance: () => ({ rel: c.tol.nw_rel }),
      printed: { se: printed.nw_lag1.se.map(x => x * Math.sqrt((n - k) / n)) } })
  }
  // At a unit root intercept and sigma are not defined; what another tool prints there is where its search stopped.
  for (const part of ['gls_ar1_ml', 'gls_ar1_reml'])
    if (expected[part] && printed[part]?.phi > 0.999) {
      const { sigma, se, ...rest } = expected[part]
      expected[part] = { ...rest, se: [null, ...se.slice(1)], sigma: null }
    }
  const tolerance = path => {
    const [part, what] = path
    if (part === 'dw_p') return { abs: c.tol.dw_p_abs ?? 1e-6 } // R's is a quadrature with 15 nodes
    if (/^gls/.test(part)) return { rel: c.tol.gls_rel }
    if (/^prais|rho_two_step/.test(part)) return { rel: c.tol.pw_rel }
    if (what === 'p' && c.tol.p_rel) return { rel: c.tol.p_rel }
    return { rel: /^nw/.test(part) ? c.tol.nw_rel : c.tol.ols_rel }
  }
  return [...checks, { printed: { ...printed, dw_ols: printed.dw }, expected, tolerance }]
}

// Models of a case by what their names say; R calls the terms otherwise.
function counted(c) {
  const offset = ['--offset', /log\((\w+)\)/.exec(c.params.offset)[1]], sicily = c.params.level !== undefined
  const level = /1\.96 se/.test(c.params.ci) ? ['--level', 0.9500042097035591] : [] // the level whose quantile is 1.96
  const model = name => interrupted(c, ...offset, ...level, ...(sicily && !/slope/.test(name) ? ['--no-trend'] : []), ...(sicily ? ['--trend-from', 0] : []),
    ...(/seasonal/.test(name) ? ['--harmonics', 2, '--period', 12] : []))
  return Object.entries(c.expected).flatMap(([name, expected]) => {
    const printed = model(name), tolerance = () => ({ rel: c.tol.rel })
    if (Array.isArray(expected)) {
      const order = [0, 2, 1, ...expected.keys()].slice(0, 3).concat([...expected.keys()].slice(3))
      return { path: [name], expected, tolerance, printed: order.map(k => printed.nw_lag3_se[k]) }
    }
    if (typeof expected === 'number') return { path: [name], expected, tolerance, printed: printed[name] }
    const ours = printed[/quasi/.test(name) ? 'quasipoisson' : 'poisson']
    const called = { '(Intercept)': 'const', [c.params.level]: 'level', 'hh(time)1': 'sin1', 'hh(time)2': 'cos1', 'hh(time)3': 'sin2', 'hh(time)4': 'cos2', [`${c.params.level}:time`]: 'trend' }
    const at = expected.term.map(t => ours.term.indexOf(called[t] ?? t))
    const turned = Object.fromEntries(Object.entries(ours).map(([k, v]) => [k, Array.isArray(v) ? at.map(i => v[i]) : v]))
    return { path: [name], expected, tolerance, printed: { ...turned, term: expected.term } }
  })
}

// NHSRplotthedots' words for what is printed as rule and direction.
function countingData(c) {
  const p = c.params, good = { increase: 'up', decrease: 'down', neutral: 'neither' }[p.dir]
  const printed = chart(c, 'i', '--rules', 'mdc', '--good', good, ...(p.target !== undefined ? ['--target', p.target] : []),
    ...(p.rebase ? ['--phase', `${p.rebase}=reference case`] : []), ...(p.fix ? ['--baseline', p.fix] : []), ...(p.screen === false ? [] : ['--screen']))
  const side = m => (m > 0 ? 'Above' : 'Below')
  const cause = (rule, m) => ['Common Cause', `${side(m)} ${m > 0 ? 'UCL' : 'LCL'}`, `7 Point Trend (${m > 0 ? 'In' : 'De'}creasing)`, `2 in 3 ${side(m)} CL`, `7 Points ${side(m)} CL`][rule]
  const kind = { improvement: 'special_cause_improvement', concern: 'special_cause_concern', high: 'special_cause_neutral_high', low: 'special_cause_neutral_low' }
  const sign = { up: 1, down: -1 }[good]
  const point = (rule, m) => (rule === 0 ? 'common_cause' : !sign ? kind[m > 0 ? 'high' : 'low'] : m === sign ? kind.improvement : kind.concern)
  return [{ expected: c.expected, tolerance: () => ({ rel: c.tol.rel }), printed: { mean: printed.cl, lpl: printed.lcl, upl: printed.ucl,
    special_cause: printed.rule.map((r, i) => cause(r, printed.mark[i])), point_type: printed.rule.map((r, i) => point(r, printed.mark[i])),
    variation_icon: kind[printed.variation] ?? printed.variation, assurance_icon: printed.assurance,
    short_group: printed.part.map(k => printed.phases[k - 1].points < 13) } }]
}

export const methods = {
  'spc.run': control('run'), 'spc.i': control('i'), 'spc.mr': control('mr'), 'spc.xbar': control('xbar'), 'spc.s': control('s'), 'spc.p': control('p'),
  'spc.pp': control('pp'), 'spc.u': control('u'), 'spc.up': control('up'), 'spc.c': control('c'), 'spc.g': control('g'), 'spc.t': control('t'),
  'spc.rules': rules,
  'spc.mdc': countingData,
  'its.segmented': segmented,
  'its.poisson': counted,

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
