import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, ProposeTrustedIssuerBody } from '@app/sdk';
import { algorithmOf, publicOnly } from '@app/signing';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TrustedIssuer } from './trusted-issuer.js';

/** An officer pins the keys of a registrar elsewhere; a second one confirms them. */
export class ProposeTrustedIssuer extends Command<Created> {
  constructor(readonly body: ProposeTrustedIssuerBody) {
    super();
  }
}

@CommandHandler(ProposeTrustedIssuer)
export class ProposeTrustedIssuerHandler implements ICommandHandler<ProposeTrustedIssuer> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ body: { jwks, ...facts } }: ProposeTrustedIssuer): Promise<Created> {
    const actor = permit('trusted-issuer.decide');
    const keys = await Promise.all(jwks.keys.map((given, i) => pinned(given, `/jwks/keys/${i}`)));
    return { id: this.uow.add(TrustedIssuer.propose(facts, keys, actor)).id };
  }
}

/** What follows from the key itself; what was told beside it is not believed. */
async function pinned(given: object, pointer: string) {
  const jwk = publicOnly(given);
  const alg = algorithmOf(jwk);
  await importJWK(jwk, alg).catch(() => {
    throw fault(pointer, '不是曲线上的公钥', 'not a public key on its curve');
  });
  return { ...(jwk as { kty: 'EC' | 'OKP'; crv: string; x: string }), kid: await calculateJwkThumbprint(jwk), alg };
}
