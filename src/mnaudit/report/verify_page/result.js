// The result, laid out: what was found becomes elements, and nothing is decided here.

const SHOWN_FILES = 2000;
const SHOWN_REASONS = 3;
const FOLDED = ['satisfied', 'not-applicable'];
// What the page says better than the program, because there are fields to fill in above.
const OWN_WORDS = { MN421: 'wrong_signer', MN422: 'unknown_signer', MN449: 'partial_unexpected' };

const shortPath = (path) => visible(isEvidence(path) ? path.slice(EVIDENCE.length) : path);

// The verdict

function makeVerdict(examined) {
  const { verdict } = examined;
  const title = make('p', 'title', say(`verdict_${verdict}`), make('span', 'name', verdict));
  const body = make('div', 'body', title, ...verdictSentences(examined).map((text) => make('p', '', text)));
  return make('div', `verdict ${verdict}`, makeMark(verdict, say(`verdict_${verdict}`)), body);
}

/** Say why, in whole sentences: the first reason of each kind that decided. */
function verdictSentences({ verdict, checks, leaves, disclosure, status }) {
  if (verdict === 'VALID') {
    const counts = { count: leaves.length, total: status.manifest.size };
    return [say(disclosure ? 'valid_partial' : 'valid_full', counts), say('valid_means')];
  }
  const wanted = verdict === 'INVALID' ? 'failed' : 'unknown';
  const reasons = checks.filter((check) => check.outcome === wanted && check.code !== 'MN439');
  // "No tampering was found" is said only if everything else was looked at.
  if (reasons.length === 1 && reasons[0].code === 'MN422') return [say('intact'), say('unknown_signer')];
  return reasons
    .slice(0, SHOWN_REASONS)
    .map((check) => (OWN_WORDS[check.code] ? say(OWN_WORDS[check.code], check.values) : reasonOf(check)));
}

function makeLimits({ notExamined, verdict }) {
  const items = ['limit_reevaluation', 'limit_policy', 'limit_time', 'limit_log'].map((key) => say(key));
  const members = notExamined.map(visible).join(say('list_separator'));
  const more = members ? make('p', '', say('limit_members', { members })) : null;
  const details = makeDetails(
    'limits',
    say('limits'),
    make('p', '', say('limits_lead')),
    makeList('points', items),
    more,
  );
  details.open = verdict === 'VALID';
  return details;
}

// The signer

function makeSigner({ fingerprint, algorithm, status, checks }) {
  if (!fingerprint) return null;
  const pin = checks.find((check) => check.id === 'pin');
  const digits = make('div', 'digits', ...fingerprint.match(/.{4}/g).map((group) => make('span', '', group)));
  const word = say(`pin_${pin.outcome}`);
  const compared = make('p', `compared ${pin.outcome}`, makeDecoration(pin.outcome), ` ${word}`);
  const name = status ? visible(status.organization.name) : say('signer_unread');
  return makePart(
    say('signer'),
    makeFacts([
      [say('organization'), name],
      ...(status ? [[say('corporate_number'), visible(status.organization.corporate_number)]] : []),
      [say('algorithm'), algorithm === 'ed25519' ? 'Ed25519' : 'ECDSA P-256 / SHA-256'],
    ]),
    make('p', 'term', say('fingerprint')),
    digits,
    compared,
  );
}

// What the status says

function makeClaims(examined, titles, paths) {
  return [
    makeSummary(examined),
    makeDisclosure(examined),
    makeMeasures(examined, titles, paths),
    makeExceptions(examined, titles, paths),
  ].filter(Boolean);
}

function makeSummary({ status, verdict }) {
  const { id, version, edition, tailored } = status.catalog;
  const facts = [
    [say('as_of'), status.as_of],
    ...(status.valid_until ? [[say('valid_until'), status.valid_until]] : []),
    [say('catalog'), visible(`${id} ${version} (${edition})`) + (tailored ? say('tailored') : '')],
    ...('sequence' in status ? [[say('sequence'), String(status.sequence)]] : []),
    ...(status.git ? [[say('commit'), make('code', '', status.git.commit)]] : []),
  ];
  const warning = verdict === 'VALID' ? null : make('p', 'warn', say('claims_unproven'));
  const cards = make(
    'div',
    'cards',
    makeCard(status.tiers.minimum, 'minimum'),
    makeCard(status.tiers.optional, 'optional'),
  );
  return makePart(say('summary'), warning, makeFacts(facts), make('p', 'note', say('self_check')), cards);
}

