import type { QueryBus } from '@nestjs/cqrs';
import type { SubmitGroupBody } from '@app/sdk';
import { toProblem } from '../platform/http.js';
import { fault, Refusal, type Fault } from '../platform/refusal.js';
import type { Sql } from '../platform/sql.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { actingIn } from './acting-for.js';
import type { Act } from './application-clocks.js';
import { applicationMachine } from './application-machine.js';
import { Application } from './application.js';

/**
 * The applications of a group on which `action` is possible. The caller names every one of them in the version that it read, so that
 * nothing is done to what it has not seen.
 */
export async function membersFor(
  action: 'submit' | 'withdraw',
  groupId: string,
  { applications: named }: SubmitGroupBody,
  by: Act,
  uow: UnitOfWork,
  queries: QueryBus,
  sql: Sql,
): Promise<Application[]> {
  const rows = await sql.rows<{ id: string }>(
    'SELECT id FROM registration.application WHERE group_id = $1 ORDER BY id',
    [groupId],
  );
  if (rows.length === 0) throw new Refusal('not-found', { kind: 'application group', id: groupId });
  const members = await uow.getAll(
    Application,
    rows.map(({ id }) => id),
  );
  for (const member of members) await actingIn(member, action === 'submit' ? 'SUBMIT' : 'WITHDRAW', by, queries, uow);
  for (const [i, { id, version }] of named.entries()) {
    const member = members.find((one) => one.id === id);
    if (!member) throw fault(`/applications/${i}/id`, '不属于该组', 'not of this group');
    if (member.version !== version) throw new Refusal('stale', { version: member.version, applicationId: id });
    applicationMachine.next(member.state, action);
  }
  const open = members.filter(({ state }) => applicationMachine.actions(state).includes(action));
  const unnamed = open.find(({ id }) => !named.some((one) => one.id === id));
  if (unnamed) throw fault('/applications', `未列明 ${unnamed.id}`, `${unnamed.id} is not named`);
  return open;
}

/**
 * Does it to all or to none, and tells what is wrong with each under its regime.
 * @throws Refusal registration/group-refused
 */
export async function allOrNone(
  applications: readonly Application[],
  work: (application: Application) => Promise<void>,
): Promise<void> {
  const refused: { applicationId: string; regime: string; code: string }[] = [];
  const faults: Fault[] = [];
  for (const application of applications) {
    const { id: applicationId, regime } = application;
    const refusal = await refusalOf(work(application));
    if (!refusal) continue;
    refused.push({ ...refusal.facts, applicationId, regime, code: refusal.code });
    faults.push(...faultsOf(refusal).map((found) => ({ ...found, pointer: `/${regime}${found.pointer}` })));
  }
  if (refused.length > 0) throw new Refusal('registration/group-refused', { refused }, faults);
}

const refusalOf = (work: Promise<void>): Promise<Refusal | null> =>
  work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    },
  );

/** A refusal as a whole is a fault of the whole application. */
function faultsOf(refusal: Refusal): readonly Fault[] {
  if (refusal.faults.length > 0) return refusal.faults;
  const { reasons } = toProblem(refusal, 'en');
  return [{ pointer: '', zh: reasons['zh-CN'], en: reasons.en }];
}
