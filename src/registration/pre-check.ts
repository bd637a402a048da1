import type { RulePack } from '@app/rulepacks';
import type { FiledContent, PreCheckView } from '@app/sdk';
import { Refusal, type Fault } from '../platform/refusal.js';
import { mustBeComplete, type SubmissionFacts } from './application-rules.js';
import { findingsOf, type Known } from './findings.js';

/** What a submission would meet: it is tried, so that both always say the same. */
export function preCheck(
  pack: RulePack,
  type: string,
  content: FiledContent,
  data: Known,
  facts: SubmissionFacts,
  against: readonly Fault[] = [],
): Omit<PreCheckView, 'duplicates' | 'alsoUnder'> {
  const faults = refusedFor(() => mustBeComplete(pack, type, content, facts, against));
  return { ...findingsOf(pack, type, content, data), ready: faults.length === 0, faults };
}

function refusedFor(work: () => void): Fault[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [...error.faults];
    throw error;
  }
}
