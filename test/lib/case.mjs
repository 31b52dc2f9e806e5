// Compares two CASE packages: all that the first says must stand in the second. Addresses and times of change are the exporter's own.
import { readFileSync } from 'node:fs'

const OWN = new Set(['uri', 'lastChangeDateTime', 'CFPackageURI', 'CFDocumentURI', 'caseVersion'])
const short = v => JSON.stringify(v)?.slice(0, 160)

function differ(path, a, b, out) {
  if (a && typeof a === 'object' && !Array.isArray(a)) {
    for (const k of Object.keys(a)) if (!OWN.has(k)) differ(`${path}.${k}`, a[k], b?.[k], out)
  } else if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) out.push(`${path}: ${a.length} entries, ${b?.length} came out`)
    else a.forEach((one, i) => differ(`${path}[${i}]`, one, b[i], out))
  } else if (a !== b && !(a === '' && b === undefined) && !(a === null && b === undefined)) {
    out.push(`${path}: ${short(a)} became ${short(b)}`)
  }
}

export function caseProblems(before, after) {
  const a = JSON.parse(readFileSync(before, 'utf8')), b = JSON.parse(readFileSync(after, 'utf8')), out = []
  differ('CFDocument', a.CFDocument, b.CFDocument, out)
  for (const list of ['CFItems', 'CFAssociations']) {
    const there = new Map(b[list].map((x, i) => [x.identifier, { x, i }]))
    let last = -1
    if (a[list].length !== b[list].length) out.push(`${list}: ${a[list].length} went in, ${b[list].length} came out`)
    for (const one of a[list]) {
      const found = there.get(one.identifier)
      if (!found) { out.push(`${list}: ${one.identifier} is missing`); continue }
      if (list === 'CFItems' && found.i < last) out.push(`${list}: ${one.identifier} stands in another order`)
      last = found.i
      differ(`${list} ${one.identifier}`, one, found.x, out)
    }
  }
  return out
}
