import { shanghaiDate } from '@app/calendar';
import type {
  RegistrarArchive,
  RegistrarChange,
  RegistrarDisclosure,
  RegistrarExit,
  RegistrarMeasure,
  RegistrarOrder,
  RegistrarOverdueView,
  RegistrarProfile,
  RegistrarReport,
  RegistrarState,
} from '@app/sdk';
import { Column } from 'typeorm';
import { Aggregate } from '../platform/aggregate.js';
import type * as events from './registrar-events.js';
import { registrarMachine } from './registrar-machine.js';

/** Entered before an event said when: the regime has been in force since that year. */
const FIRST_YEAR = 2026;
const yearOf = (at: string | undefined): number =>
  at === undefined ? FIRST_YEAR : Number(shanghaiDate(new Date(at)).slice(0, 4));

/** What is known of a registrar: its columns, and how each event changes them. */
export abstract class RegistrarRecord extends Aggregate {
  @Column('text') readonly organisationId!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly regionCode2!: string;
  /** Given when it is catalogued. */
  @Column('text', { nullable: true }) readonly digit!: string | null;
  @Column('text') readonly state!: RegistrarState;
  @Column('jsonb', { nullable: true }) readonly profile!: RegistrarProfile | null;
  @Column('jsonb', { nullable: true }) readonly disclosure!: RegistrarDisclosure | null;
  /** The order that waits for its second person. */
  @Column('jsonb', { nullable: true }) readonly pending!: RegistrarOrder | null;
  @Column('jsonb') readonly measures!: readonly RegistrarMeasure[];
  @Column('jsonb') readonly changes!: readonly RegistrarChange[];
  @Column('jsonb') readonly reports!: readonly RegistrarReport[];
  @Column('jsonb') readonly overdue!: readonly RegistrarOverdueView[];
  @Column('jsonb', { nullable: true }) readonly exit!: RegistrarExit | null;
  @Column('jsonb', { nullable: true }) readonly archive!: (RegistrarArchive & { fileId: string }) | null;
  @Column('text', { nullable: true }) readonly successorId!: string | null;
  /** The first year that it reports on. */
  @Column('integer', { nullable: true }) readonly firstYear!: number | null;

