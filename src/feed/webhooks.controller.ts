import {
  AddWebhookBody,
  ChangeWebhookBody,
  page,
  PageQuery,
  ReplayWebhookBody,
  RollWebhookKeyBody,
  WebhookDeliveriesQuery,
  WebhookDeliveryView,
  WebhookKeyMade,
  WebhookPosition,
  WebhookReplayed,
  WebhookView,
  type Page,
} from '@app/sdk';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { permit } from '../platform/context.js';
import { Idempotent, WithoutPrecondition } from '../platform/http.js';
import { Outgoing } from '../platform/outgoing.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AddWebhook } from './add-webhook.js';
import { ChangeWebhook } from './change-webhook.js';
import { DisableWebhook } from './disable-webhook.js';
import { EnableWebhook } from './enable-webhook.js';
import { GetWebhook } from './get-webhook.js';
import { ListWebhookDeliveries } from './list-webhook-deliveries.js';
import { ListWebhooks } from './list-webhooks.js';
import { ReplayWebhook } from './replay-webhook.js';
import { RetireWebhook } from './retire-webhook.js';
import { RollWebhookKey } from './roll-webhook-key.js';
import { WebhookKeys, type NewWebhookKey } from './webhook-keys.js';
import { mustBeCallable } from './webhook-url.js';

@ApiTags('feed')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly outgoing: Outgoing,
    private readonly keys: WebhookKeys,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: WebhookKeyMade })
  async add(@Body({ schema: AddWebhookBody }) body: AddWebhookBody): Promise<WebhookKeyMade> {
    permit('webhook.manage');
    await mustBeCallable(this.outgoing, body.url);
    const made = await this.keys.make(body.scheme);
    return withSecret(await this.commands.execute(new AddWebhook(body, made)), made);
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(WebhookView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<WebhookView>> {
    return this.queries.execute(new ListWebhooks(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: WebhookView })
  get(@Param('id') id: string): Promise<WebhookView> {
    return this.queries.execute(new GetWebhook(id));
  }

  @Patch(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async change(@Param('id') id: string, @Body({ schema: ChangeWebhookBody }) body: ChangeWebhookBody): Promise<void> {
    permit('webhook.manage');
    if (body.url !== undefined) await mustBeCallable(this.outgoing, body.url);
    await this.commands.execute(new ChangeWebhook(id, body));
  }

  @Post(':id/key')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: WebhookKeyMade })
  async roll(
    @Param('id') id: string,
    @Body({ schema: RollWebhookKeyBody }) { scheme, overlapHours }: RollWebhookKeyBody,
  ): Promise<WebhookKeyMade> {
    permit('webhook.manage');
    const { keys } = await this.queries.execute(new GetWebhook(id));
    const made = await this.keys.make(scheme ?? keys[0]?.scheme ?? 'v1a');
    return withSecret(await this.commands.execute(new RollWebhookKey(id, overlapHours, made)), made);
  }

  @Post(':id/activation')
  @HttpCode(204)
  @ApiNoContentResponse()
  enable(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new EnableWebhook(id));
  }

  @Post(':id/deactivation')
  @HttpCode(204)
  @ApiNoContentResponse()
  disable(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DisableWebhook(id, 'REQUESTED'));
  }

  @Post(':id/retirement')
  @HttpCode(204)
  @ApiNoContentResponse()
  retire(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new RetireWebhook(id));
  }

  @Get(':id/deliveries')
  @ApiOkResponse({ standardSchema: page(WebhookDeliveryView) })
  deliveries(
    @Param('id') id: string,
    @Query({ schema: WebhookDeliveriesQuery }) query: WebhookDeliveriesQuery,
  ): Promise<Page<WebhookDeliveryView>> {
    return this.queries.execute(new ListWebhookDeliveries(id, query));
  }

  @Post(':id/deliveries/:position/replay')
  @WithoutPrecondition()
  @Idempotent()
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: WebhookReplayed })
  replayOne(
    @Param('id') id: string,
    @Param('position', { schema: WebhookPosition }) position: number,
  ): Promise<WebhookReplayed> {
    return this.commands.execute(new ReplayWebhook(id, { first: position, last: position }));
  }

  @Post(':id/replays')
  @WithoutPrecondition()
  @Idempotent()
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: WebhookReplayed })
  replay(
    @Param('id') id: string,
    @Body({ schema: ReplayWebhookBody }) range: ReplayWebhookBody,
  ): Promise<WebhookReplayed> {
    return this.commands.execute(new ReplayWebhook(id, range));
  }
}

/** A repetition gets the first answer, whose secret nobody kept. */
const withSecret = (answer: Omit<WebhookKeyMade, 'secret'>, { key, shared }: NewWebhookKey): WebhookKeyMade => ({
  ...answer,
  secret: answer.keyId === key.id ? shared : null,
});
