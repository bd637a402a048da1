import type { Problem } from '../problems.js';

export const tradingProblems = {} as const satisfies Record<string, Problem>;
