import { completeUscc } from '@app/rulepacks';
import type { CertificateView, RegisteredHolder } from '@app/sdk';
import { linesOf, sayBoth } from '../src/certificates/certificate-text.js';
import type { Who } from './support/client.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => (w = await startRegistrar()));
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const checklist = checklistFor('COLLECTED');
const other = completeUscc('91440101DEM999999');
const [partner, person] = ['演示<b>合作方</b>', '演示自然人'];
const holders = [
  { kind: 'LEGAL_PERSON', name: partner, idNumber: other, right: 'USE', termYears: 3, restriction: '仅限省内' },
  {
    kind: 'NATURAL_PERSON',
    name: person,
    idNumber: '440101199001010012',
    right: 'USE',
    termYears: null,
    restriction: '',
  },
  { kind: 'LEGAL_PERSON', name: partner, idNumber: other, right: 'OPERATE', termYears: null, restriction: '' },
] as const;
const rights = (['HOLD', 'USE', 'OPERATE'] as const).map((right) => ({ right, termYears: null, limits: '' }));

async function toNotice(app: string, who = w.holder): Promise<string> {
  await w.underReview(app, who);
  await w.act(w.officer, `${app}/review-pass`, { checklist });
  await w.act(w.approver, `${app}/approval`);
  return app;
}
async function finish(app: string): Promise<string> {
  await toNotice(app);
  w.setInstant((await w.seen(app)).clocks.notice.due, 1);
  await w.fire();
  await w.t.settle();
  return (await w.seen(app)).certificateNumber as string;
}
async function follow(body: { certificateNumber: string; type: string }, codes: string[]): Promise<string> {
  const fileId = await w.upload(w.holder, 'Demonstration material', 'material.txt');
  const materials = codes.map((code) => ({ code, fileId }));
  const filed = await w.followUp({ ...body, materials });
  const answer = await w.t.as(w.holder).post('/v1/applications', filed);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return `/v1/applications/${answer.body.id}`;
}
const seen = async (number: string) => (await w.seen(`/v1/certificates/${number}`)) as CertificateView;
const rows = async (number: string) =>
  ((await seen(number)).subject['rightHolders'] as RegisteredHolder[]).map(
    ({ name, right, termYears, restriction }) => `${name} ${right} ${termYears ?? '-'} ${restriction}`,
  );
const get = async (path: string) => (await fetch(`${await w.t.app.getUrl()}${path}`)).text();
const holderName = 'Demonstration holder';

