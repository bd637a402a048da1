import { formFields } from './form-fields.js';
import type { PackFault } from './pack-faults.js';
import type { RulePack } from './schema.js';

/**
 * What keeps a pack in force from being run: the clocks that an application needs have no number, a decision has no ground, or a form asks
 * for what nobody can enter. A draft and what has lapsed may lack anything, because nothing begins under them.
 */
export function fitnessFaults(pack: RulePack): PackFault[] {
  if (pack.status !== 'IN_FORCE') return [];
  const faults: PackFault[] = [];
  const need = (holds: boolean, zh: string, message: string, ...path: (string | number)[]): void => {
    if (!holds) faults.push({ path, message, zh });
  };
  const length = (id: string | undefined, ...units: string[]): boolean => {
    const rule = id === undefined ? undefined : pack.deadlines[id];
    return rule?.kind === 'PERIOD' && rule.length.count !== null && units.includes(rule.length.unit);
  };
  const startedBy = (start: string): string | undefined =>
    Object.entries(pack.deadlines).find(([, rule]) => rule.kind === 'PERIOD' && rule.start === start)?.[0];
  for (const start of ['SUBMISSION', 'ACCEPTANCE'])
    need(
      length(startedBy(start), 'wd'),
      `施行中的制度须规定自 ${start} 起的工作日数`,
      `a pack in force gives the working days after ${start}`,
      'deadlines',
    );
  need(
    length(pack.noticePolicy.deadline, 'wd'),
    '施行中的制度须规定工作日数',
    'a pack in force gives working days',
    'noticePolicy',
    'deadline',
  );
  need(
    length(pack.validityPolicy.deadline, 'month', 'year'),
    '施行中的制度须规定月数或年数',
    'a pack in force gives months or years',
    'validityPolicy',
    'deadline',
  );
  need(
    pack.types.some(({ id }) => id === 'INITIAL'),
    '施行中的制度须有 INITIAL 类型',
    'a pack in force has the type INITIAL',
    'types',
  );
  for (const kind of ['CORRECTION', 'NOT_ACCEPT', 'REFUSE', 'TERMINATE'] as const)
    need(
      pack.grounds.some(({ kinds }) => kinds.includes(kind)),
      `施行中的制度须有 ${kind} 的事由`,
      `a pack in force has a ground to ${kind}`,
      'grounds',
    );
  for (const [i, { fields }] of pack.types.entries())
    for (const [j, id] of (fields ?? []).entries())
      need(
        formFields.has(id),
        `本平台的申请表没有栏目 ${id}`,
        `no form of this platform has the field ${id}`,
        'types',
        i,
        'fields',
        j,
      );
  return faults;
}
