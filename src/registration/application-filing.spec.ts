import { newId } from '../platform/id.js';
import * as rules from './application-rules.js';
import { Application } from './application.js';
import {
  body,
  bring,
  by,
  codeOf,
  content,
  faultsOf,
  fileId,
  holder,
  pack,
  registrarId,
  resource,
  submission,
} from '../../test/support/application-states.js';

describe('a filing', () => {
  const about = { certificateId: 'cert_1', regime: pack.id, registrarId };

  it('is of a type of the regime, lasts no longer than it allows, and concerns no operating agreement there', () => {
    const file = (changes: object) => faultsOf(() => Application.file({ ...body, ...changes }, holder));
    expect(file({ type: 'REVOCATION' })).toEqual(['/type']);
    expect(file({ validityYears: 6 })).toEqual(['/validityYears']);
    expect(file({ validityYears: 5 })).toEqual([]);
    expect(file({ operatingAgreementEnd: '2027-01-01' })).toEqual(['/operatingAgreementEnd']);
    expect(file({ regime: 'NONE' })).toEqual(['/regime']);
    expect(faultsOf(() => bring('DRAFT').revise({ ...content, validityYears: 6 }, holder))).toEqual(['/validityYears']);
    expect(faultsOf(() => bring('DRAFT').revise({ ...content, operatingAgreementEnd: '2027-01-01' }, holder))).toEqual([
      '/operatingAgreementEnd',
    ]);
    const renewal = { type: 'RENEWAL', years: 6, rights: ['HOLD'], certificateNumber: 'x' } as const;
    expect(
      faultsOf(() =>
        rules.mustFitRegime(pack, 'RENEWAL', { ...content, validityYears: 6, particulars: renewal as never }),
      ),
    ).toEqual(['/years']);
  });

  it('is not to oneself (SOD-1)', () => {
    expect(codeOf(() => Application.file(body, by(registrarId)))).toBe('registration/own-registrar');
  });

  it('upon a certificate goes to its registrar, under its regime, also when it is revised', () => {
    const at = (changes: object) => ({ ...about, ...changes }) as never;
    const file = (changes: object) => faultsOf(() => Application.file(body, holder, at(changes)));
    expect(file({})).toEqual([]);
    expect(file({ regime: 'CN-PUBLIC-2025' })).toEqual(['/regime']);
    expect(file({ registrarId: newId('org') })).toEqual(['/registrarId']);
    const revise = (changes: object) => faultsOf(() => bring('DRAFT').revise(content, holder, at(changes)));
    expect(revise({})).toEqual([]);
    expect(revise({ regime: 'CN-PUBLIC-2025' })).toEqual(['/regime']);
    expect(revise({ registrarId: newId('org') })).toEqual(['/registrarId']);
    expect(Application.file(body, holder, at({})).priorCertificateId).toBe('cert_1');
  });

  it('keeps its type, and as one of several its data', () => {
    const change = { ...content, particulars: { type: 'CHANGE', items: [], certificateNumber: 'x' } } as never;
    expect(faultsOf(() => bring('DRAFT').revise(change, holder))).toEqual(['/type']);
    const elsewhere = { ...content, resourceId: newId('res') };
    const grouped = Application.file(body, holder, null, 'grp_1');
    expect(grouped.groupId).toBe('grp_1');
    expect(faultsOf(() => grouped.revise(elsewhere, holder))).toEqual(['/resourceId']);
    expect(faultsOf(() => grouped.revise(content, holder))).toEqual([]);
    const alone = Application.file(body, holder);
    expect(alone.groupId).toBeNull();
    expect(faultsOf(() => alone.revise(elsewhere, holder))).toEqual([]);
  });
});

describe('a submission', () => {
  const submit = (changes: object, facts: object = {}) =>
    faultsOf(() =>
      Application.file({ ...body, ...changes }, holder).submit('submit', { ...submission, ...facts }, [], holder),
    );

  it('brings every material that is always required, and none that the type does not know', () => {
    const { materials } = body;
    for (const [i, { code }] of materials.entries())
      expect([code, submit({ materials: materials.toSpliced(i, 1) })]).toEqual([code, ['/content/materials']]);
    expect(submit({ materials: [{ code: 'nothing', fileId }, ...materials] })).toEqual(['/content/materials/0/code']);
    expect(submit({ scenario: '' })).toEqual(['/content/scenario']);
    expect(submit({ rights: [] })).toEqual(['/content/rights']);
  });

  it('proves what it claims beyond the table', () => {
    const none = { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false };
    for (const proof of [
      { contractRights: ['HOLD'] },
      { consentOfOthers: true },
      { publicPlatformRegistration: true },
    ]) {
      const proofs = { ...none, ...proof };
      expect([proof, submit({ proofs })]).toEqual([proof, ['/content/materials']]);
      const materials = [...body.materials, { code: 'rights-proof', fileId }];
      expect(submit({ proofs, materials })).toEqual([]);
    }
  });

  it('of files that are the applicant’s, and are what they are said to be', () => {
    expect(submit({}, { owners: new Map([[fileId, newId('org')]]) })).toEqual(
      body.materials.map((_, i) => `/content/materials/${i}/fileId`),
    );
    expect(submit({}, { owners: new Map() })).toHaveLength(5);
    const hashes = new Map([[fileId, 'a'.repeat(64)]]);
    const stated = (sha256: string) => ({ materials: body.materials.map((one) => ({ ...one, sha256 })) });
    expect(submit(stated('a'.repeat(64)), { hashes })).toEqual([]);
    expect(submit(stated('b'.repeat(64)), { hashes })).toEqual(
      body.materials.map((_, i) => `/content/materials/${i}/sha256`),
    );
    expect(submit({}, { hashes })).toEqual([]);
    expect(submit(stated('b'.repeat(64)), { hashes: new Map() })).toEqual([]);
  });

  it('of data in a situation that the regime knows and registers (INV-01)', () => {
    const declared = (changes: object) => ({ resource: { declaration: { ...resource.declaration, ...changes } } });
    expect(submit({}, declared({ rightsSituation: 'NONE' }))).toEqual(['/content/resourceId']);
    const duty = () =>
      Application.file(body, holder).submit(
        'submit',
        { ...submission, ...declared({ isGovernmentDutyData: true }) } as never,
        [],
        holder,
      );
    expect(duty).toThrow(
      expect.objectContaining({
        code: 'registration/not-registrable',
        facts: { groundCode: expect.any(String) },
      }) as Error,
    );
  });
});
