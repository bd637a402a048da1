import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTACHED, BUNDLE_FORMAT, FileKeyStore, issueSdJwt, LocalKey, LocalTimestampAuthority, openSeal, openTimestampSeal, readTrust, renderCertificate, sealPdf, signCredential, statusEntry, StatusList, statusListCredential, TRUST_FORMAT, type CertificateBundle, type KeyAlgorithm, type SealIdentity, type Trust } from '@app/signing'; // prettier-ignore
import { formatProof, generateNoteKey, leafHash, parseSkey, signCheckpoint } from '@app/tlog';

/** One key of 2,048 bits for whatever is signed by RSA: the sizes that are really used take seconds to make. */
class QuickKeys extends FileKeyStore {
  private readonly rsa = LocalKey.from(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'RS256');

  override active(purpose: string, alg: KeyAlgorithm): Promise<LocalKey> {
    return alg === 'RS256' ? this.rsa : super.active(purpose, alg);
  }
}

/** A certificate in each of its forms, with whom to trust. */
export interface CertificateForms {
  now: Date;
  issuer: string;
  number: string;
  credential: Parameters<typeof signCredential>[0];
  key: LocalKey;
  seal: SealIdentity;
  trust: Trust;
  bundle: CertificateBundle;
  pdf: Buffer;
  /** The document before it is sealed. */
  page: Buffer;
  statusList(revoked: boolean, hours?: number): Promise<string>;
  close(): void;
}

/** That an event with this payload is the only one in a log. */
export async function evidenceOf(payload: string, type = 'certificates.certificate-issued.v1') {
  const log = generateNoteKey('registrar.example/log');
  const salt = 'ab'.repeat(32);
  const payloadDigest = createHash('sha256').update(Buffer.from(salt, 'hex')).update(payload).digest('hex');
  const leaf = Buffer.from(JSON.stringify({ type, payloadDigest }));
  const tree = { origin: 'registrar.example/log', size: 1, root: leafHash(leaf) };
  const checkpoint = await signCheckpoint(tree, [parseSkey(log.skey)]);
  const proof = formatProof({ index: 0, hashes: [], checkpoint, extra: leaf });
  return { evidence: { proof, salt, payload }, vkey: log.vkey };
}

export async function certificateForms(): Promise<CertificateForms> {
  const [issuer, number, now] = ['did:web:registrar.example', 'SJ4412026080001', new Date()];
  const listUrl = 'https://registrar.example/status/revocation';
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://registrar.example/terms#' }],
    type: ['VerifiableCredential'],
    issuer,
    validFrom: '2026-01-01T00:00:00Z',
    credentialStatus: [statusEntry(listUrl, 'revocation', 7)],
    credentialSubject: {
      id: 'urn:uscc:91350100M000100Y43',
      certificateNumber: number,
      holder: { name: '示范' },
      rightHolders: [{ right: 'HOLD', holder: '示范' }],
    },
  };
  const dir = mkdtempSync(join(tmpdir(), 'forms-'));
  const store = new QuickKeys(dir, 'passphrase');
  const key = await store.active('credential', 'ES256');
  const jwt = await signCredential(credential, key);
  const hideable = ['/credentialSubject/holder', '/credentialSubject/rightHolders/0/holder'];
  const sdJwt = await issueSdJwt(credential, hideable, key);
  const { evidence, vkey } = await evidenceOf(JSON.stringify({ number, credentials: { ES256: jwt } }));
  const statusList = async (revoked: boolean, hours = 24) => {
    const list = StatusList.create();
    list.set(7, revoked);
    const [validFrom, validUntil] = [new Date(now.getTime() - 60_000), new Date(now.getTime() + hours * 3_600_000)];
    const purpose = 'revocation';
    return signCredential(statusListCredential({ id: listUrl, issuer, purpose, list, validFrom, validUntil }), key);
  };
  const names = { organization: 'R', root: 'R root', issuing: 'R issuing', seal: 'R seal' };
  const made = new Date(now.getTime() - 60_000);
  const seal = await openSeal(store, names, made);
  const authority = new LocalTimestampAuthority(await openTimestampSeal(store, { ...names, seal: 'T' }, made));
  const file = {
    format: TRUST_FORMAT,
    issuers: [{ id: issuer, keys: [key.publicJwk] }],
    contexts: [],
    roots: [seal.chain[2]],
    timestampRoots: [seal.chain[2]],
    log: { origin: 'registrar.example/log', vkeys: [vkey] },
  };
  const bundle: CertificateBundle = {
    format: BUNDLE_FORMAT,
    number,
    credentials: { ES256: jwt },
    sdJwt,
    evidence,
    statusLists: [await statusList(false)],
    didDocument: {},
    trust: file,
    madeAt: now.toISOString(),
  };
  const page = await pageOf(bundle, now);
  return {
    now,
    issuer,
    number,
    credential,
    key,
    seal,
    trust: readTrust(JSON.stringify(file)),
    bundle,
    page,
    pdf: await sealPdf(page, seal, authority.timestamping),
    statusList,
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The document as the registrar draws it, before it is sealed. */
function pageOf({ number, credentials, sdJwt, evidence, trust }: CertificateBundle, now: Date): Promise<Buffer> {
  const attach = (name: string, text: string) => ({ name, type: 'text/plain', bytes: Buffer.from(text) });
  const { proof, salt, payload } = evidence!;
  return renderCertificate(
    {
      title: { zh: '凭证', en: 'Certificate' },
      number,
      fields: [{ zh: '权利人', en: 'Holder', value: '示范' }],
      registrar: { zh: '示范', en: 'R' },
      evidenceTime: '2026-01-01T00:00:00Z',
      verificationUrl: 'https://registrar.example/1',
      attachments: [
        attach(ATTACHED.credential, credentials['ES256']!),
        attach(ATTACHED.sdJwt, sdJwt),
        attach(ATTACHED.proof, proof),
        attach(ATTACHED.event, JSON.stringify({ salt, payload })),
        attach(ATTACHED.trust, JSON.stringify(trust)),
      ],
    },
    now,
  );
}
