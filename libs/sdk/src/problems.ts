import { brokerageProblems } from './problems/brokerage.js';
import { certificateProblems } from './problems/certificates.js';
import { committeeProblems } from './problems/committee.js';
import { deliveryProblems } from './problems/delivery.js';
import { feedProblems } from './problems/feed.js';
import { ledgerProblems } from './problems/ledger.js';
import { marketProblems } from './problems/market.js';
import { partiesProblems } from './problems/parties.js';
import { platformProblems } from './problems/platform.js';
import { recognitionProblems } from './problems/recognition.js';
import { registrationProblems } from './problems/registration.js';
import { rulePackProblems } from './problems/rule-packs.js';
import { settlementProblems } from './problems/settlement.js';
import { tradingProblems } from './problems/trading.js';
import { webhookProblems } from './problems/webhooks.js';

/** `title` names the problem, `detail` says what to do next; `{x}` is filled from the refusal's facts. */
export interface Problem {
  readonly status:
    400 | 401 | 403 | 404 | 405 | 406 | 409 | 410 | 411 | 412 | 413 | 415 | 422 | 423 | 428 | 429 | 431 | 503;
  readonly title: { readonly zh: string; readonly en: string };
  readonly detail: { readonly zh: string; readonly en: string };
}

/**
 * Every refusal the service can give. The code is the stable contract: clients switch on it, the console
 * translates it, the documentation lists it. Texts are for people and may be reworded.
 */
export const problems = {
  ...platformProblems,
  ...partiesProblems,
  ...registrationProblems,
  ...recognitionProblems,
  ...rulePackProblems,
  ...certificateProblems,
  ...committeeProblems,
  ...marketProblems,
  ...tradingProblems,
  ...deliveryProblems,
  ...settlementProblems,
  ...brokerageProblems,
  ...ledgerProblems,
  ...webhookProblems,
  ...feedProblems,
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];
