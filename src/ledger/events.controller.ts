import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { EventId, EventQuery, EventView, page, ProofQuery, type Page } from '@app/sdk';
import { GetEvent } from './get-event.js';
import { GetProof } from './get-proof.js';
import { ListEvents } from './list-events.js';

const PROOF = 'text/plain; charset=utf-8';

@ApiTags('ledger')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ standardSchema: page(EventView) })
  list(@Query({ schema: EventQuery }) query: EventQuery): Promise<Page<EventView>> {
    return this.queries.execute(new ListEvents(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: EventView })
  get(@Param('id', { schema: EventId }) id: string): Promise<EventView> {
    return this.queries.execute(new GetEvent(id));
  }

  @Get(':id/proof')
  @Header('content-type', PROOF)
  @Header('cache-control', 'no-cache')
  @ApiOkResponse({ description: 'c2sp.org/tlog-proof@v1', content: { [PROOF]: { schema: { type: 'string' } } } })
  proof(
    @Param('id', { schema: EventId }) id: string,
    @Query({ schema: ProofQuery }) { size }: ProofQuery,
  ): Promise<string> {
    return this.queries.execute(new GetProof(id, size));
  }
}
