// What is said, and in which language. Whatever comes from a bundle becomes text here, and its
// hidden characters become visible, so that no name can reorder or hide what stands beside it.

const LANGUAGES = ['ja', 'en'];
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const LISTED = 12;
const TITLE_TABLES = {
  kind: 'kinds',
  other: 'kinds',
  register: 'kinds',
  population: 'populations',
  scope: 'scopes',
};
const PERIODS = ['max_age', 'within'];
const UNITS = { Y: 'year', M: 'month', W: 'week', D: 'day' };

let language = navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';

/** Return a text with control, format and bidirectional characters (Unicode TR 36) as \uXXXX. */
const visible = (text) => String(text).replace(HIDDEN, escapeCharacter);

function escapeCharacter(character) {
  const digits = character.codePointAt(0).toString(16);
  return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}

/** Put values into the places of a sentence; one without a value stays, and is seen. */
function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) =>
    Object.hasOwn(values, name) ? visible(values[name]) : place,
  );
}

const say = (key, values) => fill(WORDS[language].page[key], values);

const checkName = (id) => WORDS[language].checks[id] ?? id;

const statusWord = (id) => WORDS[language].status[id] ?? visible(id);

/** Return the reason of a check: a sentence of the program, or one of this page. */
function reasonOf({ code, values }, part = 'text') {
  const sentences = WORDS[language].codes[code];
  const named = { ...values, ...(values?.check ? { check: checkName(values.check) } : {}) };
  if (sentences) return begun(fill(sentences[part], named));
  return part === 'text' ? say(`reason_${code}`, named) : '';
}

/** English sentences of the program begin in lower case, because they follow a code there. */
const begun = (sentence) =>
  language === 'en' ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence;

const grouped = (fingerprint) => fingerprint.match(/.{1,4}/g).join(' ');

const inLanguage = (text) => (text && text[language] ? String(text[language]).split(/\s+/).join(' ') : '');

/** Return the titles of the bundled catalog by id; none if it cannot be read. */
function readTitles(catalog) {
  const titles = { controls: new Map(), kinds: new Map(), populations: new Map(), scopes: new Map() };
  if (catalog === null) return titles;
  try {
    const value = parseJson(catalog);
    const tables = { ...value, scopes: value.catalog?.scopes };
    for (const [table, found] of Object.entries(titles)) {
      for (const each of tables[table] ?? []) if (isObject(each.title)) found.set(each.id, each.title);
    }
  } catch {
    // A catalog that is no strict JSON is shown by its ids: it decides nothing on this page.
  }
  return titles;
}

/** Return what a gap, a remark or a waiver says. */
function sentenceOf({ code, values }, titles, paths) {
  const sentences = WORDS[language].codes[code];
  if (!sentences) return visible(code);
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    valueInWords(name, value, titles, paths),
  ]);
  const shown = Object.fromEntries(entries);
  const relation = WORDS[language].report[`relation_${values.op}`];
  if (relation) shown.op = fill(relation, shown);
  return begun(fill(sentences.text, shown));
}

/** Return why a file is of no use. A status has no values, so a sentence that needs some stays a code. */
function problemOf(code) {
  const text = WORDS[language].codes[code]?.text ?? '';
  return text && !text.includes('{') ? `${begun(text)} (${code})` : visible(code);
}

function valueInWords(name, value, titles, paths) {
  const parts = (Array.isArray(value) ? value : [value]).map((part) =>
    wordOf(name, String(part), titles, paths),
  );
  const shown = parts.slice(0, LISTED);
  if (parts.length > shown.length) shown.push(say('and_more', { count: parts.length - shown.length }));
  return shown.join(say('list_separator'));
}

/** Return one value: the title for an id, words for a period, a path for a leaf, else itself. */
function wordOf(name, value, titles, paths) {
  const words = WORDS[language].report;
  if (Object.hasOwn(TITLE_TABLES, name)) {
    if (value === 'organization') return words.organization_file;
    return inLanguage(titles[TITLE_TABLES[name]].get(value)) || value;
  }
  if (PERIODS.includes(name)) return periodInWords(value) || value;
  if (name === 'pointer' && !value) return words.whole_document;
  return pathInWords(value, paths);
}

/** Return `P12M` as `12 months`, `12か月`. */
function periodInWords(period) {
  const words = WORDS[language].report;
  const parts = Array.from(period.matchAll(/([0-9]+)([YMWD])/g), ([, count, unit]) =>
    fill(words[count === '1' ? UNITS[unit] : `${UNITS[unit]}s`], { count }),
  );
  return parts.reduce((first, second) => (first ? fill(words.period_join, { first, second }) : second), '');
}

/** A status names files by their leaves; say the path if it is shown, else that it is not. */
function pathInWords(value, paths) {
  const found = /^leaf:([0-9]+)( \(.*)?$/s.exec(value); // with a field of the file behind it: MN229
  return found ? leafInWords(Number(found[1]), paths) + (found[2] ?? '') : value;
}

const leafInWords = (index, paths) => paths.get(index) ?? say('withheld_leaf', { index });
