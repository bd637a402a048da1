import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { sha256Hex } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Delivery } from './delivery.js';

export interface SealedContent {
  readonly cipherSha256: string;
  readonly cipherBytes: number;
}

/** Spends a link, before any byte of the file leaves. The token is the permission, so the platform itself acts. */
export class UseLink extends Command<SealedContent> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(UseLink)
export class UseLinkHandler implements ICommandHandler<UseLink> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ token }: UseLink): Promise<SealedContent> {
    permit('delivery.hand-over');
    const linkHash = sha256Hex(token);
    const found = await this.sql.row<{ id: string }>('SELECT id FROM delivery.delivery WHERE link_hash = $1', [
      linkHash,
    ]);
    if (!found) throw new Refusal('delivery/link-gone');
    const delivery = await this.uow.get(Delivery, found.id);
    delivery.useLink(linkHash, this.clock.now());
    return { cipherSha256: delivery.cipherSha256!, cipherBytes: Number(delivery.cipherBytes) };
  }
}
