import { Module } from '@nestjs/common';
import { CancelCertificateHandler } from './cancel-certificate.js';
import { CertificateDocuments } from './certificate-document.js';
import { CertificatesController } from './certificates.controller.js';
import { ExpireCertificateHandler } from './expire-certificate.js';
import { GetCertificateHandler } from './get-certificate.js';
import { GetCredentialHandler } from './get-credential.js';
import { GetStatusListHandler } from './get-status-list.js';
import { GetVerdictHandler } from './get-verdict.js';
import { IssueCertificatesHandler } from './issue-certificates.js';
import { CertificateIssuer } from './issuer.js';
import { ListCertificatesHandler } from './list-certificates.js';
import { PrepareCertificateOfRegisteredApplication } from './prepare-certificate-of-registered-application.js';
import { PrepareCertificateHandler } from './prepare-certificate.js';
import { RegisterController } from './register.controller.js';
import { SealDocumentHandler } from './seal-document.js';
import { SignPreparedCertificates } from './sign-prepared-certificates.js';
import { TimeStamper } from './time-stamper.js';

@Module({
  controllers: [CertificatesController, RegisterController],
  providers: [
    CertificateIssuer,
    TimeStamper,
    CertificateDocuments,
    SignPreparedCertificates,
    PrepareCertificateOfRegisteredApplication,
    PrepareCertificateHandler,
    IssueCertificatesHandler,
    SealDocumentHandler,
    ExpireCertificateHandler,
    CancelCertificateHandler,
    GetCertificateHandler,
    ListCertificatesHandler,
    GetCredentialHandler,
    GetStatusListHandler,
    GetVerdictHandler,
  ],
})
export class CertificatesModule {}
