import type { Problem } from '../problems.js';

export const certificateProblems = {} as const satisfies Record<string, Problem>;
