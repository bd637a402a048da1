import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { BankNoticeView, Created, page, PageQuery, ReconciliationView, type Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AdoptReconciliation } from './adopt-reconciliation.js';
import { Bank } from './bank.js';
import { ListBankNotices } from './list-bank-notices.js';
import { ListReconciliations } from './list-reconciliations.js';
import { ReconcileStatement } from './reconcile-statement.js';
import { SendBackPayment } from './send-back-payment.js';

@ApiTags('settlement')
@Controller('v1')
export class BankController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly bank: Bank,
  ) {}

  @Get('bank-notices')
  @ApiOkResponse({ standardSchema: page(BankNoticeView) })
  notices(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<BankNoticeView>> {
    return this.queries.execute(new ListBankNotices(query));
  }

  @Get('bank-notices/:id')
  @ApiOkResponse({ standardSchema: BankNoticeView })
  async notice(@Param('id') id: string): Promise<BankNoticeView> {
    return (await this.queries.execute(new ListBankNotices({ id, limit: 1 }))).items[0]!;
  }

  @Post('bank-notices/:id/return')
  @HttpCode(204)
  @ApiNoContentResponse()
  sendBack(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new SendBackPayment(id));
  }

  /** Fetches the bank's statement of now and compares it with the books. */
  @Post('reconciliation')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  async reconcile(): Promise<Created> {
    permit('reconciliation.run');
    // The bank is asked before the transaction opens: it may take its time.
    return this.commands.execute(new ReconcileStatement(await this.bank.statement()));
  }

  @Get('reconciliation')
  @ApiOkResponse({ standardSchema: page(ReconciliationView) })
  reconciliations(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ReconciliationView>> {
    return this.queries.execute(new ListReconciliations(query));
  }

  @Get('reconciliation/:id')
  @ApiOkResponse({ standardSchema: ReconciliationView })
  async reconciliation(@Param('id') id: string): Promise<ReconciliationView> {
    return (await this.queries.execute(new ListReconciliations({ id, limit: 1 }))).items[0]!;
  }

  @Post('reconciliation/:id/adoption')
  @HttpCode(204)
  @ApiNoContentResponse()
  adopt(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new AdoptReconciliation(id));
  }
}
