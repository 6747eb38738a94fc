// Has a signed value exactly the shape of the specification? The shapes are those of the models by
// which the program itself reads and writes (SHAPES, put in by verification_page.py).

const SHAPE_CHECKS = {
  text: (shape, value) =>
    typeof value === 'string' &&
    isWithin(shape, Array.from(value).length) &&
    (!shape.pattern || new RegExp(shape.pattern, 'u').test(value)),
  integer: (shape, value) => Number.isSafeInteger(value) && isWithin(shape, value),
  boolean: (shape, value) => typeof value === 'boolean',
  choice: (shape, value) => shape.of.includes(value),
  day: (shape, value) => isDay(value),
  instant: (shape, value) => isInstant(value),
  list: (shape, value) => Array.isArray(value) && isWithin(shape, value.length),
  map: (shape, value) =>
    isObject(value) &&
    Object.keys(value).every((key) => !shape.keys || findMisfit(shape.keys, key, '') === null),
  object: (shape, value) =>
    hasFields(value, shape.required, Object.keys(shape.fields)) && hasNoDefaults(shape, value),
  either: (shape, value) => shape.of.some((each) => findMisfit(each, value, '') === null),
};

/** Read a value that must fit, or refuse it by the name of the field that does not. */
function requireShape(name, value, field) {
  const misfit = findMisfit(SHAPES[name], value, field);
  if (misfit !== null) throw new Refusal('MN429', { field: misfit });
  return value;
}

/** Return the first field that does not fit, or null. */
function findMisfit(shape, value, field) {
  if (!SHAPE_CHECKS[shape.is](shape, value)) return field;
  for (const [key, inner, each] of childrenOf(shape, value)) {
    const misfit = findMisfit(inner, each, `${field}.${key}`);
    if (misfit !== null) return misfit;
  }
  return null;
}

function childrenOf(shape, value) {
  if (shape.is === 'list') return value.map((each, at) => [at, shape.each, each]);
  if (shape.is === 'map') return Object.entries(value).map(([key, each]) => [key, shape.each, each]);
  if (shape.is === 'object')
    return Object.entries(value).map(([key, each]) => [key, shape.fields[key], each]);
  return [];
}

/** What has no value is left out: a second spelling of the same claim is refused. */
function hasNoDefaults(shape, value) {
  return Object.keys(value).every(
    (key) => !(key in shape.defaults) || canonical(value[key]) !== canonical(shape.defaults[key]),
  );
}

const isWithin = ({ min = -Infinity, max = Infinity }, size) => size >= min && size <= max;

/** Tell whether a text is a calendar day from the year 1 on, as YYYY-MM-DD. */
function isDay(value) {
  const found = typeof value === 'string' && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1 && day >= 1 && day <= (lengths[month - 1] || 0);
}

function isInstant(value) {
  const found =
    typeof value === 'string' && /^(.{10})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/.exec(value);
  return Boolean(found) && isDay(found[1]);
}
