// What is checked, in which order, and what does each check rest on? The names and the order are
// those of docs/spec/bundle-v1.md. A check whose ground did not pass is not run, and is unknown.

const MEDIA_TYPE = 'application/vnd.mnaudit.bundle+zip';
const MIMETYPE = 'mimetype';
const CHECKSUMS = 'SHA256SUMS';
const SIGNER = 'signer.pub.pem';
const MANIFEST = 'manifest.sigstore.json';
const STATUS = 'status.sigstore.json';
const DISCLOSURE = 'disclosure.json';
const SIDECAR = 'evidence.modelsig.sigstore.json';
const LOG_MEMBERS = ['log/status.tlog-proof', 'log/leaf-hashes'];
const POLICY_MEMBER = /^trust\/policy\.v[1-9][0-9]{0,5}\.dsse\.json$/;
const SIDECAR_TYPE = 'https://model_signing/signature/v1.0';

/** The bundle does not call for this check. */
class NotAsked extends Refusal {}

const MEMBER_CHECKS = ['manifest-statement', 'disclosure'];
const CHECKS = [
  ['container', [], checkContainer],
  ['layout', ['container'], checkLayout],
  ['signer-key', ['layout'], checkSignerKey],
  ['pin', ['signer-key'], checkPin],
  ['manifest-envelope', ['layout'], (on) => checkEnvelope(on, MANIFEST), MANIFEST],
  ['status-envelope', ['layout'], (on) => checkEnvelope(on, STATUS), STATUS],
  ['same-signer', ['signer-key', 'manifest-envelope', 'status-envelope'], checkSameSigner],
  ['manifest-signature', ['same-signer'], (on) => checkSignature(on, MANIFEST), MANIFEST],
  ['status-signature', ['same-signer'], (on) => checkSignature(on, STATUS), STATUS],
  ['manifest-statement', ['manifest-signature'], checkManifest, MANIFEST],
  ['status-statement', ['status-signature'], checkStatus, STATUS],
  ['manifest-binding', ['manifest-statement', 'status-statement'], checkBinding],
  ['manifest-tree', ['manifest-binding'], checkTree],
  ['disclosure', ['status-statement', 'manifest-binding'], checkDisclosure, DISCLOSURE],
  ['evidence-digests', MEMBER_CHECKS, checkDigests],
  ['evidence-complete', MEMBER_CHECKS, checkComplete],
  ['evidence-closed', MEMBER_CHECKS, checkClosed],
  ['catalog-digest', [...MEMBER_CHECKS, 'status-statement'], checkCatalog],
  ['readme', MEMBER_CHECKS, checkReadme],
  ['checksums', ['layout'], checkChecksums],
  ['sidecar', ['manifest-statement'], checkSidecar, SIDECAR],
];

/** What this page leaves to `mnaudit verify`; said with every verdict. */
const LEFT_OUT = [
  'policy',
  'signer-authorized',
  'time-stamp',
  'log-entry',
  'log-signed',
  'log-witnessed',
  'signer-in-time',
  'log-continues',
  'status-current',
  'catalog-known',
  'reevaluation',
];

/**
 * Examine one bundle. Never throws for what stands in it.
 *
 * @param {Uint8Array} bytes the whole file, read once
 * @param {string|null} pin 64 lower-case hex digits, learned from somewhere else than the bundle
 * @param {boolean} partial whether a bundle that withholds evidence is expected
 */
async function examine(bytes, pin, partial) {
  const on = { bytes, pin, partial, envelopes: new Map(), payloads: new Map(), established: new Set() };
  const checks = [];
  for (const step of CHECKS) checks.push(await runCheck(on, step));
  return { ...conclude(checks), checks, ...handOut(on, checks) };
}

async function runCheck(on, [id, needs, look, member]) {
  const missing = needs.find((need) => !on.established.has(need));
  if (missing) return { id, outcome: 'unknown', code: 'MN439', values: { check: missing } };
  const about = member ? { member } : {};
  try {
    await look(on);
  } catch (error) {
    const [outcome, code, values] = outcomeOf(error);
    if (outcome === 'not-applicable') on.established.add(id);
    return { id, outcome, code, values: { ...about, ...values } };
  }
  on.established.add(id);
  return { id, outcome: 'passed' };
}

/** Whatever else goes wrong, it is no pass: a defect of this page must not look like a good bundle. */
function outcomeOf(error) {
  if (error instanceof NotAsked) return ['not-applicable', error.code, error.values];
  if (error instanceof Undecided) return ['unknown', error.code, error.values];
  if (error instanceof Refusal) return ['failed', error.code, error.values];
  return ['failed', 'unexpected', { detail: String(error) }];
}

