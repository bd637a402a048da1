import type { RulePack } from './schema.js';

export interface PackFault {
  readonly path: (string | number)[];
  /** In English; `zh` the same in Chinese. */
  readonly message: string;
  readonly zh: string;
}

/** What the shape alone cannot say: every name a pack uses is defined in it, every code once, every rule's source is listed. */
export function packFaults(pack: RulePack): PackFault[] {
  return [...references(pack), ...twice(pack), ...ambiguous(pack), ...unlistedSources(pack, pack.sources)];
}

function references(pack: RulePack): PackFault[] {
  const deadlines = new Set(Object.keys(pack.deadlines));
  const grounds = new Set(pack.grounds.map(({ code }) => code));
  const materials = new Set(Object.keys(pack.materials));
  const fields = new Set(Object.keys(pack.fields));
  const faults: PackFault[] = [];
  const check = (known: Set<string>, names: readonly (string | null | undefined)[], ...path: (string | number)[]) => {
    for (const name of names)
      if (name && !known.has(name)) faults.push({ path, message: `${name} is not defined`, zh: `未定义 ${name}` });
  };
  pack.types.forEach((type, i) => {
    check(materials, type.materials ?? [], 'types', i, 'materials');
    check(fields, type.fields ?? [], 'types', i, 'fields');
  });
  for (const [id, deadline] of Object.entries(pack.deadlines))
    if (deadline.kind === 'PERIOD') check(deadlines, [deadline.extends], 'deadlines', id, 'extends');
  pack.rights?.forEach((row, i) => {
    check(grounds, [row.ground], 'rights', i, 'ground');
    if ((!row.registrable || row.precondition) && !row.ground)
      faults.push({
        path: ['rights', i, 'ground'],
        message: 'a bar to registration needs a ground',
        zh: '不予登记须有事由',
      });
  });
  pack.reviewChecklist.forEach((item, i) => check(grounds, item.onFail.grounds, 'reviewChecklist', i, 'onFail'));
  const { noticePolicy, validityPolicy, committeePolicy } = pack;
  pack.duties?.forEach((duty, i) => check(deadlines, [duty.deadline], 'duties', i, 'deadline'));
  check(deadlines, [noticePolicy.deadline, noticePolicy.objection.deadline], 'noticePolicy');
  check(grounds, [noticePolicy.objection.ifUpheld], 'noticePolicy', 'objection', 'ifUpheld');
  check(
    deadlines,
    [validityPolicy.deadline, validityPolicy.renewal.window, validityPolicy.renewal.validity],
    'validityPolicy',
  );
  check(grounds, [validityPolicy.renewal.ifMissed], 'validityPolicy', 'renewal', 'ifMissed');
  check(deadlines, [committeePolicy.deadline], 'committeePolicy', 'deadline');
  check(grounds, [committeePolicy.panel?.vetoOn], 'committeePolicy', 'panel', 'vetoOn');
  return faults;
}

function twice(pack: RulePack): PackFault[] {
  const lists: Record<string, string[]> = {
    types: pack.types.map(({ id }) => id),
    rights: (pack.rights ?? []).map(({ situation }) => situation),
    grounds: pack.grounds.map(({ code }) => code),
    remarks: pack.remarks.map(({ kind }) => kind),
    reviewChecklist: pack.reviewChecklist.map(({ id }) => id),
    duties: (pack.duties ?? []).map(({ id }) => id),
  };
  return Object.entries(lists).flatMap(([list, ids]) =>
    ids.flatMap((id, i) =>
      ids.indexOf(id) < i ? [{ path: [list, i], message: `${id} is there twice`, zh: `${id} 重复` }] : [],
    ),
  );
}

/** The clocks of an application are found by what starts them, so only one may start with each; dates and patterns must be real. */
function ambiguous(pack: RulePack): PackFault[] {
  const faults: PackFault[] = [];
  const first = new Map<string, string>();
  for (const [id, rule] of Object.entries(pack.deadlines)) {
    if (rule.kind !== 'PERIOD' || !['SUBMISSION', 'ACCEPTANCE', 'REVIEW_DUE'].includes(rule.start)) continue;
    const earlier = first.get(rule.start);
    if (earlier !== undefined)
      faults.push({
        path: ['deadlines', id, 'start'],
        message: `${earlier} starts with ${rule.start} already`,
        zh: `${earlier} 已自 ${rule.start} 起算`,
      });
    first.set(rule.start, id);
  }
  const { effectiveFrom, effectiveTo, status, numbering } = pack;
  if (effectiveFrom === null && status !== 'DRAFT')
    faults.push({ path: ['effectiveFrom'], message: 'only a draft has no day of effect', zh: '仅草案可无施行日期' });
  if (effectiveFrom !== null && effectiveTo !== null && effectiveTo < effectiveFrom)
    faults.push({ path: ['effectiveTo'], message: 'is before effectiveFrom', zh: '早于施行日期' });
  if (numbering.pattern !== null && !isPattern(numbering.pattern))
    faults.push({ path: ['numbering', 'pattern'], message: 'is no regular expression', zh: '不是正则表达式' });
  return faults;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What is no law: a choice of this platform, an inference. */
const OWN = new Set(['PROP', 'INF']);

function unlistedSources(node: unknown, listed: RulePack['sources'], path: (string | number)[] = []): PackFault[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'source' || typeof value !== 'string') return unlistedSources(value, listed, [...path, key]);
    const unknown = value.split('; ').filter((part) => !OWN.has(part) && !Object.hasOwn(listed, part.split(' ')[0]!));
    return unknown.map((part) => ({
      path: [...path, key],
      message: `${part} is not among the sources`,
      zh: `来源 ${part} 未列出`,
    }));
  });
}
