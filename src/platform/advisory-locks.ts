/**
 * Every session lock that the service takes, so that no two mean the same by accident. A leader's lock saves work and
 * no more; what must be exact is kept by rows.
 */
export const advisoryLocks = {
  migration: 7364,
  sequencer: 7365,
  publisher: 7366,
  firstOperator: 7367,
  jetStream: 7370,
} as const;
