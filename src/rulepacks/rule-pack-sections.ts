import type { Deadline, RulePack, Text } from '@app/rulepacks';
import type { Language } from '@app/sdk';
import type { Say } from './rule-pack-words.js';

/** One rule as a page shows it. `value` null: the regime has not published it. */
export interface Row {
  readonly code: string;
  readonly name: string;
  readonly value: string | null;
  readonly source: string;
}

/** `rows` null: the regime has not published, or has not got, anything of this kind. */
export interface Section {
  readonly key: string;
  readonly rows: readonly Row[] | null;
}

/** The rules of a pack in the order in which people read them: one row for each source that the pack states. */
export function sectionsOf(pack: RulePack, language: Language, say: Say): Section[] {
  const tell = (text: Text): string => (language === 'en' ? text.en : text.zh);
  const told = { pack, say, tell };
  const { nature, particulars = [], duties = [] } = pack;
  const row = (code: string, name: string, value: string | null, source: string): Row => ({
    code,
    name,
    value,
    source,
  });
  const listed = (key: string, rows: readonly Row[]): Section => ({ key, rows: rows.length > 0 ? rows : null });
  return [
    listed('nature', [row(nature.kind, say(nature.kind), tell(nature.text), nature.source)]),
    listed(
      'particulars',
      particulars.map(({ topic, text, source }) => row(topic, say(topic), tell(text), source)),
    ),
    listed(
      'duties',
      duties.map(({ id, name, text, deadline, source }) => row(id, tell(name), `${tell(text)} (${deadline})`, source)),
    ),
    listed('types', typeRows(told)),
    listed(
      'materials',
      Object.entries(pack.materials).map(([id, { name, required, when, source }]) =>
        row(id, tell(name), [say(required), when && tell(when)].filter(Boolean).join(': '), source),
      ),
    ),
    listed('fields', fieldRows(told)),
    listed('rights', rightsRows(told)),
    listed(
      'deadlines',
      Object.entries(pack.deadlines).map(([id, rule]) => row(id, tell(rule.name), timeOf(rule, told), rule.source)),
    ),
    listed(
      'grounds',
      pack.grounds.map(({ code, kinds, text, source }) =>
        row(code, tell(text), kinds.map((kind) => say(kind)).join(', '), source),
      ),
    ),
    listed(
      'remarks',
      pack.remarks.map(({ kind, text, source }) => row(kind, tell(text), '', source)),
    ),
    listed(
      'reviewChecklist',
      pack.reviewChecklist.map(({ id, question, appliesTo, onFail, source }) => {
        const consequence = `${say('onFail')}: ${[...(onFail.supplement ? [say('supplementFirst')] : []), ...onFail.grounds].join(', ')}`;
        const only = appliesTo ? `; ${say('onlyFor')}: ${appliesTo.join(', ')}` : '';
        return row(id, tell(question), consequence + only, source);
      }),
    ),
    listed('policies', policyRows(told)),
  ];
}

interface Told {
  readonly pack: RulePack;
  readonly say: Say;
  readonly tell: (text: Text) => string;
}

const orUnpublished = (list: readonly string[] | null, say: Say): string => list?.join(', ') ?? say('unpublished');

function typeRows({ pack, say, tell }: Told): Row[] {
  return pack.types.flatMap(({ id, name, text, appliesBy, materials, fields, prerequisites = [], source }) => {
    const value = [
      tell(text),
      `${say('appliesBy')}: ${say(appliesBy)}`,
      `${say('needsMaterials')}: ${orUnpublished(materials, say)}`,
      `${say('needsFields')}: ${orUnpublished(fields, say)}`,
    ].join('; ');
    return [
      { code: id, name: tell(name), value, source },
      ...prerequisites.map((one) => ({
        code: `${id}/${one.kind}`,
        name: say(one.kind),
        value: tell(one.text),
        source: one.source,
      })),
    ];
  });
}

function fieldRows({ pack, say, tell }: Told): Row[] {
  return Object.entries(pack.fields).map(([code, { name, hint, required, repeats, maxLength, options, source }]) => {
    const rules = [
      say(required ? 'required' : 'optional'),
      repeats && say('repeats'),
      maxLength !== null && say('characters', { n: maxLength }),
      options?.map((option) => tell(option.name)).join(' / '),
    ].filter(Boolean);
    return { code, name: tell(name), value: `${tell(hint)} (${rules.join('; ')})`, source };
  });
}

function rightsRows({ pack, say, tell }: Told): Row[] {
  return (pack.rights ?? []).map(
    ({ situation, text, registrable, rights, precondition, exception, ground, source }) => {
      const verdicts = Object.entries(rights).map(([right, verdict]) => `${say(right)}: ${say(verdict)}`);
      const value = [
        ...(registrable ? verdicts : [say('notRegistrable')]),
        precondition && say(precondition),
        exception && say(exception),
        ground,
      ].filter(Boolean);
      return { code: situation, name: tell(text), value: value.join('; '), source };
    },
  );
}

function lengthOf({ count, unit }: { count: number | null; unit: string }, say: Say): string {
  if (count === null) return say('unpublished');
  return `${count} ${count === 1 ? say(unit).replace(/s$/, '') : say(unit)}`;
}

