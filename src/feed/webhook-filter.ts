import type { ChangeWebhookBody } from '@app/sdk';
import { fault } from '../platform/refusal.js';
import type { Sql } from '../platform/sql.js';
import type { FeedFilter } from './feed-reader.js';
import { sights } from './visibility.js';
import type { WebhookTarget } from './webhook-endpoint.js';

type Wanted = Pick<WebhookTarget, 'venueId' | 'types'>;

export const filterOf = ({ venueId, types }: Wanted): FeedFilter => ({
  ...(venueId !== null && { venue: venueId }),
  ...(types !== null && { types }),
});

/** Refuses a filter through which nothing could ever come. */
export async function mustLetSomethingThrough(
  sql: Sql,
  operatorId: string,
  { venueId = null, types = null }: ChangeWebhookBody,
): Promise<void> {
  const unknown = types?.findIndex((type) => (sights[type]?.seenBy ?? 'nobody') === 'nobody') ?? -1;
  if (unknown >= 0) throw fault(`/types/${unknown}`, '推送中没有这种事件', 'no feed has events of this type');
  if (venueId === null) return;
  const seen = await sql.row('SELECT FROM feed.venue WHERE venue_id = $1 AND $2 = ANY (operator_ids)', [
    venueId,
    operatorId,
  ]);
  if (!seen) throw fault('/venueId', '贵机构的推送不含该场所', 'your feed has no events of this venue');
}
