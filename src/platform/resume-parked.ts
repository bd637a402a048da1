import type { ResumeParkedBody } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from './context.js';
import { Refusal } from './refusal.js';
import { Sql } from './sql.js';

/** Lets a parked reaction or deadline try again from the beginning, after its cause was mended. */
export class ResumeParked extends Command<void> {
  constructor(readonly body: ResumeParkedBody) {
    super();
  }
}

@CommandHandler(ResumeParked)
export class ResumeParkedHandler implements ICommandHandler<ResumeParked> {
  constructor(private readonly sql: Sql) {}

  async execute({ body: { kind, name, subject } }: ResumeParked): Promise<void> {
    permit('parked.resume');
    const reset = 'SET parked_at = NULL, attempts = 0';
    const resumed =
      kind === 'reaction'
        ? `UPDATE platform.relay_backlog ${reset}, try_at = now() WHERE consumer = $1 AND stream = $2`
        : `UPDATE platform.deadline ${reset}, try_at = due_at WHERE kind = $1 AND subject = $2`;
    const rows = await this.sql.rows(`${resumed} AND parked_at IS NOT NULL RETURNING 1`, [name, subject]);
    if (rows.length === 0) throw new Refusal('not-found', { kind, id: `${name} ${subject}` });
  }
}