describe('everybody who holds a right in the data', () => {
  const proven = async () => {
    const { materials } = await w.draft();
    return [...materials, { ...materials[0]!, code: 'rights-proof' }];
  };
  const initial = async () =>
    w.file({ rights, holders: holders.map((row) => ({ ...row })), materials: await proven() });

  it('stands in the evidence, the credential, the register, the PDF and, to be disclosed one by one, in the SD-JWT', async () => {
    const app = await toNotice(await initial());
    const { items } = (await w.t.as(w.stranger).get('/v1/public-notices?limit=100')).body;
    const notice = items.find(({ applicationId }: { applicationId: string }) => app.endsWith(applicationId));
    expect(notice.restrictions).toContainEqual({
      zh: `${partner}: 使用权 (3 年; 仅限省内)`,
      en: `${partner}: use (3 years; 仅限省内)`,
    });
    expect(await get('/notices?lang=en')).toContain(': use (3 years; 仅限省内)');
    expect(await get('/notices')).toContain(': 使用权 (3 年; 仅限省内)');
    w.setInstant((await w.seen(app)).clocks.notice.due, 1);
    await w.fire();
    await w.t.settle();
    const { certificateNumber: number, evidence } = await w.seen(app);
    const expected = [
      ...['HOLD', 'USE', 'OPERATE'].map((right) => `${holderName} ${right} - `),
      `${partner} USE 3 仅限省内`,
      '演** USE - ',
      `${partner} OPERATE - `,
    ];
    expect(await rows(number)).toEqual(expected);
    expect(JSON.parse(evidence.document).rightHolders).toEqual((await seen(number)).subject['rightHolders']);
    const jwt = await get(`/v1/certificates/${number}/credential`);
    const signed = JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString());
    expect(signed.credentialSubject.rightHolders).toHaveLength(6);
    const page = await get(`/certificates/${number}?lang=en`);
    expect(page).toContain('Holder of right');
    expect(page).toContain('Collected or generated');
    expect(page).toContain('use (3 years; 仅限省内)');
    expect(page).not.toContain('<b>合作方');
    const printed = linesOf(await seen(number)).map(({ value }) => sayBoth(value));
    expect(printed).toContain(`${partner} (${other}): 使用权 use (3 年 3 years; 仅限省内)`);
    const everything = [jwt, JSON.stringify(await seen(number)), evidence.document, page].join();
    expect(everything).not.toContain(person);
    expect(everything).not.toContain('440101199001010012');
    const [issued, ...disclosures] = (await get(`/v1/certificates/${number}/sd-jwt`)).split('~');
    expect(Buffer.from(issued!.split('.')[1]!, 'base64url').toString()).not.toContain(other);
    const members = disclosures.filter(Boolean).map((one) => JSON.parse(Buffer.from(one, 'base64url').toString()));
    expect(members.filter(([, name, value]) => name === 'idNumber' && value === other)).toHaveLength(2);
  });

  it('follows a transfer of a part: the transferor keeps nothing of it, others hold as before (INV-07); a change keeps all', async () => {
    const number = await finish(await initial());
    const to = w.of(await w.organisation('transferee'), 'holder') as Who;
    const scopes = { dataScope: '全部', useScope: '省内' };
    const asked = { type: 'TRANSFER', certificateNumber: number, transfereeId: to.org, rights: ['USE'], ...scopes };
    const app = await follow(asked, ['form', 'contract', 'certificate']);
    await w.act(to, `${app}/joining`);
    const next = await finish(app);
    const received = await rows(next);
    expect(received[0]).toMatch(/^Demonstration transferee USE - $/);
    expect(received.slice(1)).toEqual([`${partner} USE 3 仅限省内`, '演** USE - ']);
    const { supersededBy } = await seen(number);
    const kept = [`${holderName} HOLD - `, `${holderName} OPERATE - `, `${partner} OPERATE - `];
    expect(await rows(supersededBy!)).toEqual(kept);

    const items = [{ field: 'scenario', before: '交通规划', after: '城市规划', reason: '用途变化' }];
    const change = { type: 'CHANGE', certificateNumber: supersededBy!, items };
    const changed = await finish(await follow(change, ['form', 'certificate', 'change-proof']));
    expect(await rows(changed)).toEqual(kept);
    w.setTime('2031-03-03T10:00');
    const renewal = { type: 'RENEWAL', certificateNumber: changed, rights: ['OPERATE'], years: 2 };
    const renewed = await finish(await follow(renewal, ['form', 'certificate']));
    expect(await rows(renewed)).toEqual(kept.slice(1));
  });

  it('is named once for each right, with a number, and says of an applicant what that claims', async () => {
    const uscc = (await w.t.as(w.holder).get(`/v1/organisations/${w.holder.org}`)).body.uscc as string;
    const row = { name: partner, idNumber: other, right: 'USE' as const, termYears: null, restriction: '' };
    const materials = await proven();
    const wrong = async (...given: object[]) => {
      const app = await w.file({ rights, holders: given as never, materials });
      const { body } = await w.t.as(w.holder).get(`${app}/pre-check`);
      return body.faults.map(({ pointer }: { pointer: string }) => pointer);
    };
    expect(await wrong({ ...row, idNumber: '' })).toEqual(['/content/holders/0/idNumber']);
    expect(await wrong({ ...row, idNumber: '440101199001010012' })).toEqual(['/content/holders/0/idNumber']);
    expect(await wrong(row, row)).toEqual(['/content/holders/1']);
    expect(await wrong({ ...row, idNumber: uscc, termYears: 2 })).toEqual(['/content/holders/0']);
    expect(await wrong({ ...row, idNumber: uscc }, row)).toEqual([]);
    const { materials: unproven } = await w.draft();
    const app = await w.file({ rights, holders: [row as never], materials: unproven });
    expect((await w.t.as(w.holder).get(`${app}/pre-check`)).body.faults).toMatchObject([
      { pointer: '/content/materials', en: expect.stringContaining('rights-proof') },
    ]);
  });
});
