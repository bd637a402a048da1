import { Module } from '@nestjs/common';
import { AppointExpertHandler } from './appoint-expert.js';
import { BallotBox } from './ballot-box.js';
import { CallRevoteHandler } from './call-revote.js';
import { CasesController } from './cases.controller.js';
import { CastVoteHandler } from './cast-vote.js';
import { CloseCaseOfEndedApplication } from './close-case-of-ended-application.js';
import { CloseCaseHandler } from './close-case.js';
import { ConfirmObligationHandler } from './confirm-obligation.js';
import { DecideTieHandler } from './decide-tie.js';
import { DeclareImpartialityHandler } from './declare-impartiality.js';
import { DeclareInterestsHandler } from './declare-interests.js';
import { DismissPanelHandler } from './dismiss-panel.js';
import { DrawPanelHandler } from './draw-panel.js';
import { DrawPanels } from './draw-panels.js';
import { EndTieHandler } from './end-tie.js';
import { EndVotingHandler } from './end-voting.js';
import { ExpertsController } from './experts.controller.js';
import { FixCandidatesHandler } from './fix-candidates.js';
import { GetCaseMaterialHandler } from './get-case-material.js';
import { GetCaseHandler } from './get-case.js';
import { GetEvidenceFileHandler } from './get-evidence-file.js';
import { GetExpertHandler } from './get-expert.js';
import { GetObligationHandler } from './get-obligation.js';
import { GetResolutionHandler } from './get-resolution.js';
import { GetSealKeysHandler } from './get-seal-keys.js';
import { IsPanelMemberHandler } from './is-panel-member.js';
import { ListCasesHandler } from './list-cases.js';
import { ListExpertsHandler } from './list-experts.js';
import { ListNamesOfExpertsHandler } from './list-names-of-experts.js';
import { ListObligationsHandler } from './list-obligations.js';
import { ListPoolHandler } from './list-pool.js';
import { NoteOverdueObligationHandler } from './note-overdue-obligation.js';
import { ObligationsController } from './obligations.controller.js';
import { OpenCaseOfReferredApplication } from './open-case-of-referred-application.js';
import { OpenCaseHandler } from './open-case.js';
import { ReinstateExpertHandler } from './reinstate-expert.js';
import { RemovePanellistHandler } from './remove-panellist.js';
import { ReplaceSilentHandler } from './replace-silent.js';
import { RetireExpertHandler } from './retire-expert.js';
import { SealResolutionOfResolvedCase } from './seal-resolution-of-resolved-case.js';
import { SealResolutionHandler } from './seal-resolution.js';
import { SendBackEvidenceHandler } from './send-back-evidence.js';
import { SubmitEvidenceHandler } from './submit-evidence.js';
import { SuspendExpertHandler } from './suspend-expert.js';

/** 数据资产登记合规委员会. */
@Module({
  controllers: [CasesController, ExpertsController, ObligationsController],
  providers: [
    AppointExpertHandler,
    BallotBox,
    CallRevoteHandler,
    CastVoteHandler,
    CloseCaseOfEndedApplication,
    CloseCaseHandler,
    ConfirmObligationHandler,
    DecideTieHandler,
    DeclareImpartialityHandler,
    DeclareInterestsHandler,
    DismissPanelHandler,
    DrawPanelHandler,
    DrawPanels,
    EndTieHandler,
    EndVotingHandler,
    FixCandidatesHandler,
    GetCaseHandler,
    GetCaseMaterialHandler,
    GetEvidenceFileHandler,
    GetExpertHandler,
    GetObligationHandler,
    GetResolutionHandler,
    GetSealKeysHandler,
    IsPanelMemberHandler,
    ListCasesHandler,
    ListExpertsHandler,
    ListNamesOfExpertsHandler,
    ListObligationsHandler,
    ListPoolHandler,
    NoteOverdueObligationHandler,
    OpenCaseOfReferredApplication,
    OpenCaseHandler,
    ReinstateExpertHandler,
    RemovePanellistHandler,
    ReplaceSilentHandler,
    RetireExpertHandler,
    SealResolutionOfResolvedCase,
    SealResolutionHandler,
    SendBackEvidenceHandler,
    SubmitEvidenceHandler,
    SuspendExpertHandler,
  ],
})
export class CommitteeModule {}
