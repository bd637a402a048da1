import { randomUUID } from 'node:crypto';
import { rulePack } from '@app/rulepacks';
import type { Created } from '@app/sdk';
import type { Stage } from './stage.js';

const text = '演示';

/** Proposals of rule packs in each state; none is in force when the walk ends. */
export async function stageRulePacks(stage: Stage): Promise<void> {
  const { registrar, regulator } = stage.cast.orgs;
  const maker = await stage.actor(registrar);
  const [reviewer, publisher] = [await stage.actor(regulator), await stage.actor(regulator)];
  const propose = async (version: string): Promise<string> => {
    const pack = { ...rulePack('CN-PROPERTY-2026'), id: 'DEMO-STAGED', version, effectiveFrom: '2099-01-01' };
    const made = await maker.client.post<Created>('/v1/rule-pack-proposals', { pack, reason: text }, randomUUID());
    return `/v1/rule-pack-proposals/${made.id}`;
  };
  const published = await propose('1.0.0');
  await reviewer.client.act(`${published}/approval`, { text });
  await publisher.client.act(`${published}/publication`, { text });
  await reviewer.client.act(`${await propose('1.1.0')}/rejection`, { text });
  await maker.client.act(`${await propose('1.2.0')}/withdrawal`, { text });
  for (const version of ['1.3.0', '1.4.0']) await reviewer.client.act(`${await propose(version)}/approval`, { text });
  for (const version of ['1.5.0', '1.6.0', '1.7.0']) await propose(version);
}
