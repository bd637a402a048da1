import type { Problem } from '../problems.js';

export const settlementProblems = {} as const satisfies Record<string, Problem>;
