import {
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpStatus,
  Req,
  Res,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from './context.js';
import { metrics, registry } from './metrics.js';
import { Sql } from './sql.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For the machine that runs the service: is it alive, may it get requests, how is it doing. */
@ApiExcludeController()
@Controller()
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(private readonly sql: Sql) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 while the database does not answer or the service is shutting down. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; database: boolean }> {
    const database = await this.sql.row('SELECT 1 AS one').then(
      () => true,
      () => false,
    );
    const ready = database && !this.stopping;
    if (!ready) reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: ready ? 'ok' : this.stopping ? 'stopping' : 'database unreachable', database };
  }

  /** Prometheus text. Only for this machine, or for whoever may read the ledger. */
  @Get('metrics')
  @Header('content-type', registry.contentType)
  async metrics(@Req() request: FastifyRequest): Promise<string> {
    const roles = currentContext().actor?.roles ?? [];
    if (!LOOPBACK.has(request.ip) && !roles.includes('operator') && !roles.includes('auditor'))
      throw new ForbiddenException();
    await this.measure();
    return registry.metrics();
  }

  private async measure(): Promise<void> {
    const row = await this.sql.row<{ reactions: string; deadlines: string; lag: string | null }>(
      `SELECT (SELECT count(*) FROM platform.relay_backlog WHERE parked_at IS NOT NULL) AS reactions,
              (SELECT count(*) FROM platform.deadline WHERE parked_at IS NOT NULL) AS deadlines,
              (SELECT max(h.size - c.position) FROM platform.relay_cursor c, ledger.head h) AS lag`,
    );
    metrics.parked.set({ kind: 'reaction' }, Number(row?.reactions ?? 0));
    metrics.parked.set({ kind: 'deadline' }, Number(row?.deadlines ?? 0));
    metrics.relayLag.set(Number(row?.lag ?? 0));
  }
}
