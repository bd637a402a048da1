import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, FileKeyStore, type PublicJwk } from '@app/signing';
import type { OpenedVote } from '@app/sdk';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { commitmentOf, type Vote } from './ballot.js';
import type { SealedVote } from './committee-case-record.js';

const BALLOTS = 'committee-ballots';
const SEALS = 'committee-seal';
export const RESOLUTION_TYP = 'committee-resolution+jws';
/** More than the longest vote has: every one is encrypted at the same length, so that the length tells nothing. */
const PLAIN_BYTES = 32_768;

/**
 * The keys of the committee, in the key store. Votes are encrypted before they reach the database, and opened only when a ballot closes: neither
 * a copy of the database nor of the ledger shows one. Resolutions are sealed by the other key.
 */
@Injectable()
export class BallotBox {
  constructor(private readonly keys: FileKeyStore) {}

  async seal(vote: Vote): Promise<Omit<SealedVote, 'expertId'>> {
    const salt = randomBytes(32).toString('hex');
    const plain = Buffer.alloc(PLAIN_BYTES, ' ');
    const length = Buffer.from(canonicalJson({ salt, vote })).copy(plain);
    if (length === PLAIN_BYTES) throw new Error('a vote longer than its envelope');
    const { publicJwk } = await this.ballotKey();
    const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: publicJwk.kid };
    const sealed = await new CompactEncrypt(plain).setProtectedHeader(header).encrypt(publicJwk);
    return { commitment: commitmentOf(salt, vote), sealed };
  }

  async open(votes: readonly SealedVote[]): Promise<OpenedVote[]> {
    const { privateKey } = await this.ballotKey();
    return Promise.all(
      votes.map(async ({ expertId, commitment, sealed }) => {
        const { plaintext } = await compactDecrypt(sealed, privateKey);
        const { salt, vote } = JSON.parse(Buffer.from(plaintext).toString()) as Pick<OpenedVote, 'salt' | 'vote'>;
        return { expertId, commitment, salt, vote };
      }),
    );
  }

  /** A compact JWS over the canonical document. */
  async sealResolution(document: string): Promise<string> {
    const key = await this.keys.active(SEALS, 'EdDSA');
    return key.sign(document, { typ: RESOLUTION_TYP, kid: key.kid });
  }

  sealKeys(): Promise<{ keys: PublicJwk[] }> {
    return this.keys.publicJwks([SEALS]);
  }

  /** One for ever: what it has closed must be opened by it. */
  private ballotKey() {
    return this.keys.generation(BALLOTS, 1, 'ECDH-ES+A256KW');
  }
}
