// A DSSE envelope in a Sigstore bundle v0.3, in the one spelling that the specification allows.

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const MAX_TOKENS = 8;

/** Read an envelope. Its signature is not checked, and its key id is only a hint. */
function unwrap(bytes) {
  const value = parseJson(bytes);
  const root = fieldsOf(value, 'bundle', ['mediaType', 'verificationMaterial', 'dsseEnvelope']);
  if (root.mediaType !== BUNDLE_TYPE) throw new Refusal('MN423', { field: 'mediaType' });
  const { hint, tokens } = readMaterial(root.verificationMaterial);
  const inner = fieldsOf(root.dsseEnvelope, 'dsseEnvelope', ['payload', 'payloadType', 'signatures']);
  if (!Array.isArray(inner.signatures)) throw new Refusal('MN423', { field: 'signatures' });
  // Zero signatures would be "none is wrong", two would be "one of them is good".
  if (inner.signatures.length !== 1) throw new Refusal('MN424', { count: inner.signatures.length });
  const signature = fieldsOf(inner.signatures[0], 'signatures', ['keyid', 'sig']);
  if (textOf(signature.keyid, 'keyid') !== hint) throw new Refusal('MN425');
  const envelope = {
    payloadType: textOf(inner.payloadType, 'payloadType'),
    payload: bytesOf(inner.payload, 'payload'),
    keyid: signature.keyid,
    sig: bytesOf(signature.sig, 'sig'),
    tokens,
  };
  if (!isCanonical(value, bytes)) throw new Refusal('MN428');
  return envelope;
}

/** Read the hint, and count the time-stamps: they are well-formed, but nobody checks them here. */
function readMaterial(value) {
  const material = fieldsOf(
    value,
    'verificationMaterial',
    ['publicKey', 'tlogEntries'],
    ['timestampVerificationData'],
  );
  if (!Array.isArray(material.tlogEntries) || material.tlogEntries.length) {
    throw new Refusal('MN423', { field: 'tlogEntries' });
  }
  const stamps = material.timestampVerificationData;
  const tokens = stamps === undefined ? 0 : countTokens(stamps);
  return { hint: textOf(fieldsOf(material.publicKey, 'publicKey', ['hint']).hint, 'hint'), tokens };
}

function countTokens(value) {
  const field = 'rfc3161Timestamps';
  const stamps = fieldsOf(value, 'timestampVerificationData', [field])[field];
  if (!Array.isArray(stamps) || stamps.length < 1 || stamps.length > MAX_TOKENS) {
    throw new Refusal('MN423', { field });
  }
  for (const stamp of stamps) {
    bytesOf(fieldsOf(stamp, 'signedTimestamp', ['signedTimestamp']).signedTimestamp, 'signedTimestamp');
  }
  return stamps.length;
}

/** Return the payload if its signature is by `key`. Read only what this returns. */
async function verifyEnvelope(envelope, key) {
  if (envelope.payloadType !== PAYLOAD_TYPE) throw new Refusal('MN423', { field: 'payloadType' });
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  if (!(await verifySignature(key, envelope.sig, message))) throw new Refusal('MN426');
  return envelope.payload;
}

/** What is signed: type and payload together (DSSE 1.0.2, PAE). */
function preAuthenticationEncoding(type, payload) {
  const kind = encodeText(type);
  return joinBytes(encodeText(`DSSEv1 ${kind.length} `), kind, encodeText(` ${payload.length} `), payload);
}

/** Return `value` if it is an object with exactly these fields. */
function fieldsOf(value, field, required, optional = []) {
  if (!hasFields(value, required, optional)) throw new Refusal('MN423', { field });
  return value;
}

function textOf(value, field) {
  if (typeof value !== 'string') throw new Refusal('MN423', { field });
  return value;
}

function bytesOf(value, field) {
  const bytes = fromBase64(textOf(value, field));
  if (bytes === null) throw new Refusal('MN423', { field });
  return bytes;
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function hasFields(value, required, optional) {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  const known = new Set([...required, ...optional]);
  return keys.every((key) => known.has(key)) && required.every((key) => key in value);
}
