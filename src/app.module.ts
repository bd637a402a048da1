import { Module, type DynamicModule } from '@nestjs/common';
import { BrokerageModule } from './brokerage/brokerage.module.js';
import { CertificatesModule } from './certificates/certificates.module.js';
import { CommitteeModule } from './committee/committee.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { FeedModule } from './feed/feed.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { MarketModule } from './market/market.module.js';
import { PartiesModule } from './parties/parties.module.js';
import type { Config } from './platform/config.js';
import { PlatformModule } from './platform/platform.module.js';
import { RecognitionModule } from './recognition/recognition.module.js';
import { RegistrarsModule } from './registrars/registrars.module.js';
import { RegistrationModule } from './registration/registration.module.js';
import { RulePacksModule } from './rulepacks/rulepacks.module.js';
import { SettlementModule } from './settlement/settlement.module.js';
import { TradingModule } from './trading/trading.module.js';

/** The list of contexts, nothing else. */
@Module({})
export class AppModule {
  static with(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config, databaseUrl),
        PartiesModule,
        RulePacksModule,
        RegistrarsModule,
        RegistrationModule,
        RecognitionModule,
        CommitteeModule,
        CertificatesModule,
        MarketModule,
        TradingModule,
        DeliveryModule,
        SettlementModule,
        BrokerageModule,
        LedgerModule,
        FeedModule,
      ],
    };
  }
}
