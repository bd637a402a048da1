import type { AddWebhookBody, ChangeWebhookBody, WebhookKey, WebhookView } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const webhookMachine = defineMachine('webhook', 'ENABLED', {
  disable: { from: ['ENABLED'], to: 'DISABLED' },
  enable: { from: ['DISABLED'], to: 'ENABLED' },
  retire: { from: ['ENABLED', 'DISABLED'], to: 'RETIRED' },
});
type WebhookAction = keyof typeof webhookMachine.transitions;
export type WebhookState = WebhookView['state'];
export type DisableReason = NonNullable<WebhookView['reason']>;

/** What is sent where. */
export type WebhookTarget = Pick<AddWebhookBody, 'url' | 'description' | 'venueId' | 'types'>;
/** The public part of a key; the secret part is kept by {@link WebhookKeys}. */
export type PublicWebhookKey = Omit<WebhookKey, 'endsAt'>;

const KEYS_MAX = 4;

@Event('feed.webhook-added.v1')
export class WebhookAdded {
  constructor(
    readonly webhookId: string,
    readonly operatorId: string,
    readonly target: WebhookTarget,
    /** The position after which it begins. */
    readonly after: number,
    readonly key: PublicWebhookKey,
  ) {}
}

@Event('feed.webhook-changed.v1')
export class WebhookChanged {
  constructor(
    readonly webhookId: string,
    readonly target: WebhookTarget,
  ) {}
}

@Event('feed.webhook-key-rolled.v1')
export class WebhookKeyRolled {
  constructor(
    readonly webhookId: string,
    readonly key: PublicWebhookKey,
    /** When the keys before it end at the latest. */
    readonly othersEndAt: string,
  ) {}
}

@Event('feed.webhook-keys-ended.v1')
export class WebhookKeysEnded {
  constructor(
    readonly webhookId: string,
    readonly keyIds: readonly string[],
  ) {}
}

@Event('feed.webhook-enabled.v1')
export class WebhookEnabled {
  constructor(readonly webhookId: string) {}
}

@Event('feed.webhook-disabled.v1')
export class WebhookDisabled {
  constructor(
    readonly webhookId: string,
    readonly reason: DisableReason,
  ) {}
}

@Event('feed.webhook-retired.v1')
export class WebhookRetired {
  constructor(readonly webhookId: string) {}
}

/** Where one operator wants its feed, or a part of it, to be sent. */
@Entity({ schema: 'feed', name: 'webhook_endpoint' })
@Stream('whe')
export class WebhookEndpoint extends Aggregate {
  @Column('text') readonly operatorId!: string;
  @Column('text') readonly url!: string;
  @Column('text') readonly description!: string;
  @Column('text', { nullable: true }) readonly venueId!: string | null;
  @Column('jsonb', { nullable: true }) readonly types!: string[] | null;
  /** The newest first. */
  @Column('jsonb') readonly keys!: WebhookKey[];
  @Column('text') readonly state!: WebhookState;
  @Column('text', { nullable: true }) readonly reason!: DisableReason | null;

  static add(operatorId: string, target: WebhookTarget, after: number, key: PublicWebhookKey): WebhookEndpoint {
    const endpoint = new WebhookEndpoint();
    endpoint.apply(new WebhookAdded(newId('whe'), operatorId, target, after, key));
    return endpoint;
  }

  change(changes: ChangeWebhookBody): void {
    this.mustLive('change');
    const { url, description, venueId, types } = this;
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const target = { url, description, venueId, types, ...(Object.fromEntries(given) as Partial<WebhookTarget>) };
    this.apply(new WebhookChanged(this.id, target));
  }

  /** The new key signs from now on, those before it until `othersEndAt`. */
  roll(key: PublicWebhookKey, othersEndAt: Date): void {
    this.mustLive('roll');
    if (this.keys.length >= KEYS_MAX) throw new Refusal('webhook/too-many-keys', { limit: KEYS_MAX });
    this.apply(new WebhookKeyRolled(this.id, key, othersEndAt.toISOString()));
  }

  /** Ends the keys whose time has come; answers their ids. */
  endKeys(now: Date): readonly string[] {
    const ended = this.keys.filter(({ endsAt }) => endsAt !== null && new Date(endsAt) <= now).map(({ id }) => id);
    if (ended.length > 0) this.apply(new WebhookKeysEnded(this.id, ended));
    return ended;
  }

  /** When the next key ends, if one does. */
  get nextKeyEnd(): Date | null {
    const ends = this.keys.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt]));
    return ends.length === 0 ? null : new Date(ends.toSorted()[0]!);
  }

  enable(): void {
    this.move('enable', new WebhookEnabled(this.id));
  }

  disable(reason: DisableReason): void {
    this.move('disable', new WebhookDisabled(this.id, reason));
  }

  retire(): void {
    this.move('retire', new WebhookRetired(this.id));
  }

  onWebhookAdded({ webhookId, operatorId, target, key }: WebhookAdded): void {
    const keys = [{ ...key, endsAt: null }];
    Object.assign(this, { id: webhookId, operatorId, ...target, keys, state: 'ENABLED', reason: null });
  }
  onWebhookChanged({ target }: WebhookChanged): void {
    Object.assign(this, target);
  }
  onWebhookKeyRolled({ key, othersEndAt }: WebhookKeyRolled): void {
    const others = this.keys.map((old) => ({
      ...old,
      endsAt: old.endsAt !== null && old.endsAt < othersEndAt ? old.endsAt : othersEndAt,
    }));
    Object.assign(this, { keys: [{ ...key, endsAt: null }, ...others] });
  }
  onWebhookKeysEnded({ keyIds }: WebhookKeysEnded): void {
    Object.assign(this, { keys: this.keys.filter(({ id }) => !keyIds.includes(id)) });
  }
  onWebhookEnabled(): void {
    Object.assign(this, { state: 'ENABLED', reason: null });
  }
  onWebhookDisabled({ reason }: WebhookDisabled): void {
    Object.assign(this, { state: 'DISABLED', reason });
  }
  onWebhookRetired(): void {
    Object.assign(this, { state: 'RETIRED', keys: [] });
  }

  private move(action: WebhookAction, event: DomainEvent): void {
    webhookMachine.next(this.state, action);
    this.apply(event);
  }

  mustLive(action: string): void {
    const { name: machine } = webhookMachine;
    if (this.state === 'RETIRED')
      throw new Refusal('illegal-transition', { machine, action, state: this.state, possible: [] });
  }
}
