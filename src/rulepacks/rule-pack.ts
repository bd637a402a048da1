import { Column, Entity } from 'typeorm';
import type { RulePack as Pack } from '@app/rulepacks';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { mustActFor, type Actor } from '../platform/context.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

/** What is published stays: it is replaced by a higher version, never taken back. */
export const rulePackMachine = defineMachine('rule-pack', 'PROPOSED', {
  approve: { from: ['PROPOSED'], to: 'REVIEWED' },
  reject: { from: ['PROPOSED'], to: 'REJECTED' },
  publish: { from: ['REVIEWED'], to: 'PUBLISHED' },
  withdraw: { from: ['PROPOSED', 'REVIEWED'], to: 'WITHDRAWN' },
});
export type RulePackState = (typeof rulePackMachine.states)[number];
export type RulePackAction = keyof typeof rulePackMachine.transitions;

/** What somebody decided about a proposal. */
export interface Opinion {
  readonly by: string;
  readonly at: string;
  readonly text: string;
}

export interface ProposedPack {
  readonly document: Pack;
  readonly documentSha256: string;
}

@Event('rulepacks.rule-pack-proposed.v1')
export class RulePackProposed {
  constructor(
    readonly rulePackId: string,
    readonly packId: string,
    readonly packVersion: string,
    readonly effectiveFrom: string | null,
    readonly document: Pack,
    readonly documentSha256: string,
    readonly organisationId: string,
    readonly by: string,
    readonly at: string,
    readonly text: string,
  ) {}
}

abstract class Decided implements Opinion {
  constructor(
    readonly rulePackId: string,
    readonly by: string,
    readonly at: string,
    readonly text: string,
  ) {}
}

@Event('rulepacks.rule-pack-reviewed.v1')
export class RulePackReviewed extends Decided {}

@Event('rulepacks.rule-pack-rejected.v1')
export class RulePackRejected extends Decided {}

@Event('rulepacks.rule-pack-withdrawn.v1')
export class RulePackWithdrawn extends Decided {}

/** From `effectiveFrom` on, new applications run under it. */
@Event('rulepacks.rule-pack-published.v1')
export class RulePackPublished {
  constructor(
    readonly rulePackId: string,
    readonly packId: string,
    readonly packVersion: string,
    readonly effectiveFrom: string | null,
    readonly documentSha256: string,
    readonly by: string,
    readonly at: string,
    readonly text: string,
  ) {}
}

/** A version of a legal regime on its way into force: proposed by one person, reviewed and published by others (SOD-7). */
@Entity({ schema: 'rulepacks', name: 'rule_pack' })
@Stream('rpk')
export class RulePack extends Aggregate {
  @Column('text') readonly packId!: string;
  @Column('text') readonly packVersion!: string;
  @Column('text', { nullable: true }) readonly effectiveFrom!: string | null;
  /** As json, not jsonb: its order is the order of the forms. */
  @Column('json') readonly document!: Pack;
  @Column('text') readonly documentSha256!: string;
  @Column('text') readonly organisationId!: string;
  @Column('jsonb') readonly proposal!: Opinion;
  @Column('jsonb', { nullable: true }) readonly review!: Opinion | null;
  /** The publication, the rejection or the withdrawal. */
  @Column('jsonb', { nullable: true }) readonly ending!: Opinion | null;
  @Column('text') readonly state!: RulePackState;

  static propose({ document, documentSha256 }: ProposedPack, text: string, actor: Actor, now: Date): RulePack {
    const pack = new RulePack();
    const { id: packId, version, effectiveFrom } = document;
    const { id: by, orgId } = actor;
    const at = now.toISOString();
    pack.apply(
      new RulePackProposed(newId('rpk'), packId, version, effectiveFrom, document, documentSha256, orgId, by, at, text),
    );
    return pack;
  }

  approve(text: string, { id: by }: Actor, now: Date): void {
    this.mustBeAnother(by);
    this.move('approve', new RulePackReviewed(this.id, by, now.toISOString(), text));
  }

  reject(text: string, { id: by }: Actor, now: Date): void {
    this.mustBeAnother(by);
    this.move('reject', new RulePackRejected(this.id, by, now.toISOString(), text));
  }

  /** @param today in Asia/Shanghai: a version takes effect on that day or later, never before it was published */
  bringIntoForce(text: string, { id: by }: Actor, now: Date, today: string): void {
    this.mustBeAnother(by);
    const { effectiveFrom } = this;
    rulePackMachine.next(this.state, 'publish');
    if (effectiveFrom !== null && effectiveFrom < today) throw new Refusal('rule-packs/too-late', { effectiveFrom });
    const { id, packId, packVersion, documentSha256 } = this;
    const at = now.toISOString();
    this.move('publish', new RulePackPublished(id, packId, packVersion, effectiveFrom, documentSha256, by, at, text));
  }

  /** By the organisation that proposed it. */
  withdraw(text: string, actor: Actor, now: Date): void {
    mustActFor(actor, this.organisationId);
    this.move('withdraw', new RulePackWithdrawn(this.id, actor.id, now.toISOString(), text));
  }

  onRulePackProposed({ rulePackId, by, at, text, ...facts }: RulePackProposed): void {
    const start = { review: null, ending: null, state: rulePackMachine.initial };
    Object.assign(this, { id: rulePackId, ...facts, proposal: { by, at, text }, ...start });
  }
  onRulePackReviewed({ by, at, text }: RulePackReviewed): void {
    Object.assign(this, { review: { by, at, text }, state: 'REVIEWED' });
  }
  onRulePackRejected({ by, at, text }: RulePackRejected): void {
    Object.assign(this, { review: { by, at, text }, ending: { by, at, text }, state: 'REJECTED' });
  }
  onRulePackWithdrawn({ by, at, text }: RulePackWithdrawn): void {
    Object.assign(this, { ending: { by, at, text }, state: 'WITHDRAWN' });
  }
  onRulePackPublished({ by, at, text }: RulePackPublished): void {
    Object.assign(this, { ending: { by, at, text }, state: 'PUBLISHED' });
  }

  /** SOD-7: maker and checker differ. */
  private mustBeAnother(by: string): void {
    if (by === this.proposal.by) throw new Refusal('same-person');
  }

  private move(action: RulePackAction, event: DomainEvent): void {
    rulePackMachine.next(this.state, action);
    this.apply(event);
  }
}
