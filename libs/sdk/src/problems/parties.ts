import type { Problem } from '../problems.js';

export const partiesProblems = {} as const satisfies Record<string, Problem>;
