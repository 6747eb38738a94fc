// JSON that every reader reads the same way, or none at all. JSON.parse takes the last of two equal
// keys, turns 1e999 into Infinity and rounds 2^53 + 1; whoever judges must refuse all of that.

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_JSON_DEPTH = 32;
const MAX_INTEGER_DIGITS = 16;
const BLANKS = ' \t\n\r';
const WORDS_OF_JSON = { true: true, false: false, null: null };

/** Read one value. Objects have no prototype, so that no key means anything but itself. */
function parseJson(bytes) {
  const text = bytes.length > MAX_JSON_BYTES ? null : decodeText(bytes);
  if (text === null || text.startsWith('\ufeff')) throw new Refusal('MN427', { line: 0, column: 0 });
  const reader = { text, at: 0 };
  skipBlanks(reader);
  const value = readValue(reader, 0);
  skipBlanks(reader);
  if (reader.at !== text.length) fail(reader);
  return value;
}

/** Read a value, and make sure that its bytes are its RFC 8785 form. */
function parseCanonical(bytes) {
  const value = parseJson(bytes);
  if (!isCanonical(value, bytes)) throw new Refusal('MN428');
  return value;
}

function isCanonical(value, bytes) {
  return equalBytes(encodeText(canonical(value)), bytes);
}

/** Write a value as RFC 8785 does, for integers and ASCII keys; other keys have no form here. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  // eslint-disable-next-line no-control-regex
  if (keys.some((key) => !/^[\x00-\x7f]*$/.test(key))) throw new Refusal('MN428');
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

function fail(reader) {
  const before = reader.text.slice(0, reader.at).split(/\r\n?|\n/);
  throw new Refusal('MN427', { line: before.length, column: before[before.length - 1].length + 1 });
}

function skipBlanks(reader) {
  while (reader.at < reader.text.length && BLANKS.includes(reader.text[reader.at])) reader.at += 1;
}

function readValue(reader, depth) {
  const first = reader.text[reader.at];
  if (first === '{') return readObject(reader, depth + 1);
  if (first === '[') return readList(reader, depth + 1);
  if (first === '"') return readString(reader);
  return readWord(reader) ?? readInteger(reader);
}

function readObject(reader, depth) {
  const value = Object.create(null);
  const folds = new Set();
  readMembers(reader, depth, '}', () => {
    const start = reader.at;
    if (reader.text[start] !== '"') fail(reader);
    const key = readString(reader);
    // Go takes STATUS for status: two keys with one fold are one key to some reader.
    if (folds.has(fold(key))) {
      reader.at = start;
      fail(reader);
    }
    folds.add(fold(key));
    skipBlanks(reader);
    take(reader, ':');
    skipBlanks(reader);
    value[key] = unwrapNull(readValue(reader, depth));
  });
  return value;
}

function readList(reader, depth) {
  const value = [];
  readMembers(reader, depth, ']', () => value.push(unwrapNull(readValue(reader, depth))));
  return value;
}

/** Read what stands between brackets, separated by commas. */
function readMembers(reader, depth, closing, readMember) {
  if (depth > MAX_JSON_DEPTH) fail(reader);
  reader.at += 1;
  skipBlanks(reader);
  if (reader.text[reader.at] !== closing) {
    for (;;) {
      readMember();
      skipBlanks(reader);
      if (reader.text[reader.at] !== ',') break;
      reader.at += 1;
      skipBlanks(reader);
    }
  }
  take(reader, closing);
}

function take(reader, character) {
  if (reader.text[reader.at] !== character) fail(reader);
  reader.at += 1;
}

function readString(reader) {
  const { text, at } = reader;
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  let value;
  try {
    value = JSON.parse(text.slice(at, end + 1)); // one string: no keys, no numbers
  } catch {
    fail(reader);
  }
  if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) fail(reader);
  reader.at = end + 1;
  return value;
}

// `??` must tell "no word here" from the word null.
const NULL = Symbol('null');
const unwrapNull = (value) => (value === NULL ? null : value);

function readWord(reader) {
  for (const [word, value] of Object.entries(WORDS_OF_JSON)) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length;
      return value === null ? NULL : value;
    }
  }
  return undefined;
}

function readInteger(reader) {
  const pattern = /-?(?:0|[1-9][0-9]*)/y;
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (!found || /[.eE]/.test(reader.text[reader.at + found[0].length] || '')) fail(reader);
  const isShort = found[0].replace('-', '').length <= MAX_INTEGER_DIGITS;
  if (!isShort || !Number.isSafeInteger(Number(found[0]))) fail(reader);
  reader.at += found[0].length;
  return Number(found[0]);
}
