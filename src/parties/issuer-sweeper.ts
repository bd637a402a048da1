import { Injectable, Logger } from '@nestjs/common';
import { Worker } from '../platform/worker.js';
import { IssuerStore } from './issuer-store.js';
import { SignInAttempts } from './sign-in-attempts.js';

/** Removes what the issuer need not remember any longer. */
@Injectable()
export class IssuerSweeper extends Worker {
  protected readonly log = new Logger(IssuerSweeper.name);
  protected readonly idleMs = 60_000;

  constructor(
    private readonly store: IssuerStore,
    private readonly attempts: SignInAttempts,
  ) {
    super();
  }

  async step(): Promise<number> {
    return (await this.store.forgetExpired()) + (await this.attempts.forgetOld());
  }
}
