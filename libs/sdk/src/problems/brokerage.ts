import type { Problem } from '../problems.js';

export const brokerageProblems = {} as const satisfies Record<string, Problem>;
