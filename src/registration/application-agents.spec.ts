import type { Agency, FiledContent } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { Application, type Act } from './application.js';
import {
  applicantId,
  body,
  by,
  codeOf,
  content,
  does,
  fieldsOf,
  fileId,
  notice,
  registrarId,
  submission,
} from '../../test/support/application-states.js';

const agencyOf = (principalId: string, agentId: string): Agency => ({
  authorityId: newId('aut'),
  agentId,
  principalId,
  letter: 'd'.repeat(64),
});
/** A person of the agent's, as `actingFor` has it act. */
const as = (principalId: string, agentId: string, agency = agencyOf(principalId, agentId)): Act => {
  const { actor, now } = by(principalId);
  return { actor: { ...actor, onBehalfOf: principalId }, now, agency };
};
const [agent, second, third] = [newId('org'), newId('org'), newId('org')];
const byAgent = as(applicantId, agent);

describe('an application by an agent', () => {
  it('is the principal’s; each step says by whose person and by what authority', () => {
    const app = Application.file(body, byAgent);
    app.revise(content, byAgent);
    app.submit('submit', submission, [], byAgent);
    app.withdraw('why', byAgent);
    expect(app).toMatchObject({ applicantId, agents: [byAgent.agency] });
    const { authorityId } = byAgent.agency!;
    expect(app.decisions.at(-1)).toMatchObject({ action: 'withdraw', by: byAgent.actor.id, authorityId });
    const events = app.getUncommittedEvents();
    for (const event of events) expect(event).toMatchObject({ by: byAgent.actor.id, agency: byAgent.agency });
    const again = new Application();
    again.loadFromHistory(events.map((event) => revive(eventType(event), JSON.stringify(event))));
    expect(fieldsOf(again)).toEqual(fieldsOf(app));
    expect(Object.keys(fieldsOf(app))).not.toContain('agency');
  });

  it('names each authority once, and none where nobody acted for another', () => {
    const app = Application.file(body, by(applicantId));
    expect(app.agents).toEqual([]);
    const other = as(applicantId, agent);
    for (const act of [byAgent, byAgent, other]) app.revise(content, act);
    expect(app.agents).toEqual([byAgent.agency, other.agency]);
    expect(app.decisions).toEqual([]);
  });

  it('takes the files of the applicant and of its agents', () => {
    const given = { ...submission, owners: new Map([[fileId, agent]]) };
    const app = Application.file(body, by(applicantId));
    const submit = () => app.submit('submit', { ...given, submitters: app.submitters }, [], by(applicantId));
    expect(codeOf(submit)).toBe('registration/incomplete');
    app.revise(content, byAgent);
    expect(codeOf(submit)).toBeUndefined();
  });
});

describe('nobody', () => {
  it('who registers is an agent', () => {
    expect(codeOf(() => Application.file(body, as(applicantId, registrarId)))).toBe('registration/agent-conflict');
    const app = Application.file(body, by(applicantId));
    expect(codeOf(() => app.withdraw('', as(applicantId, registrarId)))).toBe('registration/agent-conflict');
  });

  const transfer = (transfereeId: string): FiledContent => ({
    ...content,
    particulars: {
      type: 'TRANSFER',
      certificateNumber: 'SJ4412026070001',
      transfereeId,
      rights: ['HOLD'],
      dataScope: 'x',
      useScope: 'x',
    },
  });
  const about = { certificateId: newId('cert'), regime: body.regime, registrarId };
  const transferred = (act: Act, transfereeId = second) =>
    Application.file({ ...transfer(transfereeId), regime: body.regime, type: 'TRANSFER', registrarId }, act, about);

  it('stands on both sides of a transfer, for itself or for others', () => {
    // The agent of the transferor is the transferee, from the start or after a revision.
    expect(codeOf(() => transferred(as(applicantId, second)))).toBe('registration/agent-conflict');
    const app = transferred(byAgent, third);
    expect(codeOf(() => app.revise(transfer(agent), byAgent, about))).toBe('registration/agent-conflict');
    // The same agent for both.
    const both = transferred(byAgent);
    expect(codeOf(() => both.join(as(second, agent)))).toBe('registration/agent-conflict');
    // An agent for each is fine; then neither changes sides.
    both.join(as(second, third));
    expect(codeOf(() => both.withdraw('', as(applicantId, third)))).toBe('registration/agent-conflict');
    expect(codeOf(() => both.withdraw('', as(second, agent)))).toBe('registration/agent-conflict');
    // A transferee who acted for the transferor before it was named.
    const named = transferred(as(applicantId, second), third);
    named.revise(transfer(second), by(applicantId), about);
    expect(codeOf(() => named.join(by(second)))).toBe('registration/agent-conflict');
    // A transferor as the agent of the transferee.
    expect(codeOf(() => transferred(by(applicantId)).join(as(second, applicantId)))).toBe(
      'registration/agent-conflict',
    );
  });

  it('objects to what it filed, itself or for others, nor acts for whoever it objects to', () => {
    const noticed = (act: Act) => {
      const app = Application.file(body, act);
      does('submit', 'accept', 'startReview')(app);
      does('passReview', 'approve')(app);
      expect(app).toMatchObject({ state: 'PUBLIC_NOTICE', notice });
      return app;
    };
    const app = noticed(byAgent);
    expect(codeOf(() => app.object('x', [], by(agent)))).toBe('registration/agent-conflict');
    expect(codeOf(() => app.object('x', [], as(third, agent)))).toBe('registration/agent-conflict');
    expect(codeOf(() => app.object('x', [], as(agent, third)))).toBe('registration/agent-conflict');
    expect(codeOf(() => app.object('x', [], as(third, applicantId)))).toBe('registration/agent-conflict');
    app.object('x', [], as(second, third));
    expect(codeOf(() => app.withdraw('', as(applicantId, third)))).toBe('registration/agent-conflict');
    expect(codeOf(() => app.withdraw('', as(applicantId, second)))).toBe('registration/agent-conflict');
    expect(app.submitters).toEqual([applicantId, agent]);
  });

  it('is kept from acting for joint applicants together: they are one side', () => {
    const app = Application.file({ ...body, jointApplicants: [{ organisationId: second }] }, byAgent);
    app.join(as(second, agent));
    expect(app.joint).toMatchObject([{ organisationId: second, joined: {} }]);
    expect(app.agents.map(({ principalId }) => principalId)).toEqual([applicantId, second]);
  });
});
