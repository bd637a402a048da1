import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ApproveRulePackHandler } from './approve-rule-pack.js';
import { GetRulePackDifferenceHandler } from './get-rule-pack-difference.js';
import { GetRulePackProposalHandler } from './get-rule-pack-proposal.js';
import { GetRulePackHandler } from './get-rule-pack.js';
import { ListRulePackProposalsHandler } from './list-rule-pack-proposals.js';
import { ListRulePacksHandler } from './list-rule-packs.js';
import { ProposeRulePackHandler } from './propose-rule-pack.js';
import { PublishRulePackHandler } from './publish-rule-pack.js';
import { RejectRulePackHandler } from './reject-rule-pack.js';
import { RulePackPagesController } from './rule-pack-pages.controller.js';
import { RulePackProposalsController } from './rule-pack-proposals.controller.js';
import { MissingRulePacks, RulePackShelf } from './rule-pack-shelf.js';
import { RulePacksController } from './rule-packs.controller.js';
import { WithdrawRulePackHandler } from './withdraw-rule-pack.js';

const commands = [
  ApproveRulePackHandler,
  ProposeRulePackHandler,
  PublishRulePackHandler,
  RejectRulePackHandler,
  WithdrawRulePackHandler,
];
const queries = [
  GetRulePackDifferenceHandler,
  GetRulePackHandler,
  GetRulePackProposalHandler,
  ListRulePackProposalsHandler,
  ListRulePacksHandler,
];

@Module({
  controllers: [RulePacksController, RulePackPagesController, RulePackProposalsController],
  providers: [...commands, ...queries, RulePackShelf, { provide: APP_INTERCEPTOR, useClass: MissingRulePacks }],
})
export class RulePacksModule {}
