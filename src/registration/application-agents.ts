import { Column } from 'typeorm';
import type { Agency } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import type * as events from './application-events.js';
import { ApplicationRecord } from './application-record.js';
import { coApplicantsOf } from './joint-applicants.js';

type Side = 'APPLICANT' | 'TRANSFEREE' | 'OBJECTOR';

/** Who acted in an application for somebody else (代理人). The principals stay its parties. */
export abstract class ApplicationAgents extends ApplicationRecord {
  /** Each agent once for each authority that it used. */
  @Column('jsonb') readonly agents!: readonly Agency[];

  override onApplicationFiled({ agency, ...filed }: events.ApplicationFiled): void {
    Object.assign(this, { agents: [] });
    super.onApplicationFiled(filed as events.ApplicationFiled);
    this.note(agency);
  }
  override onApplicationRevised(event: events.ApplicationRevised): void {
    super.onApplicationRevised(event);
    this.note(event.agency);
  }
  override onApplicationJoined(event: events.ApplicationJoined): void {
    super.onApplicationJoined(event);
    this.note(event.agency);
  }
  override onApplicationSubmitted(event: events.ApplicationSubmitted): void {
    super.onApplicationSubmitted(event);
    this.note(event.agency);
  }
  override onApplicationSupplied(event: events.ApplicationSupplied): void {
    super.onApplicationSupplied(event);
    this.note(event.agency);
  }
  override onApplicationWithdrawn(event: events.ApplicationWithdrawn): void {
    super.onApplicationWithdrawn(event);
    this.note(event.agency);
  }
  override onApplicationObjected(event: events.ApplicationObjected): void {
    super.onApplicationObjected(event);
    this.note(event.agency);
  }

  /** Whose files may stand among the materials. */
  get submitters(): readonly string[] {
    const acted = this.agents.filter(({ principalId }) => this.sideOf(principalId) !== 'OBJECTOR');
    return [this.applicantId, ...acted.map(({ agentId }) => agentId)];
  }

  /**
   * Who registers is nobody's agent in it, and nobody stands on two sides of it: transferor, transferee or objector, for itself or for
   * another (双方代理). That both would agree changes nothing (PROP).
   * @throws Refusal registration/agent-conflict
   */
  protected mustStandOnOneSide(orgId: string, agency: Agency | undefined, side = this.sideOf(orgId)): void {
    const who = agency?.agentId ?? orgId;
    if (agency && who === this.registrarId) throw conflict(who, '登记机构不得担任代理人', 'the registrar is no agent');
    const acted = this.agents.filter(({ agentId }) => agentId === who || agentId === orgId);
    const stands = [who, ...acted.map(({ principalId }) => principalId)].map((id) => this.sideOf(id));
    if (stands.some((one) => one !== null && one !== side))
      throw conflict(who, '已代表另一方(或自身为另一方)', 'stands on another side of it already');
  }

  /** Null: on none. */
  private sideOf(orgId: string): Side | null {
    if (orgId === this.counterpartyId) return 'TRANSFEREE';
    const applies = orgId === this.applicantId || coApplicantsOf(this).some((one) => one.organisationId === orgId);
    if (applies) return 'APPLICANT';
    return this.objections.some(({ organisationId }) => organisationId === orgId) ? 'OBJECTOR' : null;
  }

  private note(agency: Agency | undefined): void {
    if (!agency || this.agents.some(({ authorityId }) => authorityId === agency.authorityId)) return;
    Object.assign(this, { agents: [...this.agents, agency] });
  }
}

export const conflict = (agentId: string, zh: string, en: string): Refusal =>
  new Refusal('registration/agent-conflict', { agentId }, [{ pointer: '', zh, en }]);
