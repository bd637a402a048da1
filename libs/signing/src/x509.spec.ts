import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { ChainFault, trustPath } from './x509.js';

describe('a path of trust', () => {
  // Bare certificates without key usage or key identifiers: only the rules under test can refuse them.
  const pair = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const [one, two] = [pair(), pair()].map(
    (pem) => forge.pki.privateKeyFromPem(pem.toString()) as forge.pki.rsa.PrivateKey,
  );
  const bare = (subject: string, issuer: string, cA: boolean, signedBy = one!) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.setRsaPublicKey(one!.n, one!.e);
    certificate.validity.notAfter = new Date(Date.now() + 1e9);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: issuer }]);
    certificate.setExtensions([{ name: 'basicConstraints', cA }]);
    certificate.sign(signedBy, forge.md.sha256.create());
    return new X509Certificate(forge.pki.certificateToPem(certificate));
  };
  const top = bare('root', 'root', true);

  it('leads through authorities only', () => {
    const through = (cA: boolean) => () =>
      trustPath([bare('leaf', 'middle', false), bare('middle', 'root', cA)], [top]);
    expect(through(true)().map(({ subject }) => subject)).toEqual(['CN=leaf', 'CN=middle', 'CN=root']);
    expect(through(false)).toThrow(ChainFault);
  });

  it('needs the signature of each issuer, not its name', () => {
    expect(() => trustPath([bare('leaf', 'root', false, two)], [top])).toThrow('CN=leaf is not signed by its issuer');
  });

  it('ends, also in a circle or at nothing', () => {
    const circle = [bare('leaf', 'a', false), bare('a', 'b', true), bare('b', 'a', true)];
    expect(() => trustPath(circle, [top])).toThrow(ChainFault);
    expect(() => trustPath([], [top])).toThrow(ChainFault);
    expect(() => trustPath([bare('alone', 'alone', true)], [top])).toThrow('no trusted issuer of CN=alone');
  });
});
