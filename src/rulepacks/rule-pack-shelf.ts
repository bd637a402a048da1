import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type OnModuleInit,
} from '@nestjs/common';
import { addRulePack, RulePack, RulePackError } from '@app/rulepacks';
import type { FastifyRequest } from 'fastify';
import { catchError, from, switchMap, throwError, type Observable } from 'rxjs';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';

/**
 * The published packs in the memory of this process, where aggregates find them without asking (`rulePack(id, version)`). They never
 * change, so all that can happen is that one is missing which another instance published: what ends for want of it is begun anew.
 */
@Injectable()
export class RulePackShelf implements OnModuleInit {
  private readonly taken = new Set<string>();

  constructor(
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
  ) {}

  async onModuleInit(): Promise<void> {
    this.uow.remedyBy((error) => this.supply(error));
    await this.fill();
  }

  /** Takes what is published and not here yet. @returns how many */
  async fill(): Promise<number> {
    const rows = await this.sql.rows<{ id: string; document: unknown }>(
      `SELECT id, document FROM rulepacks.rule_pack WHERE state = 'PUBLISHED' AND NOT id = ANY($1)`,
      [[...this.taken]],
    );
    for (const { id, document } of rows) {
      addRulePack(RulePack.parse(document));
      this.taken.add(id);
    }
    return rows.length;
  }

  /** @returns whether a pack came that was missing */
  async supply(error: unknown): Promise<boolean> {
    return error instanceof RulePackError && error.code === 'unknown-pack' && (await this.fill()) > 0;
  }
}

/** For what only reads; a command is begun anew by its unit of work. */
@Injectable()
export class MissingRulePacks implements NestInterceptor {
  constructor(private readonly shelf: RulePackShelf) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.switchToHttp().getRequest<FastifyRequest>().method !== 'GET') return next.handle();
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          from(this.shelf.supply(error)).pipe(
            switchMap((supplied) => (supplied ? next.handle() : throwError(() => error))),
          ),
        ),
      );
  }
}
