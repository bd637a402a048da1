import { Column, Entity } from 'typeorm';
import type { VenueView } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';

type Facts = Pick<VenueView, 'code' | 'name' | 'type' | 'parentId' | 'operatorId'>;

@Event('market.venue-opened.v1')
export class VenueOpened {
  readonly code!: Facts['code'];
  readonly name!: Facts['name'];
  readonly type!: Facts['type'];
  readonly parentId!: Facts['parentId'];
  readonly operatorId!: Facts['operatorId'];

  constructor(
    readonly venueId: string,
    facts: Facts,
  ) {
    Object.assign(this, facts);
  }
}

/** An exchange (交易所), or a base (服务基地) or platform (行业平台) in front of one. */
@Entity({ schema: 'market', name: 'venue' })
@Stream('ven')
export class Venue extends Aggregate {
  @Column('text') readonly code!: string;
  @Column('jsonb') readonly name!: { zh: string; en: string };
  @Column('text') readonly type!: Facts['type'];
  @Column('text', { nullable: true }) readonly parentId!: string | null;
  @Column('text') readonly operatorId!: string;

  /** @param parent the venue of `facts.parentId`, if any */
  static open(facts: Facts, parent: Venue | null): Venue {
    const fits = facts.type === 'EXCHANGE' ? facts.parentId === null : parent?.type === 'EXCHANGE';
    if (!fits) throw new Refusal('market/venue-parent');
    const venue = new Venue();
    venue.apply(new VenueOpened(newId('ven'), facts));
    return venue;
  }

  onVenueOpened({ venueId, code, name, type, parentId, operatorId }: VenueOpened): void {
    Object.assign(this, { id: venueId, code, name, type, parentId, operatorId });
  }
}
