import { AsyncResource } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { attached, canonicalJson, sha256Hex, suites } from '@app/signing';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Certificate, type CertificateFacts } from '../src/certificates/certificate.js';
import { compactCredentials, CREDENTIAL, type KeptCredentials } from '../src/certificates/compact-credentials.js';
import { IssueCertificates } from '../src/certificates/issue-certificates.js';
import { CertificateIssuer } from '../src/certificates/issuer.js';
import { PrepareCertificateOfRegisteredApplication } from '../src/certificates/prepare-certificate-of-registered-application.js';
import { PreparedCertificate, SignedCertificate, type Signed } from '../src/certificates/prepared-certificate.js';
import { SignPreparedCertificates } from '../src/certificates/sign-prepared-certificates.js';
import { replay } from '../src/ledger/replay.js';
import { Venue } from '../src/market/venue.js';
import { asSystem } from '../src/platform/context.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { revive } from '../src/platform/event.js';
import { newId } from '../src/platform/id.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { ApplicationRegistered } from '../src/registration/application-events.js';
import { startApp, type TestApp } from './support/app.js';

let t: TestApp;
let db: pg.Client;
let uow: UnitOfWork;
let sql: Sql;
beforeAll(async () => {
  t = await startApp({ PUBLIC_URL: 'http://127.0.0.1:8080' });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  uow = t.app.get(UnitOfWork);
  sql = t.app.get(Sql);
});
afterAll(async () => {
  await db.end();
  await t.close();
});
const run = <R>(work: () => Promise<R>): Promise<R> => asSystem(() => uow.run(work));
const rows = async <T extends object>(text: string, values: unknown[] = []) =>
  (await db.query<T & pg.QueryResultRow>(text, values)).rows;

/** Runs work as if no transaction were open. */
const outside = AsyncResource.bind(<R>(work: () => R): R => work());

let made = 0;
const factsOf = (text = '演示', credential: object = {}): CertificateFacts => {
  const n = (made += 1);
  return {
    number: `SJ99120260${String(Math.floor(n / 10_000) + 1)}${String(n % 10_000).padStart(4, '0')}`,
    applicationId: newId('app'),
    holderId: newId('org'),
    registrarId: newId('org'),
    resourceId: text,
    rights: ['HOLD', 'USE'],
    validFrom: '2026-08-03T02:00:00.123Z',
    validTo: '2031-08-03T02:00:00.123Z',
    statusListIndex: 1_000_000 + n,
    rulePack: 'CN-PROPERTY-2026@1.0.0',
    credential: {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiableCredential'],
      issuer: t.app.get(CertificateIssuer).did,
      credentialSubject: { id: 'urn:x:1', name: text },
      ...credential,
    },
  };
};
const prepare = async (count: number, credential: object = {}): Promise<Certificate[]> =>
  run(() => {
    const prepared = Array.from({ length: count }, () => Certificate.prepare(factsOf('演示', credential)));
    for (const one of prepared) uow.add(one);
    return Promise.resolve(prepared);
  });
const eventsOf = (ids: readonly string[]) =>
  rows<{ stream: string; version: number; type: string; payload: string }>(
    'SELECT stream, version, type, payload FROM ledger.payload WHERE stream = ANY($1) ORDER BY gen, xid, seq',
    [ids],
  );
const columns = 'SELECT to_jsonb(c) AS row FROM certificates.certificate c WHERE id = ANY($1) ORDER BY id';
const rowsOf = async (ids: readonly string[]) =>
  (await rows<{ row: Record<string, unknown> }>(columns, [ids])).map(({ row }) => row);

