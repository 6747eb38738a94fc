// A strict reader of the container: every header must be the one that follows from name, size and
// check sum, and the members must tile the file. Lenient readers keep the last of two equal names
// and believe one header while another tool believes the other. See docs/spec/bundle-v1.md.

const MAX_PAGE_BYTES = 50 * 1024 * 1024;
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;
const MAX_MEMBER_BYTES = 64 * 1024 * 1024;
const MAX_SIGNED_BYTES = 16 * 1024 * 1024;
const MAX_KEY_BYTES = 8 * 1024;
const MAX_MEMBERS = 20000;
const MAX_NAME_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

const FORBIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\\:*?"<>|\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?$/i;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

// Nothing larger than this is read into memory.
function limitOf(name) {
  if (name === 'signer.pub.pem') return MAX_KEY_BYTES;
  const signed = name === 'disclosure.json' || /^[^/]+\.sigstore\.json$/.test(name);
  return signed || name.startsWith('trust/') ? MAX_SIGNED_BYTES : MAX_MEMBER_BYTES;
}

/** Read a container from end to end; return its members by name, in their order. */
function openArchive(bytes) {
  if (bytes.length > MAX_TOTAL_BYTES) throw tooLarge('bytes', MAX_TOTAL_BYTES);
  if (bytes.length > MAX_PAGE_BYTES) throw new Undecided('too_large', { limit: '50 MB' });
  const headers = readDirectory(bytes);
  refuseTwins(headers.map((header) => header.name));
  const members = new Map();
  for (const header of headers) members.set(header.name, readMember(bytes, header));
  return members;
}

const tooLarge = (what, limit) => new Refusal('MN414', { what, limit });
const noContainer = (field) => new Refusal('MN410', { field });
const badHeader = (member, field) => new Refusal('MN411', { member, field });
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readDirectory(bytes) {
  const endAt = bytes.length - END_BYTES;
  if (endAt < 0) throw noContainer('size');
  const end = bytes.subarray(endAt);
  const fields = viewOf(end);
  const [count, length, start] = [
    fields.getUint16(10, true),
    fields.getUint32(12, true),
    fields.getUint32(16, true),
  ];
  if (!equalBytes(end, endRecord(count, length, start))) throw noContainer('end record');
  if (count > MAX_MEMBERS) throw tooLarge('members', MAX_MEMBERS);
  // Bytes before or between, ZIP64, or a signature block.
  if (start + length !== endAt) throw noContainer('central directory');
  const headers = readHeaders(bytes.subarray(start, endAt), count);
  let due = 0;
  for (const header of headers) {
    // A gap, an overlap, a prefix, or another order.
    if (header.offset !== due) throw badHeader(header.name, 'offset');
    due += LOCAL_BYTES + header.rawName.length + header.size;
  }
  if (due !== start) throw noContainer('central directory');
  return headers;
}

function readHeaders(directory, count) {
  const headers = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    const header = readHeader(directory.subarray(at));
    headers.push(header);
    at += CENTRAL_BYTES + header.rawName.length;
  }
  if (at !== directory.length) throw noContainer('central directory');
  return headers;
}

function readHeader(rest) {
  if (rest.length < CENTRAL_BYTES) throw noContainer('central directory');
  const fields = viewOf(rest);
  const length = fields.getUint16(28, true);
  const raw = rest.subarray(0, CENTRAL_BYTES + length);
  if (raw.length !== CENTRAL_BYTES + length) throw noContainer('central directory');
  const rawName = raw.subarray(CENTRAL_BYTES);
  const header = {
    name: readName(rawName),
    rawName,
    crc: fields.getUint32(16, true),
    size: fields.getUint32(24, true),
    offset: fields.getUint32(42, true),
  };
  // Method, flags, time, attributes (links!), extra fields: all follow from the specification.
  if (!equalBytes(raw, centralHeader(header))) throw badHeader(header.name, 'central header');
  const limit = limitOf(header.name);
  if (header.size > limit) throw tooLarge(header.name, limit);
  return header;
}

function readMember(bytes, header) {
  const start = header.offset + LOCAL_BYTES + header.rawName.length;
  const local = bytes.subarray(header.offset, start);
  if (!equalBytes(local, localHeader(header))) throw badHeader(header.name, 'local header');
  const data = bytes.subarray(start, start + header.size);
  if (data.length !== header.size || crc32(data) !== header.crc) {
    throw new Refusal('MN415', { member: header.name });
  }
  return data;
}

function readName(raw) {
  const name = decodeText(raw);
  if (name === null) throw new Refusal('MN412', { member: '?', rule: 'encoding' });
  const rule = nameDefect(name);
  if (rule) throw new Refusal('MN412', { member: name, rule });
  return name;
}

/** Return why some system would not keep this name as it is, or null if all would. */
function nameDefect(name) {
  if (name.normalize('NFC') !== name) return 'normalization';
  if (encodeText(name).length > MAX_NAME_BYTES) return 'length';
  if (FORBIDDEN.test(name)) return 'character';
  for (const segment of name.split('/')) {
    // An absolute path and a folder entry have an empty segment.
    if (!segment || /[. ]$/.test(segment)) return 'segment';
    if (encodeText(segment).length > MAX_SEGMENT_BYTES) return 'length';
    if (DEVICE.test(segment)) return 'device';
  }
  return null;
}

/** Refuse two names that some system takes for one, or for a file and its folder. */
function refuseTwins(names) {
  const twin = findTwin(names);
  if (twin) throw new Refusal('MN413', { other: twin[0], member: twin[1] });
}

function findTwin(names) {
  const files = new Map();
  const folders = new Map();
  for (const name of names) {
    const folded = fold(name);
    const parents = foldersOf(folded);
    const parent = parents.find((folder) => files.has(folder));
    const twin = files.get(folded) ?? folders.get(folded) ?? files.get(parent);
    if (twin !== undefined) return [twin, name];
    files.set(folded, name);
    for (const folder of parents) folders.set(folder, name);
  }
  return null;
}

function foldersOf(path) {
  const folders = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

function crc32(data) {
  let crc = 0xffffffff;
  for (let at = 0; at < data.length; at += 1) crc = CRC_TABLE[(crc ^ data[at]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// The headers as PKWARE APPNOTE 6.3.10 §4.3.7, §4.3.12 and §4.3.16 lay them out: [bytes, value].
const TIME_AND_NAME = [
  [2, 0x0800],
  [2, 0],
  [2, 0],
  [2, 0x0021],
];

function localHeader({ rawName, size, crc }) {
  return layOut(
    [[4, 0x04034b50], [2, 20], ...TIME_AND_NAME, [4, crc], [4, size], [4, size], [2, rawName.length], [2, 0]],
    rawName,
  );
}

function centralHeader({ rawName, size, crc, offset }) {
  return layOut(
    [
      [4, 0x02014b50],
      [2, 0x0314],
      [2, 20],
      ...TIME_AND_NAME,
      [4, crc],
      [4, size],
      [4, size],
      [2, rawName.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0o100644 * 0x10000],
      [4, offset],
    ],
    rawName,
  );
}

function endRecord(count, length, start) {
  return layOut([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, length],
    [4, start],
    [2, 0],
  ]);
}

/** Write numbers of 2 or 4 bytes, the lowest byte first, and a name behind them. */
function layOut(numbers, rawName = new Uint8Array()) {
  const bytes = [];
  for (const [width, value] of numbers) {
    for (let byte = 0; byte < width; byte += 1) bytes.push(Math.floor(value / 256 ** byte) % 256);
  }
  return joinBytes(Uint8Array.from(bytes), rawName);
}
