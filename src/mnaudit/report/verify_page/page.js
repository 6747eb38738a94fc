// The page: takes a file and a fingerprint, and shows what was found. It decides nothing itself.

const current = { file: null, digest: '', examined: null, at: null, turn: 0 };
const byId = (id) => document.getElementById(id);

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => changeLanguage(button.dataset.language));
}
byId('file').addEventListener(
  'change',
  guarded((event) => takeFile(event.target.files[0])),
);
byId('pin').addEventListener('input', guarded(verify));
byId('partial').addEventListener('change', guarded(verify));
for (const kind of ['dragover', 'drop']) {
  // Without this the browser would leave the page and open the file.
  document.addEventListener(kind, (event) => event.preventDefault());
}
document.addEventListener('dragover', () => byId('drop').classList.add('over'));
document.addEventListener('dragleave', () => byId('drop').classList.remove('over'));
document.addEventListener(
  'drop',
  guarded((event) => {
    byId('drop').classList.remove('over');
    return takeFile(event.dataTransfer.files[0]);
  }),
);
// For tests and scripts: the same examination, without the page.
Object.defineProperty(globalThis, 'mnauditVerify', { value: verifyBytes });
changeLanguage(language);

/** Verify the bytes of a bundle; `pin` as people write it, or null. */
async function verifyBytes(bytes, pin = null, partial = false) {
  const parsed = pin === null ? null : parsePin(pin);
  if (pin !== null && parsed === null) throw new TypeError('pin');
  const { verdict, checks } = await examine(new Uint8Array(bytes), parsed, partial);
  return { verdict, checks };
}

function changeLanguage(chosen) {
  language = LANGUAGES.includes(chosen) ? chosen : 'ja';
  document.documentElement.lang = language;
  document.title = say('title');
  for (const element of document.querySelectorAll('[data-word]'))
    element.textContent = say(element.dataset.word, { version: VERSION });
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  }
  if (current.examined) show();
}

async function takeFile(file) {
  if (!file) return;
  current.file = { name: file.name, size: file.size, bytes: null };
  current.examined = null;
  byId('result').replaceChildren();
  byId('verdict').replaceChildren(make('p', 'working', say('working')));
  // Read once: what is checked is what is shown, even if the file changes meanwhile.
  if (file.size <= MAX_PAGE_BYTES) current.file.bytes = new Uint8Array(await file.arrayBuffer());
  await verify();
}

async function verify() {
  const typed = byId('pin').value.trim();
  const pin = typed ? parsePin(typed) : null;
  byId('pin-error').hidden = !typed || pin !== null;
  byId('pin').setAttribute('aria-invalid', String(Boolean(typed) && pin === null));
  if (!current.file) return;
  current.turn += 1;
  const turn = current.turn;
  const found = await examineFile(current.file, pin, byId('partial').checked);
  // A slower examination must not overwrite the verdict of a later one.
  if (turn !== current.turn) return;
  Object.assign(current, found, { at: new Date(), pin });
  show();
}

/** Do something, and let no error leave an older verdict on the page. */
function guarded(act) {
  return (event) => act(event).catch(showFailure);
}

async function examineFile({ bytes }, pin, partial) {
  if (!bytes) return { digest: '', examined: unexamined('too_large', { limit: '50 MB' }) };
  if (!globalThis.crypto?.subtle) return { digest: '', examined: unexamined('no_webcrypto') };
  return { digest: await sha256Hex(bytes), examined: await examine(bytes, pin, partial) };
}

/** The result for a file that was not looked at. */
function unexamined(code, values = {}) {
  const checks = [{ id: 'container', outcome: 'unknown', code, values }];
  return { verdict: 'INDETERMINATE', checks, ...handOut({ established: new Set() }, checks) };
}

/** Show verdict and result together, or neither: half of it could mislead. */
function show() {
  const { examined } = current;
  const titles = readTitles(examined.catalog);
  const paths = new Map(examined.leaves.map((leaf) => [leaf.index, shortPath(leaf.path)]));
  const verdict = makeVerdict(examined);
  const parts = [
    makeLimits(examined),
    makeSigner(examined),
    ...(examined.status ? makeClaims(examined, titles, paths) : []),
    makeChecks(examined),
    makeFiles(examined),
    makeRecord(current),
  ];
  byId('verdict').replaceChildren(verdict);
  byId('result').replaceChildren(...parts.filter(Boolean));
}

function showFailure(error) {
  byId('verdict').replaceChildren(make('p', 'warn', say('reason_unexpected', { detail: error })));
  byId('result').replaceChildren();
}
