import { CLOUD_EVENTS_BATCH, CloudEvent, FeedStreamQuery } from '@app/sdk';
import { z } from 'zod';
import { exampleEvent, exampleMessageId, exampleWebhook } from './asyncapi-example.js';
import { sights } from './visibility.js';

const CLOUD_EVENT = 'application/cloudevents+json';
const text = (zh: string, en: string): string => `${zh}\n\n${en}`;
const ref = (path: string) => ({ $ref: `#/${path}` });
const string = (description: string, rest: object = {}) => ({ type: 'string', description, ...rest });

/** JSON Schema draft-07, on which AsyncAPI 3.0 builds. Further members may come: who reads ignores what it does not know. */
const schemaOf = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, definitions, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return (definitions && Object.values(definitions)[0]) ?? rest;
};

/** The types of event that come in feeds, and who gets them. */
const visible = Object.entries(sights).filter(([, { seenBy }]) => seenBy !== 'nobody');
const typesSeenBy = (who: string): string[] => visible.filter(([, { seenBy }]) => seenBy === who).map(([type]) => type);

/** What is sent without being asked for each time (AsyncAPI 3.0): the stream, the webhooks, the streams of NATS JetStream. */
export function describeFeed(publicUrl: string): Record<string, unknown> {
  const { host, protocol } = new URL(publicUrl);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'databourse feed',
      version: '1',
      description: text(
        `交易场所运营机构的事件流。同一事件在拉取、SSE、Webhook 与 JetStream 上字节完全一致;至少送达一次,position 已见过的应丢弃。拉取(GET /v1/feed,${CLOUD_EVENTS_BATCH})、每日清单与 Webhook 的管理见 /openapi.json。data.leaf 是账本中的原始字节,可用 /log 的签名检查点核验;scripts/follow.ts 是消费端样例。`,
        `The feed of each operator of venues. One event has the same bytes on every channel: pull, SSE, webhook, JetStream. At least once: drop a position that you have seen. Pull (GET /v1/feed, ${CLOUD_EVENTS_BATCH}), daily manifests and the management of webhooks stand in /openapi.json. data.leaf holds the bytes in the log, to be verified against the signed checkpoints of /log; scripts/follow.ts is a sample consumer.`,
      ),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: CLOUD_EVENT,
    servers: servers(host, protocol.slice(0, -1)),
    channels: channels(),
    operations: operations(),
    components: {
      messages: messages(publicUrl),
      schemas: {
        FeedEvent: {
          allOf: [ref('components/schemas/CloudEvent'), { properties: { type: ref('components/schemas/EventType') } }],
        },
        CloudEvent: schemaOf(CloudEvent),
        EventType: eventType(),
      },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: text(
            '角色 exchangeOfficer,或机器客户端的 feedReader(private_key_jwt)',
            'The role exchangeOfficer, or feedReader for machine clients (private_key_jwt)',
          ),
        },
      },
    },
  };
}

const eventType = () => ({
  description: text('事件流中的事件类型;以后会增加', 'The types of event in feeds; more will come'),
  anyOf: [
    {
      title: 'everyone',
      description: text('公开事实:每个运营机构都收到', 'Public facts: every operator gets them'),
      enum: typesSeenBy('everyone'),
    },
    {
      title: 'venue',
      description: text(
        '属于某一场所:该场所及其上级交易所的运营机构收到',
        'Of one venue: its operator gets them, and that of the exchange above it',
      ),
      enum: typesSeenBy('venue'),
    },
  ],
});

const servers = (host: string, protocol: string) => ({
  platform: {
    host,
    protocol,
    description: text('本平台', 'The platform'),
    security: [ref('components/securitySchemes/bearer')],
  },
  receiver: {
    host: '{receiver}',
    protocol: 'https',
    description: text('运营机构登记的 Webhook 地址', "The address of an operator's webhook"),
    variables: { receiver: { description: 'POST /v1/webhooks', examples: ['hooks.example.org'] } },
  },
  nats: {
    host: '{nats}',
    protocol: 'nats',
    description: text('设置 NATS_URL 时', 'When NATS_URL is set'),
    variables: { nats: { description: 'NATS_URL', examples: ['nats.example.org:4222'] } },
  },
});

