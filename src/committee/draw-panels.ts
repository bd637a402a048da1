import { Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetCheckpointAfter } from '../ledger/get-checkpoint-after.js';
import { asSystem } from '../platform/context.js';
import { eventType } from '../platform/event.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { CommitteeCandidatesFixed } from './committee-case-events.js';
import { DrawPanel } from './draw-panel.js';

const BATCH = 100;

/** Draws the panels whose candidates a published checkpoint covers: its root could not be known when they were listed. */
@Injectable()
export class DrawPanels extends Worker {
  protected readonly log = new Logger(DrawPanels.name);
  protected readonly idleMs = 200;

  constructor(
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {
    super();
  }

  async step(): Promise<number> {
    const waiting = await this.sql.rows<{ id: string; round: number }>(
      `SELECT id, round FROM committee.committee_case WHERE state = 'OPEN' AND fixed IS NOT NULL ORDER BY id LIMIT ${BATCH}`,
    );
    let drawn = 0;
    for (const { id, round } of waiting) {
      const origin = await this.queries.execute(new GetCheckpointAfter(id, eventType(CommitteeCandidatesFixed)));
      if (!origin) continue;
      await asSystem(() => this.uow.execute(new DrawPanel(id, round, origin)));
      drawn += 1;
    }
    return drawn;
  }
}
