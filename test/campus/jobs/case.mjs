// The service of CASE 1.1 (1EdTech, REST/JSON binding, 2020): what its tables say that every object must have, written here from the specification.
const must = (yes, why) => { if (!yes) throw new Error(why) }
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const uri = v => { new URL(v); return true }
const when = v => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(v) && !Number.isNaN(Date.parse(v))
const text = v => typeof v === 'string' && v.length > 0
const link = v => text(v.title) && GUID.test(v.identifier) && uri(v.uri)
const list = of => v => Array.isArray(v) && v.every(of)
const TYPES = ['isChildOf', 'isPeerOf', 'isPartOf', 'exactMatchOf', 'precedes', 'isRelatedTo', 'replacedBy', 'exemplar', 'hasSkillLevel', 'isTranslationOf']

// What an object requires, and what its further members must be like.
const shapes = {
  CFDocument: [{ identifier: v => GUID.test(v), uri, creator: text, title: text, lastChangeDateTime: when, CFPackageURI: link }, { caseVersion: v => v === '1.1', officialSourceURL: uri, adoptionStatus: v => ['Private Draft', 'Draft', 'Adopted', 'Deprecated'].includes(v), licenseURI: link, subject: list(text), language: text, publisher: text }],
  CFItem: [{ identifier: v => GUID.test(v), fullStatement: text, uri, lastChangeDateTime: when, CFDocumentURI: link }, { CFItemTypeURI: link, licenseURI: link, educationLevel: list(text), conceptKeywords: list(text), humanCodingScheme: text }],
  CFAssociation: [{ identifier: v => GUID.test(v), associationType: v => TYPES.includes(v) || /^ext:/.test(v), uri, originNodeURI: link, destinationNodeURI: link, lastChangeDateTime: when }, { CFDocumentURI: link, sequenceNumber: Number.isInteger, CFAssociationGroupingURI: link }],
  CFLicense: [{ identifier: v => GUID.test(v), uri, title: text, lastChangeDateTime: when }, {}],
  CFRubric: [{ identifier: v => GUID.test(v), uri, lastChangeDateTime: when }, { CFRubricCriteria: list(v => GUID.test(v.identifier) && uri(v.uri) && when(v.lastChangeDateTime)) }],
}
function check(kind, o, also = []) {
  const [required, further] = shapes[kind]
  for (const [name, ok] of Object.entries(required)) if (!also.includes(name)) must(o[name] !== undefined && ok(o[name]), `${kind}.${name} is ${JSON.stringify(o[name])}`)
  for (const [name, ok] of Object.entries(further)) must(o[name] === undefined || ok(o[name]), `${kind}.${name} is ${JSON.stringify(o[name])}`)
}

