import { Module } from '@nestjs/common';
import { FeedNews } from './feed-news.js';
import { FeedPlaces } from './feed-place.js';
import { FeedReader } from './feed-reader.js';
import { FeedStreams } from './feed-streams.js';
import { FeedWriter } from './feed-writer.js';
import { JetStreamLeadership } from './jetstream-leadership.js';
import { JetStreamPublisher } from './jetstream-publisher.js';
import { AsyncApiController } from './asyncapi.controller.js';
import { FeedController } from './feed.controller.js';
import { GetFeedHandler } from './get-feed.js';
import { GetFeedProgressHandler } from './get-feed-progress.js';
import { GetManifestHandler } from './get-manifest.js';
import { ListManifestsHandler } from './list-manifests.js';
import { PublishManifestHandler } from './publish-manifest.js';
import { AddWebhookHandler } from './add-webhook.js';
import { ChangeWebhookHandler } from './change-webhook.js';
import { DisableWebhookHandler } from './disable-webhook.js';
import { EnableWebhookHandler } from './enable-webhook.js';
import { EndWebhookKeysHandler } from './end-webhook-keys.js';
import { GetWebhookHandler } from './get-webhook.js';
import { ListWebhookDeliveriesHandler } from './list-webhook-deliveries.js';
import { ListWebhooksHandler } from './list-webhooks.js';
import { ReplayWebhookHandler } from './replay-webhook.js';
import { RetireWebhookHandler } from './retire-webhook.js';
import { RollWebhookKeyHandler } from './roll-webhook-key.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookSweeper } from './webhook-sweeper.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  controllers: [FeedController, WebhooksController, AsyncApiController],
  providers: [
    FeedReader,
    FeedWriter,
    FeedNews,
    FeedPlaces,
    FeedStreams,
    GetFeedHandler,
    GetFeedProgressHandler,
    PublishManifestHandler,
    ListManifestsHandler,
    GetManifestHandler,
    JetStreamLeadership,
    JetStreamPublisher,
    WebhookKeys,
    WebhookQueue,
    WebhookSender,
    WebhookSweeper,
    AddWebhookHandler,
    ChangeWebhookHandler,
    RollWebhookKeyHandler,
    EndWebhookKeysHandler,
    EnableWebhookHandler,
    DisableWebhookHandler,
    RetireWebhookHandler,
    ReplayWebhookHandler,
    GetWebhookHandler,
    ListWebhooksHandler,
    ListWebhookDeliveriesHandler,
  ],
})
export class FeedModule {}
