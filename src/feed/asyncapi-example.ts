import { createHash } from 'node:crypto';
import type { CloudEvent } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import { sign } from '@app/webhooks';

/** The key of the example, published by the libraries of Standard Webhooks: its signatures can be recomputed. */
const EXAMPLE_KEY = 'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=';
const SALT = '000102030405060708090a0b0c0d0e0f';
const UUID = '01930e2c7b7a7c3e9d4f5a6b7c8d9e0f';

/** An event whose digest, leaf and state are as they would be: whoever writes a consumer can check it against this. */
export function exampleEvent(source: string): CloudEvent {
  const stream = `ord_${UUID}`;
  const id = '01930e2c-7b7a-7c3e-9d4f-5a6b7c8d9e0f';
  const type = 'trading.order-accepted.v1';
  const occurredAt = '2026-01-05T02:30:00.000Z';
  const facts = { version: 8, actor: `per_${UUID}`, onBehalfOf: `org_${UUID}` };
  const payload = { orderId: stream, by: 'BUYER' };
  const digest = createHash('sha256').update(Buffer.from(SALT, 'hex')).update(canonicalJson(payload));
  const payloadDigest = digest.digest('hex');
  const leaf = canonicalJson({ v: 1, id, type, stream, ...facts, occurredAt, payloadDigest });
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject: stream,
    time: occurredAt,
    datacontenttype: 'application/json',
    sequence: '1041',
    position: '312',
    data: {
      ...facts,
      venue: `ven_${UUID}`,
      state: { before: 'DELIVERED', after: 'ACCEPTED' },
      payload,
      salt: SALT,
      payloadDigest,
      leaf: Buffer.from(leaf).toString('base64'),
      links: { object: `/v1/orders/${stream}`, proof: `/v1/events/${id}/proof` },
    },
  };
}

export const exampleWebhook = (event: CloudEvent): Record<string, string> =>
  sign({ id: event.id, at: new Date(event.time), body: Buffer.from(JSON.stringify(event)) }, [EXAMPLE_KEY]);

export const exampleMessageId = ({ source, sequence }: CloudEvent): string => `${new URL(source).host}/log:${sequence}`;
