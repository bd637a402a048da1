import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in seconds of everything that takes part, since it began. */
export interface Cpu {
  readonly client: number;
  readonly service: number;
  readonly postgres: number;
}

const TICKS_PER_S = 100; // USER_HZ, the unit of /proc on every Linux.

/** Tells how much CPU the load, the service and the database have used; undefined where there is no /proc. */
export function cpuUsed(servicePid: number | undefined, backendPid: number): Cpu | undefined {
  const postmaster = statOf(backendPid)?.parent;
  if (postmaster === undefined) return undefined;
  const { user, system } = process.cpuUsage();
  const backends = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === postmaster);
  const main = statOf(postmaster);
  const postgres = backends.reduce((sum, stat) => sum + stat!.own, (main?.own ?? 0) + (main?.ended ?? 0));
  const service = servicePid === undefined ? 0 : (statOf(servicePid)?.own ?? 0);
  return { client: (user + system) / 1e6, service, postgres };
}

/** From proc(5): `own` and, of children that have ended, `ended` CPU time. */
function statOf(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number];
    return { parent: fields[1]!, own: (user + system) / TICKS_PER_S, ended: (endedUser + endedSystem) / TICKS_PER_S };
  } catch {
    return undefined;
  }
}

/** Microseconds for each event. */
export function perEvent(before: Cpu | undefined, after: Cpu | undefined, events: number): Cpu | undefined {
  if (!before || !after) return undefined;
  const of = (part: keyof Cpu): number => ((after[part] - before[part]) * 1e6) / events;
  return { client: of('client'), service: of('service'), postgres: of('postgres') };
}
