import { Module } from '@nestjs/common';
import { AcceptAuthorityHandler } from './accept-authority.js';
import { DeclineAuthorityHandler } from './decline-authority.js';
import { ExpireAuthorityHandler } from './expire-authority.js';
import { GetAgencyHandler } from './get-agency.js';
import { GetAuthorityHandler } from './get-authority.js';
import { GetLetterOfAuthorityHandler } from './get-letter-of-authority.js';
import { GrantAuthorityHandler } from './grant-authority.js';
import { ListAuthoritiesHandler } from './list-authorities.js';
import { ListPowersHandler } from './list-powers.js';
import { RenounceAuthorityHandler } from './renounce-authority.js';
import { RevokeAuthorityHandler } from './revoke-authority.js';
import { AuthoritiesController } from './authorities.controller.js';
import { AcceptApplicationHandler } from './accept-application.js';
import { AcceptBySilenceHandler } from './accept-by-silence.js';
import { AddCorrectionHandler } from './add-correction.js';
import { ApplicationGroupsController } from './application-groups.controller.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplyResolutionHandler } from './apply-resolution.js';
import { ApplyResolutionOfCommittee } from './apply-resolution-of-committee.js';
import { ApproveApplicationHandler } from './approve-application.js';
import { ApproveWithoutNoticeHandler } from './approve-without-notice.js';
import { CertifyApplicationHandler } from './certify-application.js';
import { CertifyApplicationWhenCertificateIsIssued } from './certify-application-when-certificate-is-issued.js';
import { DecideObjectionHandler } from './decide-objection.js';
import { DeclareResourceHandler } from './declare-resource.js';
import { DeclineApplicationHandler } from './decline-application.js';
import { EndNoticeHandler } from './end-notice.js';
import { ExaminationController } from './examination.controller.js';
import { ExtendReviewHandler } from './extend-review.js';
import { FileApplicationHandler } from './file-application.js';
import { GetApplicationHandler } from './get-application.js';
import { GetPreCheckHandler } from './get-pre-check.js';
import { GetRegistrarNumbersHandler } from './get-registrar-numbers.js';
import { HandOverApplicationsWhenRegistrarIsGone } from './hand-over-applications-when-registrar-is-gone.js';
import { HandOverApplicationsHandler } from './hand-over-applications.js';
import { ListOwnApplicationsAtHandler } from './list-own-applications-at.js';
import { ResumeNoticesWhenRegistrarIsReinstated } from './resume-notices-when-registrar-is-reinstated.js';
import { ResumeNoticesHandler } from './resume-notices.js';
import { GetPreCheckOfApplicationHandler } from './get-pre-check-of-application.js';
import { GetQualityReportHandler } from './get-quality-report.js';
import { GetResourceHandler } from './get-resource.js';
import { GetResourceViewHandler } from './get-resource-view.js';
import { GetSuccessionHandler } from './get-succession.js';
import { JoinApplicationHandler } from './join-application.js';
import { LapseApplicationHandler } from './lapse-application.js';
import { ListApplicationPartiesHandler } from './list-application-parties.js';
import { ListApplicationsHandler } from './list-applications.js';
import { ListFileHashesHandler } from './list-file-hashes.js';
import { ListFileOwnersHandler } from './list-file-owners.js';
import { ListPublicNoticesHandler } from './list-public-notices.js';
import { ListSimilarDataHandler } from './list-similar-data.js';
import { ListResourcesHandler } from './list-resources.js';
import { NoteOverdueHandler } from './note-overdue.js';
import { NoticesController } from './notices.controller.js';
import { ObjectToApplicationHandler } from './object-to-application.js';
import { PassReviewHandler } from './pass-review.js';
import { ProposeWaiverHandler } from './propose-waiver.js';
import { PublicRegisterController } from './public-register.controller.js';
import { ReferApplicationHandler } from './refer-application.js';
import { RefuseApplicationHandler } from './refuse-application.js';
import { RequestCorrectionHandler } from './request-correction.js';
import { RequestSupplementHandler } from './request-supplement.js';
import { ResourcesController } from './resources.controller.js';
import { ReturnReviewHandler } from './return-review.js';
import { ReviseApplicationHandler } from './revise-application.js';
import { StartReviewHandler } from './start-review.js';
import { SubmitApplicationHandler } from './submit-application.js';
import { SubmitGroupHandler } from './submit-group.js';
import { SupplyEvidenceHandler } from './supply-evidence.js';
import { TerminateApplicationHandler } from './terminate-application.js';
import { WithdrawApplicationHandler } from './withdraw-application.js';
import { WithdrawGroupHandler } from './withdraw-group.js';
import { WithdrawRecordRequestHandler } from './withdraw-record-request.js';
import { AnswerObjectionHandler } from './answer-objection.js';
import { ConcludeObjectionHandler } from './conclude-objection.js';
import { FileObjectionHandler } from './file-objection.js';
import { GetObjectionHandler } from './get-objection.js';
import { HandleObjectionHandler } from './handle-objection.js';
import { ListObjectionsHandler } from './list-objections.js';
import { NoteOverdueObjectionHandler } from './note-overdue-objection.js';
import { ObjectionsController } from './objections.controller.js';
import { DecideRecordRequestHandler } from './decide-record-request.js';
import { GetRecordRequestHandler } from './get-record-request.js';
import { ListRecordRequestsHandler } from './list-record-requests.js';
import { RecordRequestsController } from './record-requests.controller.js';
import { RequestRecordHandler } from './request-record.js';

