import { Module } from '@nestjs/common';
import { AddStaffMemberHandler } from './add-staff-member.js';
import { ApplyAsRegistrarHandler } from './apply-as-registrar.js';
import { ArchiveRegistrarHandler } from './archive-registrar.js';
import { AssessRegistrarHandler } from './assess-registrar.js';
import { ConfirmHandOverHandler } from './confirm-hand-over.js';
import { DecideRegistrarOrderHandler } from './decide-registrar-order.js';
import { DiscloseAsRegistrarHandler } from './disclose-as-registrar.js';
import { EndStaffMemberHandler } from './end-staff-member.js';
import { GetActingRegistrarHandler } from './get-acting-registrar.js';
import { GetOwnDocumentHandler } from './get-own-document.js';
import { GetRegistrarAdmissionHandler } from './get-registrar-admission.js';
import { GetRegistrarDetailHandler } from './get-registrar-detail.js';
import { GetRegistrarHandler } from './get-registrar.js';
import { GetStaffMemberHandler } from './get-staff-member.js';
import { ListArchiveEntriesHandler } from './list-archive-entries.js';
import { ListRegistersKeptHandler } from './list-registers-kept.js';
import { ListRegistrarsHandler } from './list-registrars.js';
import { ListStaffMembersHandler } from './list-staff-members.js';
import { NoteRegistrarOverdueHandler } from './note-registrar-overdue.js';
import { NoticeExitHandler } from './notice-exit.js';
import { NoticeRegistrarChangeHandler } from './notice-registrar-change.js';
import { OpenRegistrarHandler } from './open-registrar.js';
import { ProposeRegistrarOrderHandler } from './propose-registrar-order.js';
import { RegistrarPagesController } from './registrar-pages.controller.js';
import { RegistrarsController } from './registrars.controller.js';
import { ReportAsRegistrarHandler } from './report-as-registrar.js';
import { ReportExitHandler } from './report-exit.js';
import { StateRegistrarProfileHandler } from './state-registrar-profile.js';
import { SupervisionController } from './supervision.controller.js';
import { UpdateRegistrarHandler } from './update-registrar.js';

/** Registrars themselves: their admission, disclosure, reports, measures against them, and how they leave. */
@Module({
  controllers: [RegistrarPagesController, RegistrarsController, SupervisionController],
  providers: [
    AddStaffMemberHandler,
    ApplyAsRegistrarHandler,
    ArchiveRegistrarHandler,
    AssessRegistrarHandler,
    ConfirmHandOverHandler,
    DecideRegistrarOrderHandler,
    DiscloseAsRegistrarHandler,
    EndStaffMemberHandler,
    GetActingRegistrarHandler,
    GetOwnDocumentHandler,
    GetRegistrarAdmissionHandler,
    GetRegistrarDetailHandler,
    GetRegistrarHandler,
    GetStaffMemberHandler,
    ListArchiveEntriesHandler,
    ListRegistersKeptHandler,
    ListRegistrarsHandler,
    ListStaffMembersHandler,
    NoteRegistrarOverdueHandler,
    NoticeExitHandler,
    NoticeRegistrarChangeHandler,
    OpenRegistrarHandler,
    ProposeRegistrarOrderHandler,
    ReportAsRegistrarHandler,
    ReportExitHandler,
    StateRegistrarProfileHandler,
    UpdateRegistrarHandler,
  ],
})
export class RegistrarsModule {}
