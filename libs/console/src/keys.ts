import canonicalize from 'canonicalize';
import { calculateJwkThumbprint, CompactSign, exportJWK, importJWK, type CryptoKey as JoseKey, type JWK } from 'jose';
import { KEY_PROOF_TYP, type AddOrganisationKeyBody, type KeyUse } from '@app/sdk';

/** A key of the organisation in this browser. Its private half never leaves it: it cannot be exported. */
export interface OwnKey {
  readonly kid: string;
  readonly orgId: string;
  readonly use: KeyUse;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

const ALGORITHMS = { sig: { name: 'ECDSA', namedCurve: 'P-256' }, enc: { name: 'ECDH', namedCurve: 'P-256' } } as const;
const USAGES = { sig: ['sign', 'verify'], enc: ['deriveBits'] } as const satisfies Record<KeyUse, KeyUsage[]>;

export async function generateKey(orgId: string, use: KeyUse): Promise<OwnKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHMS[use], false, USAGES[use]);
  return keep(orgId, use, pair.privateKey, await exportJWK(pair.publicKey));
}

/** @throws when the text is no private P-256 key in JWK form */
export async function importKey(orgId: string, use: KeyUse, text: string): Promise<OwnKey> {
  const { kty, crv, x, y, d } = JSON.parse(text) as JWK;
  if (kty !== 'EC' || crv !== 'P-256' || !x || !y || !d) throw new Error('not a private P-256 JWK');
  const key = (await importJWK({ kty, crv, x, y, d }, use === 'sig' ? 'ES256' : 'ECDH-ES+A256KW', {
    extractable: false,
  })) as CryptoKey;
  return keep(orgId, use, key, { kty, crv, x, y });
}

async function keep(orgId: string, use: KeyUse, privateKey: CryptoKey, publicJwk: JWK): Promise<OwnKey> {
  const key = { kid: await calculateJwkThumbprint(publicJwk), orgId, use, privateKey, publicJwk };
  await inStore('readwrite', (store) => store.put(key));
  return key;
}

export async function ownKeys(orgId: string): Promise<OwnKey[]> {
  const all = await inStore<OwnKey[]>('readonly', (store) => store.getAll() as IDBRequest<OwnKey[]>);
  return all.filter((key) => key.orgId === orgId);
}

export const forgetKey = (kid: string): Promise<undefined> => inStore('readwrite', (store) => store.delete(kid));

/** What registers a key at the service; a signing key proves that its private half is here. */
export async function registration(key: OwnKey): Promise<AddOrganisationKeyBody> {
  const { kty, crv, x, y } = key.publicJwk;
  const jwk = { kty, crv, x, y } as AddOrganisationKeyBody['jwk'];
  if (key.use === 'enc') return { jwk, use: 'enc' };
  return {
    jwk,
    use: 'sig',
    proof: await signWith(key, { organisationId: key.orgId, thumbprint: key.kid }, KEY_PROOF_TYP),
  };
}

export class NoKey extends Error {}

/**
 * A compact JWS over the canonical payload by a key that is both here and registered.
 * @param registered the kids that the service knows
 * @throws NoKey
 */
export async function signFor(
  orgId: string,
  registered: readonly string[],
  payload: object,
  typ: string,
): Promise<string> {
  const key = (await ownKeys(orgId)).find(({ use, kid }) => use === 'sig' && registered.includes(kid));
  if (!key) throw new NoKey();
  return signWith(key, payload, typ);
}

const signWith = ({ kid, privateKey }: OwnKey, payload: object, typ: string): Promise<string> =>
  new CompactSign(new TextEncoder().encode(canonicalize(payload)))
    .setProtectedHeader({ alg: 'ES256', typ, kid })
    .sign(privateKey as JoseKey);

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const opening = indexedDB.open('databourse', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys', { keyPath: 'kid' });
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction('keys', mode).objectStore('keys')) as IDBRequest<T>);
  } finally {
    database.close();
  }
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