/** Null when nothing at all is known about the time. */
function timeOf(rule: Deadline, { say, tell }: Told): string | null {
  const note = rule.note ? [tell(rule.note)] : [];
  switch (rule.kind) {
    case 'UNPUBLISHED':
      return note[0] ?? null;
    case 'ANNUAL':
      return [say('yearly', { month: rule.month, day: rule.day }), over(rule.onExpiry, say), ...note].join('; ');
    case 'WINDOW': {
      const ends = { opens: lengthOf(rule.opens, say), closes: lengthOf(rule.closes, say), event: say(rule.before) };
      return [say('window', ends), over(rule.onExpiry, say), ...note].join('; ');
    }
    case 'PERIOD': {
      const { length, setBy, bound, direction, start, pausedBy, onExpiry } = rule;
      const set = length.count === null && setBy === 'REGISTRAR';
      const parts = [
        say(direction, { event: say(start) }),
        set ? say('byRegistrar') : say(bound, { n: lengthOf(length, say) }),
        pausedBy.length > 0 && `${say('pausedBy')}: ${pausedBy.map((pause) => say(pause)).join(', ')}`,
        rule.extends,
        over(onExpiry, say),
        ...note,
      ];
      return parts.filter(Boolean).join('; ');
    }
  }
}

const over = (onExpiry: string, say: Say): string => `${say('onExpiry')}: ${say(onExpiry)}`;

const one = (
  code: string,
  name: string,
  value: readonly (string | false | null | undefined)[],
  source: string,
): Row => ({
  code,
  name,
  value: value.filter(Boolean).join('; '),
  source,
});
const orNot = (value: string | number | null, say: Say): string => String(value ?? say('unpublished'));

const policyRows = (told: Told): Row[] => [
  ...noticeRows(told),
  ...validityRows(told),
  ...numberingRows(told),
  committeeRow(told),
  ...retentionRows(told),
];

function noticeRows({ pack: { noticePolicy }, say, tell }: Told): Row[] {
  const { deadline, contents, publisher, waiver, objection, source } = noticePolicy;
  const shown = orUnpublished(contents?.map(({ name }) => tell(name)) ?? null, say);
  const waived = waiver.allowed === null ? say('unpublished') : say(waiver.allowed ? 'allowed' : 'notAllowed');
  const reason = waiver.allowed === true && waiver.needsReason && say('needsReason');
  const requires = orUnpublished(objection.requires?.map(tell) ?? null, say);
  const upheld = `${say('ifUpheld')}: ${orNot(objection.ifUpheld, say)}`;
  return [
    one(deadline, say('notice'), [shown, publisher && `${say('publisher')}: ${say(publisher)}`], source),
    one('waiver', say('waiver'), [waived, reason], waiver.source),
    one(objection.deadline, say('objection'), [requires, upheld], objection.source),
  ];
}

function validityRows({ pack: { validityPolicy }, say }: Told): Row[] {
  const { from, deadline, cappedByAgreement, renewal, source } = validityPolicy;
  const begins = `${say('from')}: ${from ? say(from) : say('unpublished')}`;
  const missed = `${say('ifMissed')}: ${orNot(renewal.ifMissed, say)}`;
  return [
    one(deadline, say('validity'), [begins, cappedByAgreement && say('capped')], source),
    one(renewal.window, say('renewal'), [renewal.validity, missed], renewal.source),
  ];
}

function numberingRows({ pack: { numbering }, say, tell }: Told): Row[] {
  const { kind, length, pattern, parts, capacityPerMonth, example, newVersion, source } = numbering;
  const value = [
    kind ? say(kind) : say('unpublished'),
    `${say('length')}: ${orNot(length, say)}`,
    `${say('pattern')}: ${orNot(pattern, say)}`,
    ...parts.map((part) => `${tell(part.text)} (${part.length})`),
    `${say('capacity')}: ${orNot(capacityPerMonth, say)}`,
    example !== null && `${say('example')}: ${example}`,
  ];
  return [
    one('numbering', say('numbering'), value, source),
    one('newVersion', say('newVersion'), [say(newVersion.policy)], newVersion.source),
  ];
}

function committeeRow({ pack: { committeePolicy }, say }: Told): Row {
  const { mode, triggers, deadline, panel, source } = committeePolicy;
  const value = [
    say(mode === 'ALWAYS' ? 'always' : mode),
    triggers.map((trigger) => say(trigger)).join('; '),
    panel && say('panel', { n: panel.atLeast, quorum: panel.quorum, majority: panel.majorityAbove }),
    panel?.odd && say('odd'),
    panel?.vetoOn && `${say('veto')}: ${panel.vetoOn}`,
  ];
  return one(deadline ?? 'committee', say('committee'), value, source);
}

function retentionRows({ pack: { retention }, say }: Told): Row[] {
  const { registrationYears: law, platform, source } = retention;
  const kept = law === null ? null : say('years', { n: law });
  const here = [say('years', { n: platform.registrationYears })];
  return [
    { code: 'retention', name: say('retention'), value: kept, source },
    one('platform', say('platformRetention'), here, platform.source),
  ];
}
