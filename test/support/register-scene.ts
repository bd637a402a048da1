import type { CertificateView, Created } from '@app/sdk';
import type { Applications } from './application-scene.js';
import type { Actor, Stage } from './stage.js';

const text = '演示';

/** Acts upon certificates, proposed and done; objections to registrations at every turn. */
export async function stageRegister(stage: Stage, applications: Applications, numbers: string[]): Promise<void> {
  const { holder, officer, approver } = applications;
  const { id } = await officer.client.get<CertificateView>(`/v1/certificates/${numbers[1]}`);
  const certificate = `/v1/certificates/${id}`;
  const order = { kind: 'ADMIN_CONTROL', text, authority: '演示机关', fileId: await stage.file(officer), to: null };
  const plain = { kind: 'OTHER', text };
  const propose = async (path: string, body: object): Promise<string> =>
    `/v1/register-acts/${(await officer.client.post<Created>(path, body)).id}`;
  for (const body of [plain, plain])
    await approver.client.act(`${await propose(`${certificate}/remarks`, body)}/approval`, { text });
  await stage.settle();
  const { remarks } = await officer.client.get<CertificateView>(certificate);
  await propose(`${certificate}/remarks/${remarks.at(-1)!.id}/lifting`, { text });
  await approver.client.act(`${await propose(`${certificate}/remarks`, plain)}/rejection`, { text });
  await officer.client.act(`${await propose(`${certificate}/remarks`, plain)}/withdrawal`, { text });
  for (const body of [plain, plain, order]) await propose(`${certificate}/remarks`, body);
  await propose(`${certificate}/cancellation`, { groundCode: 'A-C2', text });

  const object = async (by: Actor, number: string): Promise<string> => {
    const body = { reason: text, fileIds: [await stage.file(by)] };
    return `/v1/objections/${(await by.client.post<Created>(`/v1/certificates/${number}/objections`, body)).id}`;
  };
  type Turn = readonly [by: Actor | 'objector', act: string, more?: object];
  const accepted: Turn[] = [[officer, 'acceptance']];
  const contested: Turn[] = [...accepted, [holder, 'contest']];
  const investigated: Turn[] = [...contested, [officer, 'investigation']];
  const upheld: Turn[] = [...investigated, [approver, 'conclusion', { upheld: true, remedy: 'CANCEL' }]];
  const agreed: Turn[] = [...upheld, ['objector', 'answer', { agrees: true }], [holder, 'answer', { agrees: true }]];
  const rejected: Turn[] = [...upheld, [holder, 'answer', { agrees: false }]];
  const admitted: Turn[] = [...accepted, [holder, 'admission']];
  const incomplete: Turn[] = [[officer, 'completion-request']];
  const referred: Turn[] = [...rejected, [officer, 'referral', { to: 'LITIGATION' }]];
  const statement: Turn[] = [...investigated, ['objector', 'statements']];
  const completed: Turn[] = [...incomplete, ['objector', 'completion']];
  const dismissed: Turn[] = [[approver, 'dismissal']];
  const withdrawn: Turn[] = [...accepted, ['objector', 'withdrawal']];
  const ended = [statement, completed, dismissed, withdrawn];
  const turns = [
    ...ended,
    [],
    [],
    incomplete,
    incomplete,
    accepted,
    accepted,
    admitted,
    contested,
    investigated,
    investigated,
  ];
  const { buyer, broker, exchange, regulator, university, institute } = stage.cast.orgs;
  const objectors: Actor[] = [];
  for (const org of [buyer, broker, exchange, regulator, university, institute]) objectors.push(await stage.actor(org));
  // Nobody objects to the same certificate twice at a time.
  for (const [n, path] of [...turns, upheld, upheld, agreed, rejected, referred].entries()) {
    const by = objectors[n % objectors.length]!;
    const objection = await object(by, numbers[Math.floor(n / objectors.length)]!);
    for (const [who, act, more] of path)
      await (who === 'objector' ? by : who).client.act(`${objection}/${act}`, { text, ...more });
    await stage.settle();
  }
}

/** Requests for copies of the record: granted, consented, withdrawn, undecided. */
export async function stageRecordRequests(stage: Stage, applications: Applications, numbers: string[]): Promise<void> {
  const { holder, officer } = applications;
  const requester = await stage.actor(stage.cast.orgs.buyer);
  const request = async (): Promise<string> => {
    const body = { purpose: text, interest: text };
    const { id: made } = await requester.client.post<Created>(`/v1/certificates/${numbers[1]}/record-requests`, body);
    return `/v1/record-requests/${made}`;
  };
  const granted = await request();
  await holder.client.act(`${granted}/consent`, { text });
  await officer.client.act(`${granted}/grant`, { text });
  await holder.client.act(`${await request()}/consent`, { text });
  await requester.client.act(`${await request()}/withdrawal`, { text });
  for (let i = 0; i < 3; i += 1) await request();
}
