import type { Problem } from '../problems.js';

export const ledgerProblems = {
  'ledger/not-published': {
    status: 409,
    title: { zh: '尚未公布', en: 'Not published yet' },
    detail: {
      zh: '该事件已记录,但公布的检查点尚未包含它;通常在一两秒后即可取得证明。',
      en: 'The event is recorded, but the published checkpoint does not cover it yet; try again in a second or two.',
    },
  },
} as const satisfies Record<string, Problem>;
