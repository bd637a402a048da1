import type { TrustedIssuerView } from '@app/sdk';
import { keysOf, sha256Hex, verifyCredential, type Contexts, type Verdict } from '@app/signing';
import { Refusal, type Fault } from '../platform/refusal.js';
import type { ForeignCertificate } from './foreign-certificate.js';

export type PinnedIssuer = Pick<TrustedIssuerView, 'id' | 'did' | 'name' | 'place' | 'contexts' | 'keys'>;

export interface SignatureFound {
  readonly issuer: { readonly id: string; readonly did: string; readonly name: string };
  readonly credentialSha256: string;
  readonly statusChecked: boolean;
}

/**
 * Holds a credential against the pinned keys of trusted issuers, and what it says against what the holder says. Nothing is fetched: the
 * status list is brought along, and verified by the same keys.
 * @returns null when its issuer is none of them, so that only a person can verify it
 * @throws Refusal recognition/not-credible with every reason
 */
export async function checkCredential(
  certificate: ForeignCertificate,
  uscc: string,
  issuers: readonly PinnedIssuer[],
  statusList: string | null,
  now: Date,
): Promise<SignatureFound | null> {
  const credential = certificate.credential!.trim();
  const resolvers = issuers.map(({ did, keys }) => keysOf(did, { keys: keys as never }));
  const contexts: Contexts = Object.fromEntries(issuers.flatMap((one) => one.contexts.map((url) => [url, 'any'])));
  const verdict = await verifyCredential(credential, {
    resolveKey: async (kid) => {
      for (const resolve of resolvers) {
        const key = await resolve(kid);
        if (key) return key;
      }
      return undefined;
    },
    now,
    contexts,
    ...(statusList !== null && { statusList: () => Promise.resolve(statusList.trim()) }),
  });
  if (verdict.reasons.some(({ code }) => code === 'KEY_UNKNOWN')) return null;
  const faults: Fault[] = verdict.reasons.map(({ code, zh, en, detail }) => ({
    pointer: `/credential/${code}`,
    zh,
    en: detail === undefined ? en : `${en} (${String(detail)})`,
  }));
  const signer = issuers.find(({ did }) => did === issuerOf(verdict));
  faults.push(...contradictions(certificate, uscc, verdict, signer));
  if (faults.length > 0) throw new Refusal('recognition/not-credible', {}, faults);
  const { id, did, name } = signer!;
  return { issuer: { id, did, name }, credentialSha256: sha256Hex(credential), statusChecked: verdict.statusChecked };
}

const issuerOf = ({ credential }: Verdict): unknown => {
  const issuer: unknown = credential?.issuer;
  return typeof issuer === 'object' && issuer !== null ? (issuer as { id?: unknown }).id : issuer;
};

interface Subject {
  readonly certificateNumber?: unknown;
  readonly holder?: { readonly uscc?: unknown };
  readonly rights?: readonly { readonly right?: unknown }[];
}

/** Where the holder claims what the credential does not say. */
function contradictions(
  { number, rights, validFrom, validTo }: ForeignCertificate,
  uscc: string,
  { credential }: Verdict,
  signer: PinnedIssuer | undefined,
): Fault[] {
  if (!credential) return [];
  const subject = credential.credentialSubject as Subject;
  const certified = Array.isArray(subject.rights) ? subject.rights.map((one: { right?: unknown }) => one?.right) : [];
  const at = (value: unknown) => (typeof value === 'string' ? new Date(value).getTime() : null);
  const same: [string, boolean][] = [
    ['number', subject.certificateNumber === number && signer !== undefined && number.startsWith(signer.place)],
    ['holder', subject.holder?.uscc === uscc],
    ['rights', rights.every((right) => certified.includes(right))],
    ['validFrom', at(credential['validFrom']) === validFrom.getTime()],
    ['validTo', at(credential['validUntil']) === (validTo?.getTime() ?? null)],
  ];
  return same
    .filter(([, agrees]) => !agrees)
    .map(([name]) => ({ pointer: `/${name}`, zh: '与凭证内容不符', en: 'not what the credential says' }));
}
