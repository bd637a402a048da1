import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SealKeys } from '@app/sdk';
import { BallotBox } from './ballot-box.js';

/** The public keys that seal resolutions, oldest first (RFC 7517 §5); public. */
export class GetSealKeys extends Query<SealKeys> {}

@QueryHandler(GetSealKeys)
export class GetSealKeysHandler implements IQueryHandler<GetSealKeys> {
  constructor(private readonly box: BallotBox) {}

  async execute(): Promise<SealKeys> {
    return { keys: (await this.box.sealKeys()).keys.map((key) => ({ ...key })) };
  }
}