const channels = () => ({
  stream: {
    address: '/v1/feed/stream',
    title: 'SSE',
    description: text(
      '服务器推送事件:每个事件的 id 是游标,以 Last-Event-ID 续传;无事件时每 15 秒一行注释;访问令牌到期即结束。',
      'Server-sent events: the id of each is a cursor, Last-Event-ID goes on after it; a comment every 15 s while there is nothing; ends when the access token does.',
    ),
    servers: [ref('servers/platform')],
    messages: { event: ref('components/messages/streamed') },
  },
  webhook: {
    address: null,
    title: 'Webhook',
    description: text(
      'Standard Webhooks 1.0,向登记的地址 POST。2xx 为送达;410 停用;429、502、504 与 Retry-After 使其暂停;其余按 5 秒至 24 小时的间隔共尝试十次,其后的消息不等待。',
      'Standard Webhooks 1.0, posted to the address that was registered. 2xx: delivered; 410 disables it; 429, 502, 504 and Retry-After pause it; anything else is tried ten times, 5 s to 24 h apart, and later messages do not wait.',
    ),
    servers: [ref('servers/receiver')],
    messages: { event: ref('components/messages/posted') },
  },
  jetstream: {
    address: 'databourse.feed.{operatorId}.{type}',
    title: 'NATS JetStream',
    description: text(
      '每个运营机构一个流 FEED_{operatorId};流中第 n 条消息即 position n。流只保留一段时间,更早的请拉取。',
      'One stream for each operator, FEED_{operatorId}; message n of the stream is position n. A stream keeps its messages for some time only: pull what is older.',
    ),
    servers: [ref('servers/nats')],
    parameters: {
      operatorId: { description: text('运营机构', 'The operator'), examples: ['org_01930e2c7b7a7c3e9d4f5a6b7c8d9e0f'] },
      type: {
        description: text('事件类型,占多个主题段', 'The type of event, more than one token of the subject'),
        enum: visible.map(([type]) => type),
      },
    },
    messages: { event: ref('components/messages/published') },
  },
});

const operations = () => ({
  streamEvents: {
    action: 'send',
    channel: ref('channels/stream'),
    summary: text('逐条推送运营机构的事件', "Sends an operator's events as they come"),
    messages: [ref('channels/stream/messages/event')],
    bindings: { http: { method: 'GET', query: schemaOf(FeedStreamQuery), bindingVersion: '0.3.0' } },
  },
  postEvents: {
    action: 'send',
    channel: ref('channels/webhook'),
    summary: text('向每个启用的地址发送', 'Sends to every enabled address'),
    messages: [ref('channels/webhook/messages/event')],
    bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
  },
  publishEvents: {
    action: 'send',
    channel: ref('channels/jetstream'),
    summary: text('按顺序写入每个运营机构的流', "Writes each operator's stream, in order"),
    messages: [ref('channels/jetstream/messages/event')],
  },
});

function messages(publicUrl: string) {
  const event = exampleEvent(publicUrl);
  const message = (name: string, headers: Record<string, object>, example: object, contentType = CLOUD_EVENT) => ({
    name,
    contentType,
    headers: { type: 'object', required: Object.keys(headers), properties: headers },
    payload: ref('components/schemas/FeedEvent'),
    examples: [{ name, headers: example, payload: event }],
  });
  return {
    streamed: {
      ...message('streamed', streamFields, { id: 'WyJvcmdf' }, 'text/event-stream'),
      description: text('字段 data 的一行 JSON', 'The field data: JSON in one line'),
    },
    posted: message('posted', webhookHeaders, exampleWebhook(event)),
    published: message('published', jetstreamHeaders, {
      'Nats-Msg-Id': exampleMessageId(event),
      'Databourse-Position': event.position,
      'Content-Type': CLOUD_EVENT,
    }),
  };
}

const streamFields = {
  id: string(text('游标', 'A cursor: the field id of the event stream'), { maxLength: 512 }),
};
const webhookHeaders = {
  'webhook-id': string(text('CloudEvents 的 id', 'The id of the CloudEvent: the same for every attempt'), {
    format: 'uuid',
  }),
  'webhook-timestamp': string(text('发送时刻,Unix 秒', 'When it was sent, in seconds since 1970'), {
    pattern: '^\\d+$',
  }),
  'webhook-signature': string(
    text(
      '以空格分隔;v1a 为 Ed25519,v1 为 HMAC-SHA256,签名对象为 id.timestamp.body;换钥期间有多个',
      'Separated by spaces; v1a Ed25519, v1 HMAC-SHA256 over id.timestamp.body; several while keys roll',
    ),
    { pattern: '^v1a?,[A-Za-z0-9+/=]+( v1a?,[A-Za-z0-9+/=]+)*$' },
  ),
};
const jetstreamHeaders = {
  'Nats-Msg-Id': string(text('账本名称:叶序号', 'The name of the log and the index of the leaf'), {
    pattern: '^.+:\\d+$',
  }),
  'Databourse-Position': string(text('position', 'The position'), { pattern: '^[1-9]\\d*$' }),
  'Content-Type': { type: 'string', const: CLOUD_EVENT },
};
