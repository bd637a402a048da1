import { Column } from 'typeorm';
import type { Agency, ProvenFile } from '@app/sdk';
import { Aggregate } from '../platform/aggregate.js';
import { conflict } from './application-agents.js';
import type * as events from './objection-events.js';
import type { ObjectionAction, ObjectionState } from './objection-machine.js';

/** What somebody says, and the documents that come with it. */
export interface Said {
  readonly text: string;
  readonly files: readonly ProvenFile[];
}

interface ObjectionActRow extends Said {
  /** By whose person; absent: the party's own. */
  readonly agency?: Agency;
  readonly action: ObjectionAction;
  readonly party: events.Party;
  readonly at: string;
}

/** The row of an objection, and who spoke in it for somebody else (代理人). */
export abstract class ObjectionRecord extends Aggregate {
  @Column('text') readonly certificateId!: string;
  @Column('text') readonly certificateNumber!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly registrantId!: string;
  @Column('text') readonly objectorId!: string;
  @Column('text') readonly rulePack!: string;
  @Column('text') readonly state!: ObjectionState;
  @Column('text') readonly reason!: string;
  @Column('jsonb') readonly evidence!: readonly ProvenFile[];
  @Column('timestamptz') readonly filedAt!: Date;
  @Column('timestamptz', { nullable: true }) readonly notifyDue!: Date | null;
  @Column('boolean') readonly overdue!: boolean;
  @Column('timestamptz', { nullable: true }) readonly acceptedAt!: Date | null;
  /** The officer who last acted: another person decides (SOD-7). */
  @Column('text', { nullable: true }) readonly handlerId!: string | null;
  @Column('jsonb', { nullable: true }) readonly conclusion!: {
    upheld: boolean;
    remedy: events.Remedy;
    text: string;
  } | null;
  @Column('jsonb') readonly answers!: readonly { party: events.Party; agrees: boolean }[];
  @Column('jsonb', { nullable: true }) readonly remedy!: { kind: events.Remedy; groundCode: string | null } | null;
  @Column('jsonb') readonly acts!: readonly ObjectionActRow[];
  @Column('timestamptz', { nullable: true }) readonly closedAt!: Date | null;
  /** The data that it is about; null: filed before that was noted. */
  @Column('text', { nullable: true }) readonly resourceId!: string | null;
  /** Each agent once for each authority that it used. */
  @Column('jsonb') readonly agents!: readonly Agency[];

  /**
   * Neither a party nor the registrar speaks for another in it, and nobody for both (双方代理). That both would agree changes nothing (PROP).
   * @throws Refusal registration/agent-conflict
   */
  protected mustSpeakForOne(agency: Agency | undefined): void {
    if (!agency) return;
    const { agentId, principalId } = agency;
    const isParty = [this.objectorId, this.registrantId, this.registrarId].includes(agentId);
    const spoke = this.agents.some((one) => one.agentId === agentId && one.principalId !== principalId);
    if (isParty || spoke)
      throw conflict(agentId, '已代表另一方(或自身为另一方)', 'stands on another side of it already');
  }

  protected note(agency: Agency | undefined): void {
    if (!agency || this.agents.some(({ authorityId }) => authorityId === agency.authorityId)) return;
    Object.assign(this, { agents: [...this.agents, agency] });
  }
}
