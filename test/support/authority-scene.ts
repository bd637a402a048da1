import { createHash } from 'node:crypto';
import type { Created } from '@app/sdk';
import type { Applications } from './application-scene.js';
import { withBlocks } from './declaration.js';
import type { Actor, Stage } from './stage.js';

const LETTER = '演示授权委托书';
const DAY_MS = 86_400_000;

/** Letters of authority in every state, and an application that an agent filed by one of them. */
export async function stageAuthorities(stage: Stage, applications: Applications): Promise<void> {
  const { holder, officer } = applications;
  const agent = await stage.actor(stage.cast.orgs.broker);
  const fileId = await stage.file(holder, LETTER);
  const letter = { fileId, sha256: createHash('sha256').update(LETTER).digest('hex') };
  const instant = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  const grant = async (changes: object = {}): Promise<string> => {
    const scope = { acts: ['FILE', 'REVISE', 'SUBMIT', 'ANSWER', 'WITHDRAW', 'OBJECT'], types: ['INITIAL', 'CHANGE'] };
    const term = { validFrom: instant(-1), validTo: instant(1500) };
    const body = { agentId: agent.org, ...scope, ...term, letter, ...changes };
    return `/v1/authorities/${(await holder.client.post<Created>('/v1/authorities', body)).id}`;
  };
  const answer = (by: Actor, authority: string, act: string) =>
    by.client.act(`${authority}/${act}`, { reason: '演示' });
  for (let i = 0; i < 3; i += 1) await grant();
  for (const [by, act] of [
    [agent, 'declination'],
    [holder, 'revocation'],
  ] as const)
    await answer(by, await grant(), act);
  for (const act of [null, null, 'revocation', 'renunciation']) {
    const authority = await grant();
    await agent.client.act(`${authority}/acceptance`, {});
    if (act) await answer(act === 'revocation' ? holder : agent, authority, act);
  }
  const filing = await withBlocks(stage.app, agent.org, {
    regime: 'CN-PROPERTY-2026',
    type: 'INITIAL',
    registrarId: officer.org,
    onBehalfOf: holder.org,
    resourceId: await applications.resource(),
    rights: [{ right: 'HOLD' }],
    scenario: '演示',
    materials: await applications.materials('form', 'identity', 'acquisition', 'sample', 'description'),
    validityYears: 5,
  });
  const filed = await agent.client.post<Created>('/v1/applications', filing);
  await agent.client.act(`/v1/applications/${filed.id}/submission`, {});
}
