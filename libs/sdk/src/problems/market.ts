import type { Problem } from '../problems.js';

export const marketProblems = {} as const satisfies Record<string, Problem>;
