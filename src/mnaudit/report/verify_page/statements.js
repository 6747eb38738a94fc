// What is claimed about which things? in-toto statements and our predicates, closed: a field that
// is not known could change the meaning of one that is.

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const MANIFEST_TYPE = 'urn:mnaudit:predicate:evidence-manifest:v1';
const STATUS_TYPE = 'urn:mnaudit:predicate:compliance-status:v1';
const README = 'README.txt';
const CATALOG = 'catalog.json';
const EVIDENCE = 'evidence/';

const isEvidence = (name) => name.startsWith(EVIDENCE);
const misfit = (field) => new Refusal('MN429', { field });

/** Read a payload whose signature was checked before; the very bytes that were signed. */
function readStatement(payload, predicateType) {
  const value = parseJson(payload);
  if (!hasFields(value, ['_type', 'subject', 'predicateType', 'predicate'], [])) throw misfit('statement');
  if (value._type !== STATEMENT_TYPE) throw misfit('_type');
  if (value.predicateType !== predicateType) throw new Refusal('MN430', { expected: predicateType });
  if (!isObject(value.predicate)) throw misfit('predicate');
  const subjects = readSubjects(value.subject);
  if (!isCanonical(value, payload)) throw new Refusal('MN428');
  return { subjects, predicate: value.predicate };
}

function readSubjects(value) {
  if (!Array.isArray(value) || !value.length) throw misfit('subject');
  const digests = new Map();
  for (const subject of value) {
    const isGood =
      hasFields(subject, ['name', 'digest'], []) &&
      typeof subject.name === 'string' &&
      subject.name !== '' &&
      hasFields(subject.digest, ['sha256'], []) &&
      isSha256(subject.digest.sha256);
    if (!isGood) throw misfit('subject.digest');
    if (digests.has(subject.name)) throw misfit('subject.name');
    digests.set(subject.name, subject.digest.sha256);
  }
  return digests;
}

/** Read the manifest; return its predicate, and the leaves that it declares. */
function readManifest(payload) {
  const { subjects, predicate } = readStatement(payload, MANIFEST_TYPE);
  requireShape('manifest', predicate, 'predicate');
  const names = predicate.members.map((member) => member.name);
  requireNames(names, 'predicate.members');
  const areFixed = predicate.members.every((member) => roleFits(member));
  if (!areFixed || !names.includes(README) || !names.includes(CATALOG)) throw misfit('predicate.members');
  if (predicate.tree.size !== names.length) throw misfit('predicate.tree');
  if (canonical([...subjects.keys()]) !== canonical(names)) throw misfit('predicate.members');
  const leaves = predicate.members.map(({ name, size, salt }, index) => {
    return { index, path: name, size, salt, sha256: subjects.get(name) };
  });
  return { ...predicate, leaves };
}

/** Read-me and catalog have roles of their own, everything else is evidence. */
function roleFits({ name, role }) {
  const fixed = new Map([
    [README, 'readme'],
    [CATALOG, 'catalog'],
  ]);
  if (fixed.has(name)) return role === fixed.get(name);
  return isEvidence(name) && role !== 'readme' && role !== 'catalog';
}

/** Names are portable, distinct for every system, and in their order. */
function requireNames(names, field) {
  const areOrdered = names.every((name, at) => at === 0 || byCodePoint(names[at - 1], name) < 0);
  if (!areOrdered || findTwin(names) || names.some(nameDefect)) throw misfit(field);
}

/** Read the status; return its predicate and the digest of its only subject. */
function readStatus(payload) {
  const { subjects, predicate } = readStatement(payload, STATUS_TYPE);
  requireShape('status', predicate, 'predicate');
  for (const tier of ['minimum', 'optional']) {
    // A status that is not counted could hide what is not satisfied.
    const due = SHAPES.status.fields.tiers.fields[tier].fields.counts.keys.of;
    const { counts } = predicate.tiers[tier];
    if (!due.every((status) => status in counts)) throw misfit(`predicate.tiers.${tier}`);
  }
  requireChain(predicate);
  if (subjects.size !== 1 || !subjects.has('manifest')) throw misfit('subject.name');
  return { predicate, subject: subjects.get('manifest') };
}

/** A logged status names its place, its time and, unless it is the first, the one before. */
function requireChain(status) {
  const isLogged = 'sequence' in status;
  if (isLogged !== 'time_verified' in status) throw misfit('predicate');
  if ('previous' in status !== (isLogged && status.sequence > 0)) throw misfit('predicate');
}

/** Read what a partial bundle shows in the place of the manifest. */
function readDisclosure(bytes) {
  const value = requireShape('disclosure', parseCanonical(bytes), 'disclosure');
  const names = value.leaves.map((leaf) => leaf.path);
  const areOrdered = value.leaves.every((leaf, at) => at === 0 || value.leaves[at - 1].index < leaf.index);
  requireNames(names, 'disclosure');
  const areKnown = names.every((name) => name === README || name === CATALOG || isEvidence(name));
  if (!areOrdered || !areKnown || !names.includes(README) || !names.includes(CATALOG))
    throw misfit('disclosure');
  return value;
}