function makeCard(tier, name) {
  // Waived is not met, and is never called so.
  const isWaived = tier.status === 'satisfied' && tier.counts.waived > 0;
  const word = statusWord(isWaived ? 'tier_waived' : `tier_${tier.status}`);
  const counts = ['satisfied', 'not-satisfied', 'indeterminate', 'waived', 'not-applicable'].map((state) =>
    make(
      'div',
      tier.counts[state] ? '' : 'zero',
      make('dt', '', makeDecoration(state), ` ${statusWord(state)}`),
      make('dd', '', String(tier.counts[state])),
    ),
  );
  const note = tier.tailored ? make('p', 'note', say('tier_tailored')) : null;
  return make(
    'section',
    `card ${tier.status}`,
    make(
      'div',
      'said',
      makeMark(tier.status, word),
      make('div', '', make('h3', '', say(name)), make('p', '', begun(word))),
    ),
    make('dl', '', ...counts),
    note,
  );
}

function makeDisclosure({ disclosure, status, leaves }) {
  if (!disclosure) return null;
  const values = {
    recipient: disclosure.recipient,
    shown: leaves.length,
    total: status.manifest.size,
    withheld: status.manifest.size - leaves.length,
  };
  return makePart(say('disclosure'), make('p', '', say('disclosure_says', values)));
}

function makeMeasures(examined, titles, paths) {
  const groups = new Map();
  for (const finding of examined.status.findings) {
    groups.set(finding.control, [...(groups.get(finding.control) ?? []), finding]);
  }
  const rows = Array.from(groups, ([control, findings]) =>
    makeMeasure(control, findings, examined, titles, paths),
  );
  return makePart(say('measures'), make('p', 'note', say('measures_note')), make('ul', 'measures', ...rows));
}

/** A measure that is met is folded; what needs to be read stands open. */
function makeMeasure(control, findings, examined, titles, paths) {
  const title = make(
    'span',
    'title',
    make('span', 'id', visible(control)),
    ` ${inLanguage(titles.controls.get(control))}`,
  );
  const marks = findings.map((finding) =>
    makeMark(finding.status, `${say(`${finding.tier}_short`)} ${statusWord(finding.status)}`),
  );
  const summary = make('summary', '', make('span', 'marks', ...marks), title);
  const details = make(
    'details',
    '',
    summary,
    ...findings.map((finding) => makeFinding(finding, examined, titles, paths)),
  );
  details.open = !findings.every((finding) => FOLDED.includes(finding.status));
  return make('li', '', details);
}

function makeFinding(finding, examined, titles, paths) {
  const word = statusWord(finding.status);
  const gaps = (finding.gaps ?? []).map((gap) => sentenceOf(gap, titles, paths));
  const remarks = (finding.remarks ?? []).map((gap) => sentenceOf(gap, titles, paths));
  const used = (finding.evidence ?? []).map((index) => makeEvidence(index, examined));
  const due = finding.due_on ? say('due_on', { day: finding.due_on }) : '';
  return make(
    'div',
    'finding',
    makeMark(finding.status, word),
    make(
      'div',
      'body',
      make(
        'p',
        '',
        make('span', 'tier', say(`${finding.tier}_short`)),
        ` ${word} `,
        make('span', 'note', due),
      ),
      gaps.length ? makeList('points gaps', gaps) : null,
      remarks.length
        ? makeDetails('', say('remarks', { count: remarks.length }), makeList('points', remarks))
        : null,
      used.length > 3
        ? makeDetails('', say('evidence_count', { count: used.length }), makeList('files', used))
        : used.length
          ? makeList('files', used)
          : null,
    ),
  );
}

function makeEvidence(index, examined) {
  const leaf = examined.leafAt.get(index);
  return leaf
    ? makeFile(leaf, examined)
    : make(
        'li',
        '',
        makeMark('withheld', say('file_withheld')),
        make('span', 'path', say('withheld_leaf', { index })),
      );
}

