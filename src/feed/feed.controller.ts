import { Controller, Get, Header, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CLOUD_EVENTS_BATCH,
  CloudEvent,
  FeedManifestQuery,
  FeedManifestsQuery,
  FeedManifestView,
  FeedPage,
  FeedQuery,
  FeedStreamQuery,
  FeedTypes,
  LegalDate,
  page,
  type Page,
} from '@app/sdk';
import { FileKeyStore } from '@app/signing';
import type { FastifyReply } from 'fastify';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { FeedPlaces } from './feed-place.js';
import { FeedStreams } from './feed-streams.js';
import { filterOf, GetFeed } from './get-feed.js';
import { GetManifest } from './get-manifest.js';
import { ListManifests } from './list-manifests.js';
import { MANIFEST_KEY } from './manifest-keys.js';
import { FEED_TYPES } from './visibility.js';

const EVENT_STREAM = 'text/event-stream';
const BATCH_OR_PAGE = {
  [CLOUD_EVENTS_BATCH]: { schema: z.toJSONSchema(z.array(CloudEvent)) as object },
  'application/json': { schema: z.toJSONSchema(FeedPage) as object },
};

/** What happened, for the systems of those who operate venues. */
@ApiTags('feed')
@Controller('v1/feed')
export class FeedController {
  constructor(
    private readonly queries: QueryBus,
    private readonly places: FeedPlaces,
    private readonly streams: FeedStreams,
    private readonly keyStore: FileKeyStore,
  ) {}

  /** A CloudEvents batch; `Accept: application/json` gives a page. The next one stands in `Link`, also at the end. */
  @Get()
  @Header('cache-control', 'no-store')
  @Header('vary', 'accept')
  @ApiOkResponse({ description: 'Events in the order of the log', content: BATCH_OR_PAGE })
  async pull(
    @Query({ schema: FeedQuery }) query: FeedQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeedPage | string> {
    const { after: _, ...rest } = query;
    const { items, nextCursor } = await this.queries.execute(new GetFeed(query));
    const next = new URLSearchParams(Object.entries({ ...rest, cursor: nextCursor }).map(([k, v]) => [k, String(v)]));
    reply.header('link', `</v1/feed?${next.toString()}>; rel="next"`);
    if (accept !== undefined && /\bapplication\/json\b/.test(accept)) return { items, nextCursor };
    reply.type(CLOUD_EVENTS_BATCH);
    return JSON.stringify(items);
  }

  /** The types of events that feeds hold; public. */
  @Get('types')
  @Header('cache-control', 'public, max-age=300')
  @ApiOkResponse({ standardSchema: FeedTypes })
  types(): FeedTypes {
    return { types: FEED_TYPES };
  }

  /** Server-sent events. The id of each is a cursor: `Last-Event-ID` goes on after it. Ends when the access token does. */
  @Get('stream')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @ApiOkResponse({ description: 'data: one CloudEvent', content: { [EVENT_STREAM]: { schema: { type: 'string' } } } })
  async stream(
    @Query({ schema: FeedStreamQuery }) query: FeedStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Headers('authorization') authorization: string,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<StreamableFile> {
    const place = await this.places.find(query.operator, lastEventId || query.cursor, query.after);
    // The guard has checked the token.
    const { exp } = decodeJwt(authorization.split(' ')[1]!);
    const stream = this.streams.start(place, filterOf(query), new Date(exp! * 1000), raw);
    return new StreamableFile(stream, { type: EVENT_STREAM });
  }

  @Get('manifests')
  @ApiOkResponse({ standardSchema: page(FeedManifestView) })
  manifests(@Query({ schema: FeedManifestsQuery }) query: FeedManifestsQuery): Promise<Page<FeedManifestView>> {
    return this.queries.execute(new ListManifests(query));
  }

  @Get('manifests/:date')
  @ApiOkResponse({ standardSchema: FeedManifestView })
  manifest(
    @Param('date', { schema: LegalDate }) date: string,
    @Query({ schema: FeedManifestQuery }) { operator }: FeedManifestQuery,
  ): Promise<FeedManifestView> {
    return this.queries.execute(new GetManifest(date, operator));
  }

  /** The keys that sign manifests (RFC 7517); public. */
  @Get('keys')
  @Header('cache-control', 'public, max-age=300')
  @ApiOkResponse({ description: 'JWK Set', content: { 'application/jwk-set+json': { schema: { type: 'object' } } } })
  @Header('content-type', 'application/jwk-set+json')
  keys() {
    return this.keyStore.publicJwks([MANIFEST_KEY.purpose]);
  }
}
