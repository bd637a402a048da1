import type { Problem } from '../problems.js';

export const webhookProblems = {
  'webhook/too-many': {
    status: 409,
    title: { zh: '推送端点过多', en: 'Too many webhooks' },
    detail: {
      zh: '一家运营方至多有 {limit} 个端点;请先停用并注销不再需要的。',
      en: 'An operator has at most {limit} of them. Retire one that is no longer needed.',
    },
  },
  'webhook/too-many-keys': {
    status: 409,
    title: { zh: '有效密钥过多', en: 'Too many keys' },
    detail: {
      zh: '至多 {limit} 个密钥同时签名;请等较早的密钥到期,或以 overlapHours 为 0 轮换。',
      en: 'At most {limit} keys sign at once. Wait until an earlier one ends, or roll with overlapHours 0.',
    },
  },
} as const satisfies Record<string, Problem>;
