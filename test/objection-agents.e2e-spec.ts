import { createHash } from 'node:crypto';
import type { AuthorityAct, CertificateObjectionView } from '@app/sdk';
import { audit } from '../scripts/audit.js';
import type { Who } from './support/client.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

/** An agent of who objects, another one, who holds the certificate and an agent of it, and somebody else's agent. */
let w: RegistrarWorld;
let agent: Who;
let other: Who;
let registrant: Who;
let counsel: Who;
let third: Who;
beforeAll(async () => {
  w = await startRegistrar();
  [agent, other, counsel] = [
    w.of(await w.organisation('agent'), 'broker'),
    w.of(await w.organisation('other'), 'broker'),
    w.of(await w.organisation('counsel'), 'broker'),
  ];
  [registrant, third] = [
    w.of(await w.organisation('registrant'), 'holder'),
    w.of(await w.organisation('third'), 'holder'),
  ];
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const LETTER = '授权委托书 demonstration letter of authority';
const sha256 = createHash('sha256').update(LETTER).digest('hex');
async function given(acts: AuthorityAct[], who = w.holder, by = agent, changes: object = {}): Promise<string> {
  const fileId = await w.upload(who, LETTER, 'letter.txt');
  const term = { validFrom: '2026-07-01T00:00:00Z', validTo: '2027-06-30T00:00:00Z' };
  const types = acts.includes('FILE') ? ['INITIAL'] : [];
  const body = { agentId: by.org, acts, types, ...term, letter: { fileId, sha256 }, ...changes };
  const { body: made } = await w.t.as(who).post('/v1/authorities', body);
  await w.act(by, `/v1/authorities/${made.id}/acceptance`);
  return `/v1/authorities/${made.id}`;
}
const revoke = (authority: string, who = w.holder) => w.act(who, `${authority}/revocation`, { reason: '演示撤销' });
afterEach(async () => {
  for (const who of [w.holder, registrant, third]) {
    const { items } = (await w.t.as(who).get('/v1/authorities?as=PRINCIPAL&state=ACTIVE&limit=100')).body;
    for (const { id } of items) await revoke(`/v1/authorities/${id}`, who);
  }
});

async function certified(): Promise<{ number: string; resourceId: string }> {
  const app = await w.underReview(await w.file({}, registrant), registrant);
  await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
  await w.act(w.approver, `${app}/approval`);
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  const { certificateNumber: number, resourceId } = await w.seen(app);
  return { number, resourceId };
}
interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly id: string;
}
async function post(who: Who, path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const { status, body: answer } = await w.t.as(who).post(path, body, headers);
  return { status, ...answer } as Answer;
}
/** @returns its path */
async function objected(by = agent, onBehalfOf: string | undefined = w.holder.org, number?: string): Promise<string> {
  const fileIds = [await w.upload(by, '初步证据', 'proof.txt')];
  const to = number ?? (await certified()).number;
  const body = { reason: '演示异议', fileIds, ...(onBehalfOf && { onBehalfOf }) };
  const { id, status, code } = await post(by, `/v1/certificates/${to}/objections`, body);
  if (status !== 201) throw new Error(code);
  return `/v1/objections/${id}`;
}
/** With the version that the regulator reads: whoever may not act may not see either. */
async function attempt(who: Who, path: string, body: object = { text: '演示' }): Promise<string | number> {
  const { headers } = await w.t.as(w.regulator).get(path.split('/').slice(0, 4).join('/'));
  const answer = await post(who, path, body, { 'if-match': String(headers['etag']) });
  return answer.code ?? answer.status;
}
const say = (who: Who, path: string, body: object = {}) => w.act(who, path, { text: '演示', ...body });
const see = async (who: Who, path: string): Promise<CertificateObjectionView> => {
  const { status, body } = await w.t.as(who).get(path);
  expect(status).toBe(200);
  return body as CertificateObjectionView;
};
const sight = async (who: Who, path: string) => {
  const [, , things, id] = path.split('/');
  const { items } = (await w.t.as(who).get(`/v1/${things}?limit=100`)).body as { items: { id: string }[] };
  return [(await w.t.as(who).get(path)).status, items.some((item) => item.id === id)];
};
async function leavesOf(path: string) {
  await w.t.settle();
  const { body } = await w.t.as(w.regulator).get(`/v1/events?limit=100&stream=${path.split('/')[3]}`);
  return (body.items as { index: number; type: string; actor: string; onBehalfOf?: string }[]).toSorted(
    (x, y) => x.index - y.index,
  );
}

describe('an agent of who objects', () => {
  it('goes on as far as its principal could, and everything says for whom and by what authority', async () => {
    const authorityId = (await given(['OBJECT'])).split('/').at(-1)!;
    const objection = await objected();
    const agency = { authorityId, agentId: agent.org, principalId: w.holder.org, letter: sha256 };
    await say(w.officer, `${objection}/completion-request`);
    expect(await see(agent, objection)).toMatchObject({ agents: [agency], actions: ['complete', 'withdraw'] });
    // Its own file stands among the evidence.
    await say(agent, `${objection}/completion`, { fileIds: [await w.upload(agent, '补充证据', 'more.txt')] });
    await say(w.officer, `${objection}/acceptance`);
    await say(registrant, `${objection}/contest`);
    await say(w.officer, `${objection}/investigation`);
    await say(agent, `${objection}/statements`);
    await say(w.approver, `${objection}/conclusion`, { upheld: true, remedy: 'CANCEL' });
    expect((await see(agent, objection)).actions).toEqual(['acceptConclusion', 'rejectConclusion', 'withdraw']);
    await say(agent, `${objection}/answer`, { agrees: true });
    await say(registrant, `${objection}/answer`, { agrees: true });
    const { state, objectorId, acts, answers } = await see(w.holder, objection);
    expect([state, objectorId, answers.length]).toEqual(['AGREED', w.holder.org, 2]);
    const byAgent = ['complete', 'makeStatement', 'acceptConclusion'];
    expect(acts.filter(({ agentId }) => agentId === agent.org).map(({ action }) => action)).toEqual(byAgent);
    for (const { type, actor, onBehalfOf } of await leavesOf(objection))
      expect([type, onBehalfOf]).toEqual([type, actor === agent.sub ? w.holder.org : undefined]);
    await w.act(agent, `${objection}/withdrawal`, { text: '演示撤回' });
    expect((await see(w.holder, objection)).state).toBe('WITHDRAWN');
  });

  it('may be another one than who filed it, also of what the principal filed itself', async () => {
    await given(['OBJECT'], w.holder, other);
    const objection = await objected(w.holder, undefined);
    expect((await see(other, objection)).actions).toEqual(['withdraw']);
    await say(other, `${objection}/withdrawal`);
    expect(await see(w.holder, objection)).toMatchObject({ state: 'WITHDRAWN', agents: [{ agentId: other.org }] });
  });

  it('neither acts nor sees without an authority that covers it, nor for another principal', async () => {
    const fresh = w.of(await w.organisation('fresh'), 'broker');
    const objection = await objected(w.holder, undefined);
    const withdrawal = `${objection}/withdrawal`;
    expect(await attempt(fresh, withdrawal)).toBe('not-your-organisation');
    await given(['OBJECT'], third, fresh);
    expect(await attempt(fresh, withdrawal)).toBe('not-your-organisation');
    await given(['FILE', 'REQUEST_RECORD', 'ANSWER_OBJECTION'], w.holder, fresh);
    expect(await attempt(fresh, withdrawal)).toBe('registration/no-authority');
    expect(await sight(fresh, objection)).toEqual([404, false]);
    expect(await attempt(w.of(fresh.org, 'buyer'), withdrawal)).toBe('forbidden');
    expect((await see(w.holder, objection)).state).toBe('FILED');
  });

  it.each([
    ['revoked', (authority: string) => revoke(authority)],
    ['over', () => w.setInstant('2026-07-31T00:00:00Z', 1)],
  ])('can do and see nothing any more when the authority is %s', async (_, end) => {
    const authority = await given(['OBJECT'], w.holder, agent, { validTo: '2026-07-31T00:00:00Z' });
    const objection = await objected();
    expect(await sight(agent, objection)).toEqual([200, true]);
    await end(authority);
    expect(await attempt(agent, `${objection}/withdrawal`)).toBe('registration/no-authority');
    expect(await sight(agent, objection)).toEqual([404, false]);
    expect(await sight(w.holder, objection)).toEqual([200, true]);
    await say(w.holder, `${objection}/withdrawal`);
  });

  it('stands on one side: neither the registrant, nor who filed the registration, nor for both', async () => {
    const { number, resourceId } = await certified();
    const objection = await objected(w.holder, undefined, number);
    await given(['OBJECT'], w.holder, registrant);
    expect(await attempt(registrant, `${objection}/withdrawal`)).toBe('registration/agent-conflict');
    await given(['OBJECT']);
    await say(w.officer, `${objection}/completion-request`);
    await say(agent, `${objection}/completion`);
    await say(w.officer, `${objection}/acceptance`);
    await given(['ANSWER_OBJECTION'], registrant, agent, { resourceIds: [resourceId] });
    expect((await see(agent, objection)).actions).toEqual(['withdraw']);
    expect(await attempt(agent, `${objection}/contest`)).toBe('registration/agent-conflict');
    expect(await attempt(w.holder, `${objection}/contest`)).toBe('not-your-organisation');
  });

  it('is not who filed the registration for its holder', async () => {
    await given(['FILE', 'SUBMIT'], registrant, other);
    const draft = await w.draft({ resourceId: await w.declare({}, registrant) }, registrant);
    const { id, code } = await post(other, '/v1/applications', { ...draft, onBehalfOf: registrant.org });
    expect(code).toBeUndefined();
    const app = `/v1/applications/${id}`;
    await w.underReview(app, registrant);
    await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
    await w.act(w.approver, `${app}/approval`);
    w.setInstant((await w.seen(app)).clocks.notice.due, 1);
    await w.fire();
    await w.t.settle();
    const objection = await objected(w.holder, undefined, (await w.seen(app)).certificateNumber);
    await given(['OBJECT'], w.holder, other);
    expect(await attempt(other, `${objection}/withdrawal`)).toBe('registration/agent-conflict');
  });
});

describe('an agent of the registrant', () => {
  it('answers an objection to its registration where the authority names that, for the data that it is for', async () => {
    const { number, resourceId } = await certified();
    const objection = await objected(w.holder, undefined, number);
    await given(['FILE', 'OBJECT', 'REQUEST_RECORD'], registrant, counsel);
    const elsewhere = { resourceIds: [await w.declare({}, registrant)] };
    await given(['ANSWER_OBJECTION'], registrant, counsel, elsewhere);
    await say(w.officer, `${objection}/acceptance`);
    const contest = `${objection}/contest`;
    expect(await attempt(counsel, contest)).toBe('registration/no-authority');
    expect(await sight(counsel, objection)).toEqual([404, false]);
    const authority = await given(['ANSWER_OBJECTION'], registrant, counsel, { resourceIds: [resourceId] });
    expect((await see(counsel, objection)).actions).toEqual(['admit', 'contest']);
    await say(counsel, contest, { fileIds: [await w.upload(counsel, '答辩', 'answer.txt')] });
    await say(w.officer, `${objection}/investigation`);
    await say(counsel, `${objection}/statements`);
    await say(w.approver, `${objection}/conclusion`, { upheld: false, remedy: 'NONE' });
    await say(w.holder, `${objection}/answer`, { agrees: true });
    await say(counsel, `${objection}/answer`, { agrees: true });
    expect(await see(registrant, objection)).toMatchObject({
      state: 'DISMISSED',
      agents: [{ authorityId: authority.split('/').at(-1), agentId: counsel.org, principalId: registrant.org }],
    });
    const told = (await leavesOf(objection)).filter(({ actor }) => actor === counsel.sub);
    expect(told.map(({ onBehalfOf }) => onBehalfOf)).toEqual(Array(3).fill(registrant.org));
    await revoke(authority, registrant);
    expect(await sight(counsel, objection)).toEqual([404, false]);
  });

  it('does not see what the registrant has not been told', async () => {
    await given(['ANSWER_OBJECTION'], registrant, counsel);
    const objection = await objected(w.holder, undefined);
    expect(await sight(counsel, objection)).toEqual([404, false]);
    await say(w.officer, `${objection}/acceptance`);
    expect(await sight(counsel, objection)).toEqual([200, true]);
    expect(await attempt(counsel, `${objection}/withdrawal`)).toBe('not-your-organisation');
  });
});

describe('an agent of who asks for a record', () => {
  it('gets what is decided and the record, as long as its authority lasts', async () => {
    const authority = await given(['REQUEST_RECORD']);
    const asks = { purpose: '演示', interest: '演示', onBehalfOf: w.holder.org };
    const { id } = await post(agent, `/v1/certificates/${(await certified()).number}/record-requests`, asks);
    const request = `/v1/record-requests/${id}`;
    await given(['OBJECT'], w.holder, other);
    expect(await sight(other, request)).toEqual([404, false]);
    expect(await sight(agent, request)).toEqual([200, true]);
    await say(registrant, `${request}/consent`);
    await say(w.officer, `${request}/grant`);
    const { body } = await w.t.as(agent).get(request);
    expect(body).toMatchObject({ state: 'GRANTED', requesterId: w.holder.org, actions: [] });
    expect(createHash('sha256').update(body.record.document).digest('hex')).toBe(body.record.hash);
    // Whoever consents is the holder itself.
    const again = await post(agent, `/v1/certificates/${(await certified()).number}/record-requests`, asks);
    await given(['ANSWER_OBJECTION', 'REQUEST_RECORD'], registrant, counsel);
    expect(await attempt(w.of(counsel.org, 'holder'), `/v1/record-requests/${again.id}/consent`)).toBe(
      'not-your-organisation',
    );
    await revoke(authority);
    expect(await sight(agent, request)).toEqual([404, false]);
    expect((await w.t.as(w.holder).get(request)).body.record.hash).toBe(body.record.hash);
  });
});

it('is what the ledger says', async () => {
  await w.t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const code = await audit(['replay', '--database', w.t.databaseUrl], { DATABASE_URL: w.t.databaseUrl }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