  onRegistrarApplied({ registrarId, organisationId, facts }: events.RegistrarApplied): void {
    const { name, regionCode2, profile } = facts;
    const told = { id: registrarId, organisationId, name, regionCode2, digit: null, firstYear: null };
    this.become(registrarMachine.initial, { ...nothing, ...told, profile });
  }
  onRegistrarCatalogued({ registrarId, facts, at, measure }: events.RegistrarCatalogued): void {
    const { organisationId, name, regionCode2, digit } = facts;
    const told = { id: registrarId, organisationId, name, regionCode2, digit, firstYear: yearOf(at) };
    this.become('CATALOGUED', measure ? { ...told, ...this.settled(measure) } : { ...nothing, ...told });
  }
  onRegistrarProfileStated({ profile }: events.RegistrarProfileStated): void {
    this.become(this.state, { profile });
  }
  onRegistrarDisclosed({ disclosure }: events.RegistrarDisclosed): void {
    this.become(this.state, { disclosure });
  }
  onRegistrarOrderProposed({ order }: events.RegistrarOrderProposed): void {
    this.become(this.state, { pending: order });
  }
  onRegistrarOrderDeclined(): void {
    this.become(this.state, { pending: null });
  }
  onRegistrarRecommended({ measure }: events.RegistrarRecommended): void {
    this.become('RECOMMENDED', this.settled(measure));
  }
  onRegistrarPublishingSuspended({ measure }: events.RegistrarPublishingSuspended): void {
    this.become('PUBLISHING_SUSPENDED', { ...this.settled(measure), exit: null, successorId: null });
  }
  onRegistrarReinstated({ measure }: events.RegistrarReinstated): void {
    this.become('CATALOGUED', this.settled(measure));
  }
  onRegistrarRemoved({ measure }: events.RegistrarRemoved): void {
    this.become('REMOVED', { ...this.settled(measure), successorId: measure.successorId, archive: null });
  }
  onRegistrarSuccessorNamed({ measure }: events.RegistrarSuccessorNamed): void {
    this.become('REMOVED', { ...this.settled(measure), successorId: measure.successorId });
  }
  onRegistrarExitNoticed({ exit, successorId }: events.RegistrarExitNoticed): void {
    this.become('EXIT_NOTICED', { exit, successorId });
  }
  onRegistrarExitApproved({ measure, at, reportDue }: events.RegistrarExitApproved): void {
    this.become('EXIT_APPROVED', { ...this.settled(measure), exit: { ...this.exit!, approvedAt: at, reportDue } });
  }
  onRegistrarExitDeclined({ measure }: events.RegistrarExitDeclined): void {
    this.become('CATALOGUED', { ...this.settled(measure), exit: null, successorId: null });
  }
  onRegistrarExitReported({ at }: events.RegistrarExitReported): void {
    this.become(this.state, { exit: { ...this.exit!, reportedAt: at } });
  }
  onRegistrarArchived({ at, fileId, entries, root, sha256 }: events.RegistrarArchived): void {
    const archive = { fileId, entries, root, sha256, builtAt: at, confirmedBy: null, confirmedAt: null };
    this.become(this.state, { archive });
  }
  onRegistrarExited({ by, at }: events.RegistrarExited): void {
    this.become('EXITED', { archive: { ...this.archive!, confirmedBy: by, confirmedAt: at } });
  }
  onRegistrarTakenOver({ by, at }: events.RegistrarTakenOver): void {
    this.become('REMOVED', { archive: { ...this.archive!, confirmedBy: by, confirmedAt: at } });
  }
  onRegistrarChangeNoticed({ change }: events.RegistrarChangeNoticed): void {
    this.become(this.state, { changes: [...this.changes, change] });
  }
  onRegistrarChangeConfirmed({ measure, updateDue }: events.RegistrarChangeConfirmed): void {
    this.become(this.state, { ...this.settled(measure), changes: this.changed({ state: 'CONFIRMED', updateDue }) });
  }
  onRegistrarChangeDeclined({ measure }: events.RegistrarChangeDeclined): void {
    this.become(this.state, { ...this.settled(measure), changes: this.changed({ state: 'DECLINED' }) });
  }
  onRegistrarUpdated({ name, profile }: events.RegistrarUpdated): void {
    this.become(this.state, { name, profile, changes: this.changed({ state: 'DONE' }) });
  }
  onRegistrarReported({ report }: events.RegistrarReported): void {
    this.become(this.state, { reports: [...this.reports, report] });
  }
  onRegistrarAssessed({ year, assessment }: events.RegistrarAssessed): void {
    const reports = this.reports.map((report) => (report.year === year ? { ...report, assessment } : report));
    this.become(this.state, { reports });
  }
  onRegistrarOverdue({ duty, due, at }: events.RegistrarOverdue): void {
    this.become(this.state, { overdue: [...this.overdue, { duty, due, at }] });
  }

  /** The notice of a change that is not settled yet; one at a time. */
  get change(): RegistrarChange | null {
    const last = this.changes.at(-1);
    return last && ['NOTICED', 'CONFIRMED'].includes(last.state) ? last : null;
  }

  private changed(told: Partial<RegistrarChange>): readonly RegistrarChange[] {
    return [...this.changes.slice(0, -1), { ...this.changes.at(-1)!, ...told }];
  }

  private settled(measure: RegistrarMeasure): Changes {
    return { pending: null, measures: [...this.measures, measure] };
  }

  private become(state: RegistrarState, changes: Changes): void {
    Object.assign(this, changes, { state });
  }
}

type Changes = Partial<Record<keyof RegistrarRecord, unknown>>;
const nothing = {
  profile: null,
  disclosure: null,
  pending: null,
  measures: [],
  changes: [],
  reports: [],
  overdue: [],
  exit: null,
  archive: null,
  successorId: null,
} satisfies Changes;