describe('many aggregates in one transaction', () => {
  const signatures: Signed = { subject: {}, credentials: { ES256: 'a..c', EdDSA: 'd..f' } };
  /** Text that quoting, escaping or a NULL spelt as text could damage. */
  const text = fc.oneof(
    fc.constantFrom('NULL', 'null', '{}', '{"a","b"}', "'", '\\', '\\x00', '"', ',', '\n', '$1', ''),
    fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\0', '')),
  );

  const unlike = { id: 0, number: 0, application_id: 0, holder_id: 0, registrar_id: 0, status_list_index: 0 };

  it('give the rows, events and leaves that they give one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text, issue: fc.boolean(), seal: fc.boolean() }), { minLength: 1, maxLength: 8 }),
        async (plan) => {
          const act = (certificate: Certificate, { issue, seal }: (typeof plan)[number]) => {
            if (issue) certificate.issue(signatures);
            if (issue && seal) certificate.sealDocument('c'.repeat(64));
          };
          const [together, alone] = [0, 1].map(() => plan.map((one) => Certificate.prepare(factsOf(one.text))));
          await run(async () => together!.forEach((one) => uow.add(one)));
          for (const one of alone!) await run(async () => void uow.add(one));
          const ids = (list: readonly Certificate[]) => list.map(({ id }) => id);
          await run(async () => {
            for (const [i, one] of (await uow.getAll(Certificate, ids(together!))).entries()) act(one, plan[i]!);
          });
          for (const [i, one] of alone!.entries())
            await run(async () => act(await uow.get(Certificate, one.id), plan[i]!));

          const likeness = (row: Record<string, unknown>) => ({
            ...row,
            ...unlike,
          });
          const [a, b] = [await rowsOf(ids(together!)), await rowsOf(ids(alone!))];
          expect(a.map(likeness)).toEqual(b.map(likeness));
          expect(a.map((row) => row['resource_id'])).toEqual(plan.map((one) => one.text));
          const kinds = (events: Awaited<ReturnType<typeof eventsOf>>, list: readonly Certificate[]) =>
            list.map(({ id }) => events.filter(({ stream }) => stream === id).map((e) => [e.version, e.type]));
          const [ea, eb] = [await eventsOf(ids(together!)), await eventsOf(ids(alone!))];
          expect(kinds(ea, together!)).toEqual(kinds(eb, alone!));
          // In the order in which they were added: the first transaction's leaves come first.
          expect(ea.slice(0, plan.length).map(({ stream }) => stream)).toEqual(ids(together!));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are given as they were asked for, the same object for the same id, and refused when one is missing', async () => {
    const ids = (await prepare(3)).map(({ id }) => id);
    await run(async () => {
      const asked = [ids[2]!, ids[0]!, ids[2]!];
      const got = await uow.getAll(Certificate, asked);
      expect(got.map(({ id }) => id)).toEqual(asked);
      expect(got[0]).toBe(got[2]);
      expect(await uow.get(Certificate, ids[0]!)).toBe(got[1]);
      await expect(uow.getAll(Certificate, [ids[1]!, 'cert_none'])).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  it('keep what they do not read, also when another of them sets it', async () => {
    const ids = (await prepare(2, { credentialSubject: { id: 'urn:x:1', data: { name: '甲' } } })).map(({ id }) => id);
    const names = async () => (await rowsOf(ids)).map((row) => row['data_name']);
    const act = (dataName: string, change: (certificate: Certificate) => void) =>
      run(async () => {
        const got = await uow.getAll(Certificate, ids);
        for (const one of got) change(one);
        Object.assign(got[0]!, { dataName });
      });
    await act('乙', (one) => one.issue(signatures));
    expect(await names()).toEqual(['乙', '甲']);
    // As the events have it.
    await act('甲', (one) => one.sealDocument('d'.repeat(64)));
    expect(await names()).toEqual(['甲', '甲']);
  });

  it('write nothing when one of them has moved on', async () => {
    const ids = (await prepare(5)).map(({ id }) => id);
    const before = await rowsOf(ids);
    const late = run(async () => {
      const got = await uow.getAll(Certificate, ids);
      Object.assign(got[3]!, { version: 7 }); // as if another transaction had made six changes since
      for (const one of got) one.issue(signatures);
    });
    await expect(late).rejects.toMatchObject({ code: 'busy' });
    expect(await rowsOf(ids)).toEqual(before);
    expect(await eventsOf(ids)).toHaveLength(5);
  });

  it('recalled by what made them are those that the command has already', async () => {
    const [{ id }] = (await prepare(1)) as [Certificate];
    const [intent] = await eventsOf([id]);
    const [had, recalled] = await run(async () => [
      await uow.get(Certificate, id),
      ...(await uow.recall(Certificate, [revive(intent!.type, intent!.payload)])),
    ]);
    expect(recalled).toBe(had);
  });

  it('of several classes are all written, and the deadline that was set last counts', async () => {
    const [venue, certificate] = await run(async () => {
      const kept = uow.add(Certificate.prepare(factsOf()));
      const name = { zh: '演示', en: 'Demonstration' };
      const opened = uow.add(
        Venue.open({ code: `V${made}`, name, type: 'EXCHANGE', parentId: null, operatorId: newId('org') }, null),
      );
      uow.add(Certificate.prepare(factsOf()));
      await uow.schedule('certificates.expiry', kept.id, new Date('2031-01-01T00:00:00Z'));
      await uow.schedule('certificates.expiry', kept.id, new Date('2032-01-01T00:00:00Z'));
      await uow.schedule('certificates.expiry', opened.id, new Date('2031-01-01T00:00:00Z'));
      await uow.schedule('certificates.expiry', opened.id, null);
      return [opened, kept];
    });
    expect(await rows('SELECT version FROM market.venue WHERE id = $1', [venue.id])).toEqual([{ version: 1 }]);
    expect(
      await rows('SELECT subject, due_at FROM platform.deadline WHERE subject = ANY($1)', [[venue.id, certificate.id]]),
    ).toEqual([{ subject: certificate.id, due_at: new Date('2032-01-01T00:00:00Z') }]);
    await db.query('DELETE FROM platform.deadline WHERE subject = $1', [certificate.id]);
  });
});

describe('the token to sign a certificate', () => {
  const issuer = () => t.app.get(CertificateIssuer);
  const tokenOf = async (id: string) =>
    (await PreparedCertificate.read(sql, 1000)).find(({ certificateId }) => certificateId === id);

  it('comes from a committed intent only, which says what is signed', async () => {
    const [prepared] = await prepare(1);
    await run(async () => {
      const own = uow.add(Certificate.prepare(factsOf()));
      await expect(PreparedCertificate.read(sql, 10)).rejects.toThrow('no intent is committed yet');
      expect(own.status).toBe('PREPARED');
    });
    const [outcome] = await issuer().sign([(await tokenOf(prepared!.id))!]);
    const { credentials, subject } = (outcome as PromiseFulfilledResult<SignedCertificate>).value;
    const [intent] = await eventsOf([prepared!.id]);
    const { credential } = (JSON.parse(intent!.payload) as { facts: CertificateFacts }).facts;
    expect(subject).toEqual(credential.credentialSubject);
    const key = (await issuer().publicKeys()).keys.find(({ alg }) => alg === 'ES256');
    const jws = attached(credentials.ES256, canonicalJson(credential));
    await expect(suites.get('ES256')!.verify(jws, key!)).resolves.toBeDefined();
  });

  it('is used once, also when signing fails', async () => {
    const [one, two] = await prepare(2);
    const token = (await tokenOf(one!.id))!;
    const [first] = await issuer().sign([token]);
    const [second] = await issuer().sign([token]);
    expect([first!.status, second!.status]).toEqual(['fulfilled', 'rejected']);
    expect(String((second as PromiseRejectedResult).reason)).toContain('is used');
    const broken = (await tokenOf(two!.id))!;
    await expect(broken.sign(() => Promise.reject(new Error('no signer')))).rejects.toThrow('no signer');
    await expect(broken.sign(() => Promise.resolve({ ES256: 'a', EdDSA: 'b' }))).rejects.toThrow('is used');
  });

  it('cannot be made up, nor can its result', () => {
    const [Token, Result] = [PreparedCertificate, SignedCertificate] as unknown as (new (...a: unknown[]) => object)[];
    for (const proof of [undefined, Symbol('made from a committed intent'), {}]) {
      expect(() => new Token!(proof, 'cert_x', {})).toThrow('only a committed intent');
      expect(() => new Result!(proof, 'cert_x', {})).toThrow('only a committed intent');
    }
  });

  it('raced by two workers and presented again gives one result, the first', async () => {
    const ids = (await prepare(40)).map(({ id }) => id);
    const tokens = async () =>
      (await PreparedCertificate.read(sql, 1000)).filter(({ certificateId }) => ids.includes(certificateId));
    const sign = async () =>
      (await issuer().sign(await tokens())).map((o) => (o as PromiseFulfilledResult<SignedCertificate>).value);
    const [a, b] = await Promise.all([sign(), sign()]);
    expect([a!.length, b!.length]).toEqual([40, 40]);
    const record = (signed: readonly SignedCertificate[]) => asSystem(() => uow.execute(new IssueCertificates(signed)));
    await Promise.all([record(a!), record(b!)]);
    await record(b!);
    await record(a!);
    const issued = (await eventsOf(ids)).filter(({ type }) => type === 'certificates.certificate-issued.v1');
    expect(issued.map(({ stream }) => stream).toSorted()).toEqual(ids);
    const recorded = new Map(issued.map(({ stream, payload }) => [stream, JSON.parse(payload).credentials as object]));
    for (const row of await rowsOf(ids))
      expect([row['status'], row['credentials']]).toEqual(['ACTIVE', recorded.get(row['id'] as string)]);
    // Kept is each signature, and once what they cover; together they are what was signed.
    const key = (await issuer().publicKeys()).keys.find(({ alg }) => alg === 'ES256');
    const signed = [...a!, ...b!].map(({ credentials }) => credentials);
    const kept = await rows<KeptCredentials>(
      `SELECT ${CREDENTIAL}, credentials FROM certificates.certificate WHERE id = ANY ($1)`,
      [ids],
    );
    expect(kept).toHaveLength(40);
    for (const row of kept) {
      for (const jws of Object.values<string>({ ...row.credentials })) expect(jws).toMatch(/^[\w-]+\.\.[\w-]+$/);
      expect(signed).toContainEqual(row.credentials);
      const { ES256 } = compactCredentials(row)!;
      await expect(suites.get('ES256')!.verify(ES256, key!)).resolves.toBeDefined();
    }
    // ECDSA is randomised: the two workers' signatures differ, and one of them stands.
    expect(new Set([...a!, ...b!].map(({ credentials }) => credentials.ES256)).size).toBe(80);
  });

  it('goes on while the batch before is recorded, and uses no key twice', async () => {
    const worker = t.app.get(SignPreparedCertificates);
    while ((await worker.step()) > 0);
    const ids = (await prepare(600)).map(({ id }) => id);
    const sign = jest.spyOn(CertificateIssuer.prototype, 'sign');
    const steps = [await worker.step(), await worker.step(), await worker.step(), await worker.step()];
    const asked = sign.mock.calls.flatMap(([tokens]) => tokens.map(({ certificateId }) => certificateId));
    sign.mockRestore();
    expect(steps).toEqual([256, 256, 88, 0]);
    expect(asked).toEqual(ids.toSorted());
    expect(new Set((await rowsOf(ids)).map((row) => row['status']))).toEqual(new Set(['ACTIVE']));
    const issued = (await eventsOf(ids)).filter(({ type }) => type === 'certificates.certificate-issued.v1');
    expect(issued).toHaveLength(600);
  });

  it('that fails holds up no other, and is tried again', async () => {
    const worker = t.app.get(SignPreparedCertificates);
    const [before] = await prepare(1);
    const [poisoned] = await prepare(1, { type: [] });
    const [after] = await prepare(1);
    await worker.step();
    expect((await rowsOf([before!.id, poisoned!.id, after!.id])).map((row) => row['status'])).toEqual([
      'ACTIVE',
      'PREPARED',
      'ACTIVE',
    ]);
    expect(await worker.step()).toBe(0);
    expect(await new SignPreparedCertificates(sql, uow, issuer()).step()).toBe(1);
    // Else it comes up again in other tests, whenever its pause ends.
    await db.query('DELETE FROM certificates.to_sign WHERE certificate_id = $1', [poisoned!.id]);
  });

  it('whose result cannot be recorded holds up no other', async () => {
    const ids = (await prepare(5)).map(({ id }) => id);
    await db.query(
      `ALTER TABLE certificates.certificate ADD CONSTRAINT poison CHECK (id <> '${ids[2]}' OR status = 'PREPARED')`,
    );
    await t.app.get(SignPreparedCertificates).step();
    const states = async () => (await rowsOf(ids)).map((row) => row['status']);
    expect(await states()).toEqual(['ACTIVE', 'ACTIVE', 'PREPARED', 'ACTIVE', 'ACTIVE']);
    await db.query('ALTER TABLE certificates.certificate DROP CONSTRAINT poison');
    await new SignPreparedCertificates(sql, uow, issuer()).step();
    expect(await states()).toEqual(Array.from({ length: 5 }, () => 'ACTIVE'));
  });
});

describe('registered applications in bulk', () => {
  const registered = (at: string, digit: string): ApplicationRegistered => {
    const evidence = canonicalJson({ at, digit });
    return new ApplicationRegistered({
      applicationId: newId('app'),
      evidenceAt: at,
      validFrom: at,
      validTo: at.replace(/^\d{4}/, (year) => String(Number(year) + 5)),
      regime: 'CN-PROPERTY-2026',
      rulePack: 'CN-PROPERTY-2026@1.0.0',
      registrarId: newId('org'),
      registrarDigit: digit,
      regionCode2: '44',
      holder: { organisationId: newId('org'), name: '演示持有方', uscc: '91350100M000100Y43' },
      resource: { id: newId('res'), name: '演示数据', abstract: '摘要' } as ApplicationRegistered['resource'],
      rights: [{ right: 'HOLD', termYears: null, limits: '无' }],
      restriction: '无',
      scenario: '分析',
      remarks: [],
      evidence,
      evidenceHash: sha256Hex(evidence),
    });
  };
  const react = (events: readonly ApplicationRegistered[]) =>
    run(() => t.app.get(PrepareCertificateOfRegisteredApplication).onAll(events));
  const numbersOf = async (events: readonly ApplicationRegistered[]) => {
    const found = await rows<{ id: string; number: string }>(
      'SELECT application_id AS id, number FROM certificates.certificate WHERE application_id = ANY($1)',
      [events.map(({ applicationId }) => applicationId)],
    );
    return events.map(({ applicationId }) => found.find(({ id }) => id === applicationId)?.number);
  };

  it('get the next numbers of their registrar and month, in their order, and places in the status list', async () => {
    const months = ['2027-01-05T00:00:00.000Z', '2027-02-05T00:00:00.000Z'];
    const events = Array.from({ length: 24 }, (_, i) => registered(months[i % 2]!, String(1 + (i % 3))));
    await react(events.slice(0, 10));
    await react(events); // ten of them again
    const serials = new Map<string, number>();
    const expected = events.map(({ evidenceAt, registrarDigit }) => {
      const prefix = `SJ44${registrarDigit}2027${evidenceAt.slice(5, 7)}`;
      serials.set(prefix, (serials.get(prefix) ?? 0) + 1);
      return `${prefix}${String(serials.get(prefix)).padStart(4, '0')}`;
    });
    expect(await numbersOf(events)).toEqual(expected);
    const [{ places }] = (await rows(
      `SELECT array_agg(status_list_index ORDER BY status_list_index) AS places FROM certificates.certificate WHERE application_id = ANY($1)`,
      [events.map(({ applicationId }) => applicationId)],
    )) as [{ places: number[] }];
    expect(places).toEqual(events.map((_, i) => places[0]! + i));
  });

  it('come to hand to whoever signs when they are committed, and not before; what it signs is what the ledger holds', async () => {
    const signing = t.app.get(SignPreparedCertificates);
    const taken: PreparedCertificate[] = [];
    const take = jest.spyOn(signing, 'take').mockImplementation((prepared) => void taken.push(...prepared));
    const events = Array.from({ length: 3 }, () => registered('2027-06-05T00:00:00.000Z', '1'));
    let attempts = 0;
    await run(async () => {
      attempts += 1;
      await t.app.get(PrepareCertificateOfRegisteredApplication).onAll(events);
      expect(taken).toEqual([]);
      // Begun anew: what the first attempt intended was never committed.
      if (attempts === 1) throw Object.assign(new pg.DatabaseError('again', 0, 'error'), { code: '40001' });
    });
    const failing = run(async () => {
      await t.app.get(PrepareCertificateOfRegisteredApplication).onAll([registered('2027-06-05T00:00:00.000Z', '1')]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    take.mockRestore();
    const certificates = await rows<{ id: string }>(
      `SELECT id, ${CREDENTIAL} FROM certificates.certificate WHERE application_id = ANY($1) ORDER BY id`,
      [events.map(({ applicationId }) => applicationId)],
    );
    const signed: object[] = [];
    for (const token of taken)
      await token
        .sign((credential, canonical) => {
          const text = canonical.toString();
          expect(canonicalJson(credential)).toBe(text);
          signed.push({ id: token.certificateId, credential: text });
          return Promise.reject(new Error('only looked at'));
        })
        .catch(() => undefined);
    expect(attempts).toBe(2);
    expect(signed).toHaveLength(3);
    expect(signed.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(
      certificates.map(({ id, ...rest }) => ({ id, ...rest })),
    );
    while ((await signing.step()) > 0);
  });

  it('are signed as they come to hand, those beyond what is kept when they are read, and each once', async () => {
    const signing = t.app.get(SignPreparedCertificates);
    while ((await signing.step()) > 0);
    const [read, sign] = [jest.spyOn(PreparedCertificate, 'read'), jest.spyOn(CertificateIssuer.prototype, 'sign')];
    const nudge = jest.spyOn(signing, 'nudge');
    const months = Array.from({ length: 12 }, (_, i) => `2029-${String(i + 1).padStart(2, '0')}-05T00:00:00.000Z`);
    const events = Array.from({ length: 1100 }, (_, i) => registered(months[i % 12]!, '1'));
    for (let at = 0; at < events.length; at += 256) await react(events.slice(at, at + 256));
    expect(nudge).toHaveBeenCalledTimes(5);
    nudge.mockRestore();
    const steps = [];
    for (let n = 0; n < 4; n += 1) steps.push(await signing.step());
    expect(read).not.toHaveBeenCalled();
    steps.push(await signing.step());
    expect(read).toHaveBeenCalledTimes(1);
    steps.push(await signing.step());
    const asked = sign.mock.calls.flatMap(([tokens]) => tokens.map(({ certificateId }) => certificateId));
    sign.mockRestore();
    read.mockRestore();
    expect(steps).toEqual([256, 256, 256, 256, 76, 0]);
    expect(new Set(asked).size).toBe(1100);
    expect(asked).toHaveLength(1100);
  });

  it('are signed once where they come to hand while they are read', async () => {
    const signing = t.app.get(SignPreparedCertificates);
    const events = [registered('2027-07-05T00:00:00.000Z', '1')];
    const original = PreparedCertificate.read.bind(PreparedCertificate);
    const read = jest.spyOn(PreparedCertificate, 'read').mockImplementationOnce(async (...given) => {
      await react(events);
      return original(...given);
    });
    const steps = [await signing.step(), await signing.step()];
    read.mockRestore();
    expect(steps).toEqual([1, 0]);
    const [{ id }] = (await rows<{ id: string }>('SELECT id FROM certificates.certificate WHERE application_id = $1', [
      events[0]!.applicationId,
    ])) as [{ id: string }];
    expect((await eventsOf([id])).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('are signed while those before them still are, which an end of the service does not lose', async () => {
    const signing = new SignPreparedCertificates(sql, uow, t.app.get(CertificateIssuer));
    Object.assign(signing, { config: { ROLES: [] } });
    while ((await signing.step()) > 0);
    const take = jest
      .spyOn(t.app.get(SignPreparedCertificates), 'take')
      .mockImplementation((some) => signing.take(some));
    const events = Array.from({ length: 600 }, () => registered('2027-08-05T00:00:00.000Z', '1'));
    for (let at = 0; at < events.length; at += 256) await react(events.slice(at, at + 256));
    take.mockRestore();
    const sign = jest.spyOn(CertificateIssuer.prototype, 'sign');
    const first = signing.step();
    await new Promise(setImmediate);
    expect(sign.mock.calls.map(([tokens]) => tokens.length)).toEqual([256, 256]);
    await first;
    await signing.beforeApplicationShutdown();
    expect(sign).toHaveBeenCalledTimes(2);
    sign.mockRestore();
    const states = await rows<{ status: string; n: string }>(
      'SELECT status, count(*) AS n FROM certificates.certificate WHERE application_id = ANY($1) GROUP BY 1 ORDER BY 1',
      [events.map(({ applicationId }) => applicationId)],
    );
    expect(states).toEqual([
      { status: 'ACTIVE', n: '512' },
      { status: 'PREPARED', n: '88' },
    ]);
    while ((await signing.step()) > 0);
  });

  it('get one certificate each, however often and at whatever moment they are reported', async () => {
    const events = Array.from({ length: 12 }, (_, i) => registered('2027-04-05T00:00:00.000Z', String(i % 2)));
    await Promise.all([
      react([...events, ...events]),
      react(events.toReversed()),
      react(events.slice(3, 9)),
      ...events.slice(0, 2).map((event) => react([event])),
    ]);
    await react(events);
    const count = async (table: string) =>
      (
        await rows(`SELECT 1 FROM certificates.${table} WHERE application_id = ANY($1)`, [
          events.map(({ applicationId }) => applicationId),
        ])
      ).length;
    expect([await count('certificate'), await count('postponement')]).toEqual([12, 0]);
    // Nor is a number or a place in the status list lost by it.
    const more = registered('2027-04-05T00:00:00.000Z', '1');
    await react([...events, more, ...events]);
    const [last, place] = await rows<{ number: string | null; place: number }>(
      `SELECT max(number) FILTER (WHERE number LIKE 'SJ44120270400%') AS number, max(status_list_index) AS place
       FROM certificates.certificate WHERE status_list_index < 1000000 GROUP BY application_id = $1 ORDER BY 2 DESC`,
      [more.applicationId],
    );
    expect([last!.number, last!.place - place!.place]).toEqual(['SJ4412027040007', 1]);
  });

  it('are prepared while earlier ones are issued, and neither keeps the other from being serialised', async () => {
    const ids = new Set((await prepare(20)).map(({ id }) => id));
    const tokens = await PreparedCertificate.read(sql, 1000);
    const outcomes = await t.app.get(CertificateIssuer).sign(tokens.filter(({ certificateId: id }) => ids.has(id)));
    const signed = outcomes.map((one) => (one as PromiseFulfilledResult<SignedCertificate>).value);
    const events = Array.from({ length: 20 }, () => registered('2027-05-05T00:00:00.000Z', '1'));
    let attempts = 0;
    await run(async () => {
      attempts += 1;
      await t.app.get(PrepareCertificateOfRegisteredApplication).onAll(events);
      // In the middle of the preparation, on another connection.
      if (attempts === 1) await outside(() => asSystem(() => uow.execute(new IssueCertificates(signed))));
    });
    expect(attempts).toBe(1);
    expect((await rowsOf([...ids])).every((row) => row['status'] === 'ACTIVE')).toBe(true);
    expect((await numbersOf(events)).every((number) => number !== undefined)).toBe(true);
  });

  it('beyond the last number wait, and hold up no other; reported again, they change nothing', async () => {
    await db.query(`INSERT INTO certificates.counter VALUES ('serial 448 202703', 9998)`);
    const events = ['8', '8', '7'].map((digit) => registered('2027-03-05T00:00:00.000Z', digit));
    for (let times = 0; times < 2; times += 1) {
      await react(events);
      expect(await numbersOf(events)).toEqual(['SJ4482027039999', undefined, 'SJ4472027030001']);
    }
  });
});

it('what was issued in bulk is what its events say', async () => {
  await t.settle();
  const source = new DataSource(dataSourceOptions(t.databaseUrl, 'databourse_auditor', 2));
  await source.initialize();
  const { differences, events } = await replay(source);
  await source.destroy();
  expect(differences).toEqual([]);
  expect(events).toBeGreaterThan(200);
  const leaves = await rows<{ stream: string; salt: Buffer; payload: string; leaf: Buffer }>(
    `SELECT e.stream, e.salt, e.payload, i.leaf FROM ledger.payload e JOIN ledger.intake i USING (gen, xid, seq)`,
  );
  expect(leaves.length).toBeGreaterThan(200);
  expect(new Set(leaves.map(({ salt }) => salt.toString('hex'))).size).toBe(leaves.length);
  for (const { stream, salt, payload, leaf } of leaves) {
    expect(salt).toHaveLength(16);
    const digest = createHash('sha256').update(salt).update(payload).digest('hex');
    expect(JSON.parse(leaf.toString())).toMatchObject({ stream, payloadDigest: digest });
  }
});