function makeExceptions({ status, leaves, disclosure }, titles, paths) {
  const waivers = (status.waivers ?? []).map(
    (waiver) =>
      `${visible(waiver.control)} (${say(`${waiver.tier}_short`)}) ${sentenceOf(waiver, titles, paths)}`,
  );
  const problems = status.problems.map(
    ({ path, code }) => `${visible(pathInWords(path, paths))}: ${problemOf(code)}`,
  );
  const withheld = disclosure ? [say('withheld_count', { count: status.manifest.size - leaves.length })] : [];
  const blocks = [
    ['waivers', waivers],
    ['problems', problems],
    ['withheld', withheld],
  ].filter(([, items]) => items.length);
  const shown = blocks.flatMap(([key, items]) => [make('h3', '', say(key)), makeList('points', items)]);
  return makePart(say('exceptions'), ...(shown.length ? shown : [make('p', '', say('exceptions_none'))]));
}

// Checks and files

function makeChecks({ checks }) {
  const items = checks.map((check, at) => {
    const reason = check.code ? make('span', 'reason', reasonOf(check), ...remedyOf(check)) : null;
    const word = say(`outcome_${check.outcome}`);
    return make(
      'li',
      check.outcome,
      makeMark(check.outcome, word),
      make('span', '', `${at + 1}. ${checkName(check.id)}`, reason),
    );
  });
  const left = LEFT_OUT.map(checkName).join(say('list_separator'));
  const failed = checks.filter((check) => check.outcome === 'failed').length;
  const passed = checks.filter((check) => check.outcome === 'passed').length;
  const title = say('checks', { passed, failed, count: checks.length });
  const details = makeDetails(
    '',
    title,
    make('ol', 'checks', ...items),
    make('p', 'note', say('checks_left_out', { checks: left })),
  );
  details.open = failed > 0;
  return makePart(say('checks_title'), details);
}

function remedyOf(check) {
  const remedy = check.outcome === 'failed' ? reasonOf(check, 'remedy') : '';
  return remedy ? [make('span', 'remedy', remedy)] : [];
}

function makeFiles(examined) {
  const { leaves, members } = examined;
  if (!leaves.length) return null;
  const declared = new Set(leaves.map((leaf) => leaf.path));
  const added = [...members.keys()].filter((name) => isEvidence(name) && !declared.has(name));
  const wrong = leaves.filter((leaf) => stateOf(leaf, examined) !== 'match').length + added.length;
  const items = leaves.slice(0, SHOWN_FILES).map((leaf) => makeFile(leaf, examined, true));
  const more =
    leaves.length > SHOWN_FILES
      ? [make('li', '', say('and_more', { count: leaves.length - SHOWN_FILES }))]
      : [];
  const extra = added
    .slice(0, SHOWN_FILES)
    .map((name) =>
      make(
        'li',
        '',
        makeMark('added', say('file_added')),
        make('span', 'path', visible(name)),
        ` ${say('file_added')}`,
      ),
    );
  const title = say('files_count', { count: leaves.length, wrong });
  const details = makeDetails('', title, makeList('files', [...extra, ...items, ...more]));
  details.open = wrong > 0;
  return makePart(say('files'), details);
}

function stateOf(leaf, examined) {
  if (!examined.members.has(leaf.path)) return 'missing';
  return isAsSigned(examined, leaf) ? 'match' : 'changed';
}

function makeFile(leaf, examined, isFull = false) {
  const state = stateOf(leaf, examined);
  const word = say(`file_${state}`);
  const digest = isFull ? leaf.sha256 : leaf.sha256.slice(0, 12);
  const save = state === 'match' ? makeButton(say('save'), () => saveFile(leaf, examined)) : null;
  save?.setAttribute('aria-label', say('save_file', { path: leaf.path }));
  return make(
    'li',
    state,
    makeMark(state, word),
    make('span', 'path', shortPath(leaf.path)),
    make('code', '', digest),
    state === 'match' ? null : make('b', '', word),
    save,
  );
}

/** Hand out the very bytes that were checked, as a file that no program opens by itself. */
function saveFile(leaf, { members }) {
  const address = URL.createObjectURL(
    new Blob([members.get(leaf.path)], { type: 'application/octet-stream' }),
  );
  const link = make('a', '');
  link.href = address;
  link.download = leaf.path.split('/').at(-1);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
