import type { ProblemCode } from '@app/sdk';

/** One wrong place in a request: an RFC 6901 pointer and the reason in both languages. */
export interface Fault {
  readonly pointer: string;
  readonly zh: string;
  readonly en: string;
}

/**
 * A refusal that the caller can act on; anything else that is thrown is a bug and answers 500. The texts stand in
 * the table of problems (`@app/sdk`); `facts` fill their `{placeholders}` and go into the answer as members.
 */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly faults: readonly Fault[] = [],
  ) {
    super(`${code} ${JSON.stringify(facts)}`);
  }
}

/** The answer, or null when there is no such thing. */
export const orNull = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'not-found') return null;
    throw error;
  });

/** A refusal about one field of the request. */
export const fault = (pointer: string, zh: string, en: string): Refusal =>
  new Refusal('invalid-request', {}, [{ pointer, zh, en }]);
