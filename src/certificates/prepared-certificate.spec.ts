import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

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
