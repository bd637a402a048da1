import type { Problem } from '../problems.js';

export const ledgerProblems = {} as const satisfies Record<string, Problem>;