@Module({
  controllers: [
    RecordRequestsController,
    ObjectionsController,
    ApplicationGroupsController,
    ApplicationsController,
    AuthoritiesController,
    ExaminationController,
    NoticesController,
    PublicRegisterController,
    ResourcesController,
  ],
  providers: [
    AcceptAuthorityHandler,
    DeclineAuthorityHandler,
    ExpireAuthorityHandler,
    GetAgencyHandler,
    GetAuthorityHandler,
    GetLetterOfAuthorityHandler,
    GrantAuthorityHandler,
    ListAuthoritiesHandler,
    ListPowersHandler,
    RenounceAuthorityHandler,
    RevokeAuthorityHandler,
    RequestRecordHandler,
    ListRecordRequestsHandler,
    GetRecordRequestHandler,
    DecideRecordRequestHandler,
    NoteOverdueObjectionHandler,
    ListObjectionsHandler,
    HandleObjectionHandler,
    GetObjectionHandler,
    FileObjectionHandler,
    ConcludeObjectionHandler,
    AnswerObjectionHandler,
    AcceptApplicationHandler,
    AcceptBySilenceHandler,
    AddCorrectionHandler,
    ApplyResolutionHandler,
    ApplyResolutionOfCommittee,
    ApproveApplicationHandler,
    ApproveWithoutNoticeHandler,
    CertifyApplicationHandler,
    DecideObjectionHandler,
    DeclareResourceHandler,
    DeclineApplicationHandler,
    EndNoticeHandler,
    ExtendReviewHandler,
    FileApplicationHandler,
    GetApplicationHandler,
    GetPreCheckHandler,
    GetRegistrarNumbersHandler,
    HandOverApplicationsHandler,
    HandOverApplicationsWhenRegistrarIsGone,
    ListOwnApplicationsAtHandler,
    ResumeNoticesHandler,
    ResumeNoticesWhenRegistrarIsReinstated,
    GetPreCheckOfApplicationHandler,
    GetQualityReportHandler,
    GetResourceViewHandler,
    GetResourceHandler,
    GetSuccessionHandler,
    JoinApplicationHandler,
    LapseApplicationHandler,
    ListApplicationPartiesHandler,
    ListApplicationsHandler,
    ListFileHashesHandler,
    ListFileOwnersHandler,
    ListPublicNoticesHandler,
    ListSimilarDataHandler,
    ListResourcesHandler,
    NoteOverdueHandler,
    ObjectToApplicationHandler,
    PassReviewHandler,
    ProposeWaiverHandler,
    ReferApplicationHandler,
    RefuseApplicationHandler,
    RequestCorrectionHandler,
    RequestSupplementHandler,
    ReturnReviewHandler,
    ReviseApplicationHandler,
    StartReviewHandler,
    SubmitApplicationHandler,
    SubmitGroupHandler,
    SupplyEvidenceHandler,
    TerminateApplicationHandler,
    WithdrawApplicationHandler,
    WithdrawGroupHandler,
    WithdrawRecordRequestHandler,
    CertifyApplicationWhenCertificateIsIssued,
  ],
})
export class RegistrationModule {}
