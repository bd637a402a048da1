import type { Problem } from '../problems.js';

export const rulePackProblems = {
  'rule-packs/version-not-higher': {
    status: 409,
    title: { zh: '版本号须高于已发布的版本', en: 'The version must be higher than all that are published' },
    detail: {
      zh: '{packId} 已发布到 {newest}。',
      en: '{packId} is published up to {newest}.',
    },
  },
  'rule-packs/too-late': {
    status: 409,
    title: { zh: '施行日期已过', en: 'The day of effect is over' },
    detail: {
      zh: '施行日期 {effectiveFrom} 早于今日,请以新的日期重新提出。',
      en: 'It would have taken effect on {effectiveFrom}, which is past: propose it with another day.',
    },
  },
} as const satisfies Record<string, Problem>;
