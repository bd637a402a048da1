import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Command } from '@nestjs/cqrs';
import { Clock } from './clock.js';
import { asSystem } from './context.js';
import { Worker } from './worker.js';
import { Sql } from './sql.js';
import { UnitOfWork } from './unit-of-work.js';

type DeadlineCommand = new (subject: string) => Command<unknown>;
const commands = new Map<string, DeadlineCommand>();

/** The command that the platform executes, with the subject's id, when a deadline of this kind passes. */
export function OnDeadline(kind: string) {
  return (target: DeadlineCommand): void => {
    if (commands.has(kind)) throw new Error(`two commands claim the deadline ${kind}`);
    commands.set(kind, target);
  };
}

interface Due {
  readonly kind: string;
  readonly subject: string;
  readonly due_at: Date;
  readonly try_at: Date;
  readonly attempts: number;
}

const ATTEMPTS_MAX = 10;
const BATCH = 100;

/**
 * Fires deadlines as commands. Taking the row and the command's effect are one transaction, so each deadline has
 * exactly one effect however many workers run and whenever they die.
 */
@Injectable()
export class DeadlineWorker extends Worker {
  protected readonly log = new Logger(DeadlineWorker.name);
  protected readonly idleMs = 250;
  /** From the last step on. */
  private nextInMs = Infinity;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    super();
  }

  /** Fires what is due; returns how many deadlines it took. */
  async step(): Promise<number> {
    const now = this.clock.now();
    const first = await this.sql.rows<Due>(
      `SELECT kind, subject, due_at, try_at, attempts FROM platform.deadline
       WHERE try_at <= greatest($1::timestamptz, (SELECT min(try_at) FROM platform.deadline WHERE parked_at IS NULL))
         AND parked_at IS NULL ORDER BY try_at LIMIT ${BATCH}`,
      [now],
    );
    const due = first.filter(({ try_at }) => try_at <= now);
    this.nextInMs = due.length === 0 && first[0] ? first[0].try_at.getTime() - now.getTime() : Infinity;
    for (const deadline of due) await this.fire(deadline);
    return due.length;
  }

  /** No longer than until the next is due, as long as nobody moves the clock: word of that is news. */
  protected override pauseAfter(done: number, idleMs: number): number {
    return Math.min(super.pauseAfter(done, idleMs), this.nextInMs);
  }

  private async fire(due: Due): Promise<void> {
    try {
      const command = commands.get(due.kind);
      if (!command) throw new Error(`no command for the deadline ${due.kind}`);
      await asSystem(() =>
        this.uow.run(async () => {
          const taken = await this.sql.rows(
            'DELETE FROM platform.deadline WHERE kind = $1 AND subject = $2 AND due_at = $3 RETURNING kind',
            [due.kind, due.subject, due.due_at],
          );
          if (taken[0]) await this.uow.execute(new command(due.subject));
        }),
      );
    } catch (error) {
      await this.postpone(due, error);
    }
  }

  private async postpone(due: Due, error: unknown): Promise<void> {
    const attempts = due.attempts + 1;
    const parked = attempts >= ATTEMPTS_MAX;
    this.log.error({ alert: parked, deadline: due.kind, subject: due.subject, attempts, error }, 'a deadline failed');
    const wait = Math.min(1000 * 2 ** attempts, 3_600_000);
    await this.sql.rows(
      `UPDATE platform.deadline SET attempts = $4, try_at = $5, parked_at = $6, error = $7
       WHERE kind = $1 AND subject = $2 AND due_at = $3`,
      [
        due.kind,
        due.subject,
        due.due_at,
        attempts,
        new Date(this.clock.now().getTime() + wait),
        parked ? this.clock.now() : null,
        String(error),
      ],
    );
  }
}
