import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CompleteKeyRotation } from './complete-key-rotation.js';
import { CertificateIssuer } from './issuer.js';
import { KeyRotationOrdered } from './key-rotation.js';

/** The key is made once its order is in the ledger; made twice it is the same one. */
@Injectable()
@Reaction({ consumer: 'certificates.make-key-of-ordered-rotation', to: [KeyRotationOrdered] })
export class MakeKeyOfOrderedRotation implements Reacts<KeyRotationOrdered> {
  constructor(
    private readonly issuer: CertificateIssuer,
    private readonly uow: UnitOfWork,
  ) {}

  async on({ rotationId, alg, generation }: KeyRotationOrdered): Promise<void> {
    const kid = await this.issuer.makeKey(alg as 'ES256', generation);
    await this.uow.execute(new CompleteKeyRotation(rotationId, kid));
  }
}