function conclude(checks) {
  const outcomes = new Set(checks.map((check) => check.outcome));
  const isSignerKnown = checks.some((check) => check.id === 'pin' && check.outcome === 'passed');
  if (outcomes.has('failed')) return { verdict: 'INVALID' };
  if (outcomes.has('unknown') || !isSignerKnown) return { verdict: 'INDETERMINATE' };
  return { verdict: 'VALID' };
}

/** Hand out the claims only if they are signed, and not by somebody else than the pinned key. */
function handOut(on, checks) {
  const outcome = (id) => checks.find((check) => check.id === id)?.outcome;
  const grounds = ['manifest-statement', 'status-statement', 'manifest-binding'];
  const isSigned = grounds.every((id) => on.established.has(id)) && outcome('pin') !== 'failed';
  const isCatalogGood = outcome('catalog-digest') === 'passed';
  const leaves = isSigned && on.leaves ? on.leaves : [];
  return {
    fingerprint: on.key?.fingerprint ?? null,
    algorithm: on.key?.algorithm ?? null,
    status: isSigned ? on.status : null,
    leaves,
    leafAt: new Map(leaves.map((leaf) => [leaf.index, leaf])),
    disclosure: isSigned && on.disclosure ? on.disclosure : null,
    isPartial: Boolean(on.isPartial),
    members: on.members ?? new Map(),
    digests: on.digests ?? new Map(),
    catalog: isSigned && isCatalogGood ? on.members.get(CATALOG) : null,
    notExamined: on.established.has('layout') ? [...on.members.keys()].filter(isNotExamined) : [],
  };
}

const isNotExamined = (name) => LOG_MEMBERS.includes(name) || POLICY_MEMBER.test(name);

async function checkContainer(on) {
  on.members = openArchive(on.bytes);
  const digests = await Promise.all(Array.from(on.members.values(), sha256Hex));
  on.digests = new Map(Array.from(on.members.keys(), (name, at) => [name, digests[at]]));
}

function checkLayout(on) {
  const names = [...on.members.keys()];
  on.isPartial = names.includes(DISCLOSURE);
  const fixed = [MIMETYPE, README, CHECKSUMS, CATALOG, on.isPartial ? DISCLOSURE : MANIFEST, SIGNER, STATUS];
  const missing = fixed.find((name) => !names.includes(name));
  if (missing) throw new Refusal('MN416', { member: missing });
  const isKnown = (name) =>
    isEvidence(name) || fixed.includes(name) || name === SIDECAR || isNotExamined(name);
  const foreign = names.find((name) => !isKnown(name));
  if (foreign) throw new Refusal('MN417', { member: foreign });
  const due = [MIMETYPE, ...names.filter((name) => name !== MIMETYPE).sort(byCodePoint)];
  const moved = names.find((name, at) => name !== due[at]);
  if (moved) throw new Refusal('MN418', { member: moved });
  if (decodeText(on.members.get(MIMETYPE)) !== MEDIA_TYPE) throw new Refusal('MN419', { member: MIMETYPE });
}

async function checkSignerKey(on) {
  on.key = await loadKey(on.members.get(SIGNER));
}

function checkPin(on) {
  const actual = on.key.fingerprint;
  // Anyone can sign with a key of his own: until somebody says whose key it is, nobody knows.
  if (on.pin === null) throw new Undecided('MN422', { actual });
  if (actual !== on.pin) throw new Refusal('MN421', { expected: on.pin, actual });
}

function checkEnvelope(on, member) {
  if (on.isPartial && member === MANIFEST) throw new NotAsked('MN445');
  const envelope = unwrap(on.members.get(member));
  if (envelope.tokens && member !== STATUS) {
    throw new Refusal('MN423', { field: 'timestampVerificationData' });
  }
  on.envelopes.set(member, envelope);
}

function checkSameSigner(on) {
  for (const [member, envelope] of on.envelopes) {
    if (envelope.keyid !== on.key.keyid) throw new Refusal('MN425', { member });
  }
}

async function checkSignature(on, member) {
  if (!on.envelopes.has(member)) throw new NotAsked('MN445');
  on.payloads.set(member, await verifyEnvelope(on.envelopes.get(member), on.key));
}

function checkManifest(on) {
  demandManifest(on);
  on.manifest = readManifest(on.payloads.get(MANIFEST));
  on.leaves = on.manifest.leaves;
}

function checkStatus(on) {
  const { predicate, subject } = readStatus(on.payloads.get(STATUS));
  on.status = predicate;
  on.subject = subject;
}

async function checkBinding(on) {
  if (on.subject !== on.status.manifest.payload_sha256) throw new Refusal('MN431');
  demandManifest(on);
  if ((await sha256Hex(on.payloads.get(MANIFEST))) !== on.subject) throw new Refusal('MN431');
  if (canonical(on.status.organization) !== canonical(on.manifest.organization)) throw new Refusal('MN432');
}

