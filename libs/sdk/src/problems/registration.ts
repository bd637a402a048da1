import type { Problem } from '../problems.js';

export const registrationProblems = {} as const satisfies Record<string, Problem>;
