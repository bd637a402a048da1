import { Module } from '@nestjs/common';
import { CancelCertificateOfClosedApplication } from './cancel-certificate-of-closed-application.js';
import { CertificateDocuments } from './certificate-document.js';
import { CertificateKeysController } from './certificate-keys.controller.js';
import { CertificatesController } from './certificates.controller.js';
import { CompleteKeyRotationHandler } from './complete-key-rotation.js';
import { DecideRegisterActHandler } from './decide-register-act.js';
import { EarlierOrigins } from './earlier-origins.js';
import { ExpireCertificateHandler } from './expire-certificate.js';
import { GetBundleHandler } from './get-bundle.js';
import { FlagCertificateOfObjection } from './flag-certificate-of-objection.js';
import { GetCertificateHandler } from './get-certificate.js';
import { GetCredentialHandler } from './get-credential.js';
import { GetCurrentCertificateHandler } from './get-current-certificate.js';
import { GetRegisterActHandler } from './get-register-act.js';
import { GetEvidenceHandler } from './get-evidence.js';
import { GetSdJwtHandler } from './get-sd-jwt.js';
import { GetStatusListHandler } from './get-status-list.js';
import { GetTrustHandler } from './get-trust.js';
import { GetVerdictHandler } from './get-verdict.js';
import { IssueCertificatesHandler } from './issue-certificates.js';
import { CertificateIssuer } from './issuer.js';
import { LiftExpiredRemarksHandler } from './lift-expired-remarks.js';
import { ListCertificateKeysHandler } from './list-certificate-keys.js';
import { ListCertificatesOfRegistrarHandler } from './list-certificates-of-registrar.js';
import { ListCertificatesHandler } from './list-certificates.js';
import { ListRegisterActsHandler } from './list-register-acts.js';
import { MakeKeyOfOrderedRotation } from './make-key-of-ordered-rotation.js';
import { OrderKeyRotationHandler } from './order-key-rotation.js';
import { PrepareCertificateOfRegisteredApplication } from './prepare-certificate-of-registered-application.js';
import { PrepareCertificateHandler } from './prepare-certificate.js';
import { ProposeRegisterActHandler } from './propose-register-act.js';
import { RegisterActsController } from './register-acts.controller.js';
import { RegisterController } from './register.controller.js';
import { SealDocumentHandler } from './seal-document.js';
import { SignPreparedCertificates } from './sign-prepared-certificates.js';
import { TimeStamper } from './time-stamper.js';
import { WithdrawRegisterActHandler } from './withdraw-register-act.js';
import { ListNumberSeriesHandler } from './list-number-series.js';
import { NoteNumbersHandler } from './note-numbers.js';
import { PreparePostponedCertificateHandler } from './prepare-postponed-certificate.js';
import { WatchCertificateNumbers } from './watch-certificate-numbers.js';
import { GetDocumentVerdictHandler } from './get-document-verdict.js';

@Module({
  controllers: [CertificatesController, CertificateKeysController, RegisterActsController, RegisterController],
  providers: [
    GetDocumentVerdictHandler,
    WatchCertificateNumbers,
    PreparePostponedCertificateHandler,
    NoteNumbersHandler,
    ListNumberSeriesHandler,
    CertificateIssuer,
    OrderKeyRotationHandler,
    MakeKeyOfOrderedRotation,
    CompleteKeyRotationHandler,
    ListCertificateKeysHandler,
    TimeStamper,
    EarlierOrigins,
    CertificateDocuments,
    SignPreparedCertificates,
    PrepareCertificateOfRegisteredApplication,
    CancelCertificateOfClosedApplication,
    PrepareCertificateHandler,
    IssueCertificatesHandler,
    SealDocumentHandler,
    ExpireCertificateHandler,
    LiftExpiredRemarksHandler,
    ProposeRegisterActHandler,
    DecideRegisterActHandler,
    WithdrawRegisterActHandler,
    GetRegisterActHandler,
    ListRegisterActsHandler,
    FlagCertificateOfObjection,
    GetCertificateHandler,
    GetCurrentCertificateHandler,
    ListCertificatesHandler,
    ListCertificatesOfRegistrarHandler,
    GetCredentialHandler,
    GetStatusListHandler,
    GetVerdictHandler,
    GetEvidenceHandler,
    GetTrustHandler,
    GetSdJwtHandler,
    GetBundleHandler,
  ],
})
export class CertificatesModule {}
