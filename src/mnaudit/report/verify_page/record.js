// A text for the working papers, and the button that copies it.

/** Show the record of one examination: its file, digest, result, time and pin. */
function makeRecord(examination) {
  const text = recordText(examination);
  const area = make('textarea', '');
  area.id = 'record';
  area.readOnly = true;
  area.rows = text.split('\n').length;
  area.value = text;
  area.setAttribute('aria-label', say('record'));
  const told = make('span', 'told');
  told.setAttribute('role', 'status');
  const button = makeButton(say('copy'), async () => {
    told.textContent = say((await copy(area)) ? 'copied' : 'copy_by_hand');
  });
  return makePart(
    say('record'),
    make('p', 'note', say('record_note')),
    make('p', 'actions', button, told),
    area,
  );
}

async function copy(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.focus();
    area.select();
    return document.execCommand('copy');
  }
}

function recordText({ file, digest, examined, at, pin }) {
  const { status, fingerprint, checks, verdict, leaves } = examined;
  const troubles = checks.filter(
    (check) => check.code && check.outcome !== 'not-applicable' && check.code !== 'MN439',
  );
  const lines = [
    say('record_title', { version: VERSION }),
    say('record_file', { name: file.name, size: file.size }),
    say('record_sha256', { sha256: digest || '-' }),
    say('record_time', { time: localTime(at) }),
    say('record_verdict', { verdict, word: say(`verdict_${verdict}`) }),
    say('record_fingerprint', { fingerprint: fingerprint ? grouped(fingerprint) : '-' }),
    say('record_pin', { pin: pin ? grouped(pin) : say('record_no_pin') }),
  ];
  if (status) {
    lines.push(
      say('record_organization', {
        name: status.organization.name,
        number: status.organization.corporate_number,
      }),
      say('record_status', {
        as_of: status.as_of,
        catalog: `${status.catalog.id} ${status.catalog.version}`,
        minimum: statusWord(`tier_${status.tiers.minimum.status}`),
        optional: statusWord(`tier_${status.tiers.optional.status}`),
      }),
      say('record_files', {
        count: leaves.length,
        total: status.manifest.size,
        wrong: leaves.filter((leaf) => stateOf(leaf, examined) !== 'match').length,
      }),
      say('record_manifest', { sha256: status.manifest.payload_sha256 }),
    );
  }
  for (const check of troubles)
    lines.push(say('record_check', { check: checkName(check.id), reason: reasonOf(check) }));
  lines.push(say('record_limits'));
  return lines.map(visible).join('\n');
}

/** Return the time of the computer with its offset, as ISO 8601 writes it. */
function localTime(at) {
  const offset = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + offset * 60000).toISOString().slice(0, 19);
  const digits = (value) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${digits(offset / 60)}:${digits(offset % 60)}`;
}