async function checkTree(on) {
  demandManifest(on);
  const root = toHex(await rootOf(await Promise.all(on.leaves.map(hashLeaf))));
  const { tree } = on.manifest;
  const named = on.status.manifest;
  const isOne = root === tree.root && root === named.root && tree.size === named.size;
  if (!isOne) throw new Refusal('MN446');
}

async function checkDisclosure(on) {
  if (!on.isPartial) throw new NotAsked('MN447');
  const shown = readDisclosure(on.members.get(DISCLOSURE));
  const { root, size } = on.status.manifest;
  for (const leaf of shown.leaves) {
    const proof = leaf.proof.map(fromHex);
    if (!(await isIncluded(await hashLeaf(leaf), leaf.index, size, proof, fromHex(root)))) {
      throw new Refusal('MN448', { member: leaf.path });
    }
  }
  on.disclosure = shown;
  on.leaves = shown.leaves;
  // Whoever did not expect it could take what is shown for all there is.
  if (!on.partial) throw new Undecided('MN449', { shown: shown.leaves.length, total: size });
}

const evidenceLeaves = (on) => on.leaves.filter((leaf) => isEvidence(leaf.path));

function checkDigests(on) {
  const wrong = evidenceLeaves(on).filter((leaf) => on.members.has(leaf.path) && !isAsSigned(on, leaf));
  refuseIfAny(
    wrong.map((leaf) => leaf.path),
    'MN433',
  );
}

/** Tell whether a member has the digest and the size that are signed for. */
function isAsSigned({ digests, members }, leaf) {
  return digests.get(leaf.path) === leaf.sha256 && members.get(leaf.path)?.length === leaf.size;
}

function checkComplete(on) {
  const missing = evidenceLeaves(on).filter((leaf) => !on.members.has(leaf.path));
  refuseIfAny(
    missing.map((leaf) => leaf.path),
    'MN434',
  );
}

function checkClosed(on) {
  const declared = new Set(on.leaves.map((leaf) => leaf.path));
  const added = [...on.members.keys()].filter((name) => isEvidence(name) && !declared.has(name));
  refuseIfAny(added, 'MN435');
}

function checkCatalog(on) {
  const leaf = on.leaves.find((each) => each.path === CATALOG);
  if (!isAsSigned(on, leaf) || leaf.sha256 !== on.status.catalog.sha256) throw new Refusal('MN436');
}

function checkReadme(on) {
  const leaf = on.leaves.find((each) => each.path === README);
  if (!isAsSigned(on, leaf) || decodeText(on.members.get(README)) === null) throw new Refusal('MN437');
}

function checkChecksums(on) {
  const names = [...on.members.keys()].filter((name) => name !== CHECKSUMS).sort(byCodePoint);
  const due = names.map((name) => `${on.digests.get(name)}  ${name}\n`).join('');
  if (!equalBytes(on.members.get(CHECKSUMS), encodeText(due))) throw new Refusal('MN438');
}

/** What model_signing reads says the same: its payload follows from the manifest to the byte. */
async function checkSidecar(on) {
  if (!on.members.has(SIDECAR)) throw new NotAsked('MN447');
  demandManifest(on);
  const refused = new Refusal('MN498', { member: SIDECAR });
  let envelope;
  try {
    envelope = unwrap(on.members.get(SIDECAR));
  } catch {
    throw refused;
  }
  // That tool names a key by its PEM, where everybody else hashes the DER.
  const isOurs =
    on.key.algorithm === 'ecdsa-p256' &&
    !envelope.tokens &&
    envelope.payloadType === PAYLOAD_TYPE &&
    envelope.keyid === (await sha256Hex(on.key.pem)) &&
    equalBytes(envelope.payload, encodeText(canonical(await sidecarStatement(on))));
  const message = preAuthenticationEncoding(PAYLOAD_TYPE, envelope.payload);
  if (!isOurs || !(await verifySignature(on.key, envelope.sig, message))) throw refused;
}

async function sidecarStatement(on) {
  const found = evidenceLeaves(on).map((leaf) => [leaf.path.slice(EVIDENCE.length), leaf.sha256]);
  found.sort(([left], [right]) => bySegments(left.split('/'), right.split('/')));
  const root = await sha256Hex(fromHex(found.map(([, digest]) => digest).join('')));
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'evidence', digest: { sha256: root } }],
    predicateType: SIDECAR_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: found.map(([name, digest]) => ({ name, algorithm: 'sha256', digest })),
    },
  };
}

function bySegments(left, right) {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = byCodePoint(left[at], right[at]);
    if (order) return order;
  }
  return left.length - right.length;
}

function demandManifest(on) {
  if (on.isPartial) throw new NotAsked('MN445');
}

function refuseIfAny(names, code) {
  if (names.length) throw new Refusal(code, { member: names[0], count: names.length });
}
