import type { GivenJwk, KeyUse, OrganisationJwk } from '@app/sdk';
import { publicOnly } from '@app/signing';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { fault } from '../platform/refusal.js';

/** The key as published: what follows from the key itself stands in it, not what was told. `pointer` is where it stood. */
export async function publishedKey(given: GivenJwk, use: KeyUse, pointer: string): Promise<OrganisationJwk> {
  const jwk = publicOnly(given);
  const alg = use === 'enc' ? 'ECDH-ES+A256KW' : given.crv === 'P-256' ? 'ES256' : 'EdDSA';
  await importJWK(jwk, alg).catch(() => {
    throw fault(pointer, '不是曲线上的公钥', 'not a public key on its curve');
  });
  return {
    ...(jwk as Pick<OrganisationJwk, 'kty' | 'crv' | 'x' | 'y'>),
    kid: await calculateJwkThumbprint(jwk),
    alg,
    use,
  };
}