export const jobs = {
  async 'CASE: frameworks that may be passed on, as other systems fetch them'(site) {
    const { base } = await site.serve()
    const ask = async path => {
      const r = await fetch(`${base}/ims/case/v1p1/${path}`)
      must(/^application\/json/.test(r.headers.get('content-type')), `${path}: ${r.headers.get('content-type')}`)
      return { status: r.status, headers: r.headers, json: await r.json() }
    }
    const refused = async (status, minor, path) => {
      const r = await ask(path), m = r.json.imsx_codeMinor?.imsx_codeMinorField?.[0]
      must(r.status === status && r.json.imsx_codeMajor === 'failure' && r.json.imsx_severity === 'error' && text(r.json.imsx_description) && m.imsx_codeMinorFieldName === 'sourcedId' && m.imsx_codeMinorFieldValue === minor, `${path}: ${r.status} ${JSON.stringify(r.json)}`)
    }
    const documents = (await ask('CFDocuments')).json.CFDocuments
    must(documents.length > 0, 'the demo has a framework')
    for (const d of documents) check('CFDocument', d)
    const one = documents[0], pack = (await ask(`CFPackages/${one.identifier}`)).json
    must(JSON.stringify((await ask(`CFDocuments/${one.identifier}`)).json) === JSON.stringify(one), 'the document of the list is the document')
    check('CFDocument', pack.CFDocument, ['CFPackageURI'])
    must(pack.CFItems.length > 10 && pack.CFAssociations.length >= pack.CFItems.length, 'the package holds the items')
    for (const i of pack.CFItems) check('CFItem', i, ['CFDocumentURI'])
    const known = new Set([one.identifier, ...pack.CFItems.map(i => i.identifier)])
    for (const s of pack.CFAssociations) { check('CFAssociation', s); must(known.has(s.originNodeURI.identifier), 'an association begins nowhere') }
    for (const i of [pack.CFItems[0], pack.CFItems.at(-1)]) {
      const item = (await ask(`CFItems/${i.identifier}`)).json
      check('CFItem', item); must(item.fullStatement === i.fullStatement && item.CFDocumentURI.identifier === one.identifier, 'the item is the one of the package')
      const both = (await ask(`CFItemAssociations/${i.identifier}`)).json
      check('CFItem', both.CFItem)
      const wanted = pack.CFAssociations.filter(s => [s.originNodeURI.identifier, s.destinationNodeURI.identifier].includes(i.identifier)).map(s => s.identifier).sort()
      must(wanted.length > 0 && JSON.stringify(both.CFAssociations.map(s => s.identifier).sort()) === JSON.stringify(wanted), 'its associations')
      const association = (await ask(`CFAssociations/${wanted[0]}`)).json
      check('CFAssociation', association); must(association.CFDocumentURI.identifier === one.identifier, 'an association says to which document it belongs')
    }
    for (const l of pack.CFDefinitions?.CFLicenses ?? []) check('CFLicense', (await ask(`CFLicenses/${l.identifier}`)).json)
    for (const r of pack.CFRubrics ?? []) check('CFRubric', (await ask(`CFRubrics/${r.identifier}`)).json)
    // every address within the package is answered
    for (const address of [one.uri, one.CFPackageURI.uri, pack.CFItems[0].uri, pack.CFAssociations[0].uri]) must(new URL(address).pathname.startsWith('/ims/case/v1p1/') && (await fetch(new URL(new URL(address).pathname, base))).status === 200, `${address} is not answered`)
    // lists
    const all = await ask('CFDocuments?limit=1&offset=0&sort=title&orderBy=desc')
    must(all.json.CFDocuments.length === 1 && all.headers.get('x-total-count') === String(documents.length), 'limit'); must((await ask(`CFDocuments?offset=${documents.length}`)).json.CFDocuments.length === 0, 'offset')
    must(JSON.stringify(Object.keys((await ask('CFDocuments?fields=identifier,title')).json.CFDocuments[0]).sort()) === '["identifier","title"]', 'fields')
    for (const [minor, query] of [['invalid_selection_field', 'limit=0'], ['invalid_selection_field', 'limit=x'], ['invalid_selection_field', 'offset=-1'], ['invalid_sort_field', 'sort=nothing'], ['invalid_sort_field', 'orderBy=up'], ['invalid_selection_field', 'fields=title,nothing'], ['invalid_selection_field', 'filter=title%3Dx']]) await refused(400, minor, `CFDocuments?${query}`)
    for (const path of ['CFDocuments/x', 'CFPackages/00000000-0000-0000-0000-000000000000', 'CFItems/x', 'CFItemAssociations/x', 'CFAssociations/x', 'CFLicenses/x', 'CFConcepts/x', 'CFSubjects/x', 'CFItemTypes/x', 'CFAssociationGroupings/x', 'CFRubrics/x', 'CFNothing/x', 'CFNothing']) await refused(404, 'unknownobject', path)
    // what may not be passed on, and what is not published, is not there
    const person = site.query('SELECT min(person_id) FROM identity')
    for (const change of [`state = 'draft'`, `state = 'published', rights = 'held', rights_at = 1, rights_person_id = ${person}`]) {
      site.query(`UPDATE framework SET ${change} WHERE identifier = '${one.identifier}'`)
      must(!(await ask('CFDocuments')).json.CFDocuments.some(d => d.identifier === one.identifier), `${change}: still told`)
      for (const path of [`CFDocuments/${one.identifier}`, `CFPackages/${one.identifier}`, `CFItems/${pack.CFItems[0].identifier}`, `CFAssociations/${pack.CFAssociations[0].identifier}`]) await refused(404, 'unknownobject', path)
    }
  },
}
