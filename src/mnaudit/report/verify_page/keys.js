// Which key signed? Keys and signatures in their only accepted form. WebCrypto checks signatures;
// what it forgives (weak keys, lax encodings) is refused here before it is asked.

// DER of a SubjectPublicKeyInfo up to the key itself: RFC 5480 §2, RFC 8410 §4.
const fromGroups = (text) => fromHex(text.replaceAll(' ', ''));
const P256_PREFIX = fromGroups('3059 3013 0607 2a86 48ce 3d02 0106 082a 8648 ce3d 0301 0703 4200 04');
const ED25519_PREFIX = fromGroups('302a 3005 0603 2b65 7003 2100');
const PEM = /^-----BEGIN PUBLIC KEY-----\n((?:[A-Za-z0-9+/=]{1,64}\n)+)-----END PUBLIC KEY-----\n$/;

// FIPS 186-5 / SP 800-186 §3.2.1.3: field, coefficient b and order of P-256.
const P256_P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
// RFC 8032 §5.1: field and order of edwards25519, and the y of its points of order 8.
const ED25519_P = 2n ** 255n - 19n;
const ED25519_L = 2n ** 252n + 0x14def9dea2f79cd65812631a5cf5d3edn;
const ED25519_Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const LOW_ORDER_Y = new Set([0n, 1n, ED25519_P - 1n, ED25519_Y8, ED25519_P - ED25519_Y8]);

const toInteger = (bytes) => BigInt(`0x${toHex(bytes) || '0'}`);
const toIntegerLittleEndian = (bytes) => toInteger(Uint8Array.from(bytes).reverse());

/** Read a key; return its DER, algorithm, fingerprint and key id. */
async function loadKey(pem) {
  const text = decodeText(pem);
  if (text === null || !text.includes('-----BEGIN PUBLIC KEY-----')) throw new Refusal('MN406');
  const body = PEM.exec(text);
  const der = body && fromBase64(body[1].replaceAll('\n', ''));
  if (!der || writePem(der) !== text) throw new Refusal('MN420');
  const algorithm = algorithmOf(der);
  const digest = await sha256(der);
  return { der, pem, algorithm, fingerprint: toHex(digest), keyid: toBase64(digest) };
}

function writePem(der) {
  const lines = toBase64(der).match(/.{1,64}/g) || [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
}

/** Tell the algorithm by the one encoding that each of the two types of key has. */
function algorithmOf(der) {
  if (startsWith(der, P256_PREFIX) && der.length === P256_PREFIX.length + 64) {
    const point = der.subarray(P256_PREFIX.length);
    if (!isOnP256(toInteger(point.subarray(0, 32)), toInteger(point.subarray(32)))) {
      throw new Refusal('MN406');
    }
    return 'ecdsa-p256';
  }
  if (startsWith(der, ED25519_PREFIX) && der.length === ED25519_PREFIX.length + 32) {
    if (isWeakEd25519(der.subarray(ED25519_PREFIX.length))) throw new Refusal('MN407');
    return 'ed25519';
  }
  throw new Refusal('MN402', { type: '?' });
}

const startsWith = (bytes, prefix) => equalBytes(bytes.subarray(0, prefix.length), prefix);

/** y² = x³ - 3x + b: a point of another curve leaks or forges (invalid-curve attack). */
function isOnP256(x, y) {
  if (x >= P256_P || y >= P256_P) return false;
  return (y * y - (x * x * x - 3n * x + P256_B)) % P256_P === 0n;
}

/** Under a key of low order one signature fits many messages (CCTV, `low_order_A`). */
function isWeakEd25519(raw) {
  const y = toIntegerLittleEndian(raw) & (2n ** 255n - 1n);
  return y >= ED25519_P || LOW_ORDER_Y.has(y);
}

/** Tell whether `signature` is this key's over `message`. */
async function verifySignature(key, signature, message) {
  const isP256 = key.algorithm === 'ecdsa-p256';
  const raw = isP256 ? rawEcdsa(signature) : rawEd25519(signature);
  if (raw === null) return false;
  const imported = await importKey(
    key,
    isP256 ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' },
  );
  const how = isP256 ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'Ed25519' };
  return crypto.subtle.verify(how, imported, raw, message);
}

async function importKey(key, how) {
  try {
    return await crypto.subtle.importKey('spki', key.der, how, false, ['verify']);
  } catch (error) {
    // An old browser knows no Ed25519. That says nothing about the bundle.
    if (how.name === 'Ed25519') throw new Undecided('no_ed25519');
    throw new Refusal('MN406');
  }
}

/** Return r‖s of a DER signature (X.690, RFC 3279 §2.2.3); null unless it is DER and in range. */
function rawEcdsa(der) {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const first = readDerInteger(der, 2);
  const second = first && readDerInteger(der, first.end);
  if (!second || second.end !== der.length) return null;
  const isInRange = [first, second].every(({ value }) => value > 0n && value < P256_N);
  return isInRange ? joinBytes(to32Bytes(first.value), to32Bytes(second.value)) : null;
}

function readDerInteger(der, at) {
  const end = at + 2 + der[at + 1];
  const body = der.subarray(at + 2, end);
  if (der[at] !== 0x02 || !(end <= der.length) || body.length < 1 || body.length > 33) return null;
  // Negative, or longer than it must be: BER that some libraries take.
  if (body[0] & 0x80 || (body.length > 1 && body[0] === 0 && !(body[1] & 0x80))) return null;
  return { value: toInteger(body), end };
}

const to32Bytes = (value) => fromHex(value.toString(16).padStart(64, '0'));

/** Return an Ed25519 signature whose S is reduced and whose R is canonical (RFC 8032 §5.1.7). */
function rawEd25519(signature) {
  if (signature.length !== 64) return null;
  const y = toIntegerLittleEndian(signature.subarray(0, 32)) & (2n ** 255n - 1n);
  const s = toIntegerLittleEndian(signature.subarray(32));
  return s < ED25519_L && y < ED25519_P ? signature : null;
}

/** Read a fingerprint as people write it: hex with blanks or colons, or a base64 key id. */
function parsePin(text) {
  const bare = text
    .trim()
    .replace(/^sha256:/i, '')
    .trim();
  const digits = bare.normalize('NFKC').replace(/[\s:-]/g, '');
  if (/^[0-9A-Fa-f]{64}$/.test(digits)) return digits.toLowerCase();
  const decoded = fromBase64(bare);
  return decoded && decoded.length === 32 ? toHex(decoded) : null;
}
