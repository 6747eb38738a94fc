// Bytes, and the ways to write them. Everything here is exact: one value has one spelling.

/** A reason for which a check does not pass: a code of the program, and what its sentence shows. */
class Refusal extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** Nothing is wrong, but this page cannot know: the check is unknown. */
class Undecided extends Refusal {}

const UTF8 = new TextEncoder();
// ignoreBOM keeps a byte order mark, so that it can be refused instead of being dropped.
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Int8Array(128).fill(-1);
for (let at = 0; at < 64; at += 1) BASE64_VALUES[BASE64.charCodeAt(at)] = at;

const encodeText = (text) => UTF8.encode(text);

/** Return the text of UTF-8 bytes, or null if they are none (overlong forms and surrogates too). */
function decodeText(bytes) {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return null;
  }
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));

const isSha256 = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function equalBytes(left, right) {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

async function sha256(bytes) {
  // Only pages from a file or over HTTPS have it; without it nothing can be said.
  if (!globalThis.crypto?.subtle) throw new Undecided('no_webcrypto');
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

const sha256Hex = async (bytes) => toHex(await sha256(bytes));

/** Encode as base64 (RFC 4648 §4, with padding). */
function toBase64(bytes) {
  const text = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [first, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => BASE64[(group >> shift) & 63]);
    const padding = Math.max(0, at + 3 - bytes.length);
    text.push(digits.slice(0, 4 - padding).join('') + '='.repeat(padding));
  }
  return text.join('');
}

/** Decode base64 of one spelling (padded, standard, no stray bits); null for any other text. */
function fromBase64(text) {
  if (text.length % 4) return null;
  // `atob` forgives blanks, missing padding and stray bits: two texts would mean one signature.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let buffer = 0;
  let bits = 0;
  let end = 0;
  for (let at = 0; at < digits; at += 1) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? BASE64_VALUES[code] : -1;
    if (value < 0) return null;
    buffer = ((buffer << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[end] = (buffer >> bits) & 255;
      end += 1;
    }
  }
  return buffer & ((1 << bits) - 1) ? null : bytes;
}

/** Order texts by code point, which is the order of their UTF-8 bytes; `<` orders by UTF-16. */
function byCodePoint(left, right) {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return left.length - right.length;
}

/** A surrogate stands for a code point above all others. */
const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** What a name and its look-alikes have in common: NFKC, case folding, NFKC (Unicode §3.13). */
function fold(name) {
  const folded = Array.from(name.normalize('NFKC'), foldCharacter).join('');
  return folded.normalize('NFKC');
}

function foldCharacter(character) {
  // The dotless i folds to itself, although its upper case is that of i.
  if (character === '\u0131') return character;
  return character.toLowerCase().toUpperCase().toLowerCase();
}
