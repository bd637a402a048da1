import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { canonicalText } from '@app/signing';
import fc from 'fast-check';
import { CertificatePrepared } from './certificate-events.js';
import { PreparedCertificate } from './prepared-certificate.js';

const root = join(import.meta.dirname, '../..');
const files = ['src', 'libs', 'scripts']
  .flatMap((top) => readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((f) => join(root, top, f)))
  .filter((file) => /(?<!\.spec)\.ts$/.test(file) && !file.includes('node_modules'));
const those = (which: RegExp) =>
  files.filter((file) => which.test(readFileSync(file, 'utf8'))).map((file) => relative(root, file));

describe('the keys of certificates', () => {
  it('are asked for by the issuer only', () => {
    expect(those(/'credential-[a-z0-9]+'/)).toEqual(['src/certificates/issuer.ts']);
    expect(those(/\b(signCredential|signCanonicalByAll)\(/)).toEqual([
      'src/certificates/issuer.ts',
      'libs/signing/src/sign-credential.ts',
    ]);
  });

  it('sign nothing but tokens, what they signed before, and the status lists', () => {
    const issuer = readFileSync(join(import.meta.dirname, 'issuer.ts'), 'utf8');
    const methods = [...issuer.matchAll(/^  (?:async )?(?!private)(\w+)\((.*)\): Promise<.*{$/gm)].map(
      ([, name, parameters]) => `${name}(${parameters})`,
    );
    expect(methods.filter((method) => method.startsWith('sign'))).toEqual([
      'sign(prepared: readonly PreparedCertificate[])',
      'signStatusList(purpose: StatusPurpose, list: StatusList, moment: ListMoment)',
      'signDisclosable(issued: string, pointers: readonly string[], holder?: JWK)',
    ]);
    expect(issuer.match(/\b(signCredential|signCanonicalByAll)\(/g)).toHaveLength(2);
  });

  it('are used through the token by the issuer only, and tokens and results are made in one place', () => {
    expect(those(/\.sign\(signer\)/)).toEqual(['src/certificates/issuer.ts']);
    const made = /new (PreparedCertificate|SignedCertificate)\(|\b(PreparedCertificate|SignedCertificate)\.prototype/;
    expect(those(made)).toEqual(['src/certificates/prepared-certificate.ts']);
  });
});

describe('a token', () => {
  const facts = {
    number: 'SJ4412026080001',
    applicationId: 'app_1',
    holderId: 'org_1',
    registrarId: 'org_2',
    resourceId: 'res_1',
    rights: ['HOLD' as const],
    validFrom: '2026-08-20T01:00:00.000Z',
    validTo: '2029-08-20T01:00:00.000Z',
    statusListIndex: 7,
    rulePack: 'CN-PROPERTY-2026@1.0.0',
  };
  const said = fc.string({ unit: 'binary' });
  const hostile = fc.oneof(
    said,
    fc.constantFrom(',"holderId":', '"credential":', '},"holderId":"org_1","number":"', '\\'),
  );
  const member = fc.oneof(fc.constantFrom('holderId', 'credential', 'facts', 'number', '@context'), hostile);
  const content = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      hostile,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value')),
      tie('object'),
    ),
    object: fc.dictionary(member, tie('value'), { noNullPrototype: true }),
  })).object;

  it('gives the credential out of its event to be signed, byte by byte, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(content, hostile, async (credentialSubject, supersedes) => {
        const credential = { credentialSubject: credentialSubject as Record<string, unknown>, type: 'x' };
        const event = new CertificatePrepared('cert_1', { ...facts, supersedes, credential });
        const payload = Buffer.from(canonicalText(event)!);
        const tokens: PreparedCertificate[] = [];
        const uow = { tellWhenCommitted: (tell: (committed: object[]) => void) => tell([{ event, payload }]) };
        PreparedCertificate.whenCommitted(uow as never, (some) => tokens.push(...some));
        const signed: unknown[] = [];
        await tokens[0]!.sign(async (asked, canonical) => {
          signed.push(asked, canonical.toString());
          return { ES256: '', EdDSA: '' };
        });
        expect(signed).toEqual([credential, canonicalText(credential)]);
      }),
    );
  });
});
