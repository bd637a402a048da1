import { Refusal } from './refusal.js';

export interface Transition<S extends string> {
  readonly from: readonly S[];
  readonly to: S;
}

/** A state machine is a table. Everything that needs to know the states reads this table. */
export function defineMachine<const S extends string, const A extends string>(
  name: string,
  initial: NoInfer<S>,
  transitions: Readonly<Record<A, Transition<S>>>,
) {
  const rows = Object.entries(transitions) as [A, Transition<S>][];
  const states = [...new Set<S>([initial, ...rows.flatMap(([, t]) => [...t.from, t.to])])];
  const reachable = new Set<S>([initial]);
  for (const _ of states) for (const [, t] of rows) if (t.from.some((s) => reachable.has(s))) reachable.add(t.to);
  const lost = states.filter((s) => !reachable.has(s));
  if (lost.length > 0) throw new Error(`${name}: unreachable states ${lost.join(', ')}`);

  return {
    name,
    initial,
    states,
    transitions,
    /** The state after `action`, or a refusal naming what would have been possible. */
    next(state: S, action: A): S {
      const { from, to } = transitions[action];
      if (from.includes(state)) return to;
      throw new Refusal('illegal-transition', { machine: name, action, state, possible: this.actions(state) });
    },
    /** What is possible in `state`: drives guards and the console's buttons. */
    actions(state: S): A[] {
      return rows.filter(([, t]) => t.from.includes(state)).map(([a]) => a);
    },
    /** The SQL list of the states, for the CHECK of the row: `'DRAFT','SUBMITTED'`. */
    sqlStates(): string {
      return states.map((s) => `'${s}'`).join(',');
    },
    mermaid(): string {
      const arrows = rows.flatMap(([a, t]) => t.from.map((s) => `  ${s} --> ${t.to}: ${a}`));
      return ['stateDiagram-v2', `  [*] --> ${initial}`, ...arrows].join('\n');
    },
  };
}
