import type { QueryBus } from '@nestjs/cqrs';
import { GetOrganisation } from '../parties/get-organisation.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { GetRegistrar } from '../registrars/get-registrar.js';

/**
 * Who registers, or supervises those who do, is nobody's agent before them.
 * @param pointer where the request names it
 * @throws Refusal registration/unfit-agent
 */
export async function mustBeFitAgent(agentId: string, pointer: string, queries: QueryBus): Promise<void> {
  const unfit = (zh: string, en: string) => new Refusal('registration/unfit-agent', { agentId }, [{ pointer, zh, en }]);
  const agent = await orNull(queries.execute(new GetOrganisation(agentId)));
  if (agent?.status !== 'ACTIVE') throw unfit('代理人不存在或未处于有效状态', 'no active organisation');
  if (agent.kind === 'GOVERNMENT') throw unfit('行政机关不得担任登记代理人', 'a government body is no agent');
  if (await orNull(queries.execute(new GetRegistrar(agentId))))
    throw unfit('登记机构不得担任登记代理人', 'a registrar is no agent');
}
