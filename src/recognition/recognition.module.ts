import { Module } from '@nestjs/common';
import { DecideForeignCertificateHandler } from './decide-foreign-certificate.js';
import { DecideTrustedIssuerHandler } from './decide-trusted-issuer.js';
import { EndForeignCertificateHandler } from './end-foreign-certificate.js';
import { GetForeignCertificateHandler } from './get-foreign-certificate.js';
import { GetReliedCertificateHandler } from './get-relied-certificate.js';
import { GetTrustedIssuerHandler } from './get-trusted-issuer.js';
import { LapseForeignCertificateHandler } from './lapse-foreign-certificate.js';
import { ListForeignCertificatesHandler } from './list-foreign-certificates.js';
import { ListTrustedIssuersHandler } from './list-trusted-issuers.js';
import { ProposeTrustedIssuerHandler } from './propose-trusted-issuer.js';
import { RecognitionController } from './recognition.controller.js';
import { RefuseRelianceHandler } from './refuse-reliance.js';
import { SubmitForeignCertificateHandler } from './submit-foreign-certificate.js';
import { UpgradeForeignCertificateWhenCertificateIsIssued } from './upgrade-foreign-certificate-when-certificate-is-issued.js';
import { VerifyForeignCertificateHandler } from './verify-foreign-certificate.js';

@Module({
  controllers: [RecognitionController],
  providers: [
    DecideForeignCertificateHandler,
    DecideTrustedIssuerHandler,
    EndForeignCertificateHandler,
    GetForeignCertificateHandler,
    GetReliedCertificateHandler,
    GetTrustedIssuerHandler,
    LapseForeignCertificateHandler,
    ListForeignCertificatesHandler,
    ListTrustedIssuersHandler,
    ProposeTrustedIssuerHandler,
    RefuseRelianceHandler,
    SubmitForeignCertificateHandler,
    UpgradeForeignCertificateWhenCertificateIsIssued,
    VerifyForeignCertificateHandler,
  ],
})
export class RecognitionModule {}
