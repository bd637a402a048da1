import type { JWK } from 'jose';

/** `did:web` of an address (W3C did:web: the port's colon is percent-encoded, a path becomes colons). */
export function didWeb(origin: string, ...path: string[]): string {
  const { host, pathname } = new URL(origin);
  const segments = [...pathname.split('/').filter(Boolean), ...path];
  return ['did:web', encodeURIComponent(host), ...segments.map(encodeURIComponent)].join(':');
}

/** A DID document whose signing keys may all assert; keys for encryption are for agreement only. */
export function didDocument(did: string, keys: readonly (JWK & { kid: string })[]) {
  const idOf = ({ kid }: { kid: string }) => `${did}#${kid}`;
  const encrypting = keys.filter(({ use }) => use === 'enc');
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
    id: did,
    verificationMethod: keys.map((publicKeyJwk) => ({
      id: idOf(publicKeyJwk),
      type: 'JsonWebKey2020',
      controller: did,
      publicKeyJwk,
    })),
    assertionMethod: keys.filter((key) => !encrypting.includes(key)).map(idOf),
    ...(encrypting.length > 0 && { keyAgreement: encrypting.map(idOf) }),
  };
}
