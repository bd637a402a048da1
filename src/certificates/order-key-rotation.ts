import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, RotateCertificateKeyBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CertificateIssuer } from './issuer.js';
import { KeyRotation } from './key-rotation.js';

/** Orders a new key for one of the signatures on certificates. */
export class OrderKeyRotation extends Command<Created> {
  constructor(readonly body: RotateCertificateKeyBody) {
    super();
  }
}

@CommandHandler(OrderKeyRotation)
export class OrderKeyRotationHandler implements ICommandHandler<OrderKeyRotation> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly issuer: CertificateIssuer,
    private readonly clock: Clock,
  ) {}

  async execute({ body: { alg, reason } }: OrderKeyRotation): Promise<Created> {
    const actor = permit('certificate-key.rotate');
    const keys = await this.issuer.keysOf(alg);
    if (keys.length === 0) throw fault('/alg', '本平台不以该算法签署凭证', 'certificates are not signed by it here');
    const open = await this.sql.row(`SELECT 1 FROM certificates.key_rotation WHERE alg = $1 AND state = 'ORDERED'`, [
      alg,
    ]);
    if (open) throw new Refusal('certificates/rotation-under-way', { alg });
    const rotation = KeyRotation.order(alg, keys.length + 1, reason, actor.id, this.clock.now());
    return { id: this.uow.add(rotation).id };
  }
}
