import type { Problem } from '../problems.js';

export const deliveryProblems = {} as const satisfies Record<string, Problem>;
