import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AccountsQuery, AccountView, BooksCheck, EntryView, page, PageQuery, type Page } from '@app/sdk';
import { CheckBooks } from './check-books.js';
import { ListAccounts } from './list-accounts.js';
import { ListEntries } from './list-entries.js';

@ApiTags('settlement')
@Controller('v1')
export class BooksController {
  constructor(private readonly queries: QueryBus) {}

  @Get('accounts')
  @ApiOkResponse({ standardSchema: page(AccountView) })
  accounts(@Query({ schema: AccountsQuery }) query: AccountsQuery): Promise<Page<AccountView>> {
    return this.queries.execute(new ListAccounts(query));
  }

  @Get('accounts/:id')
  @ApiOkResponse({ standardSchema: AccountView })
  async account(@Param('id') id: string): Promise<AccountView> {
    return (await this.queries.execute(new ListAccounts({ id, limit: 1 }))).items[0]!;
  }

  @Get('accounts/:id/entries')
  @ApiOkResponse({ standardSchema: page(EntryView) })
  entries(@Param('id') id: string, @Query({ schema: PageQuery }) query: PageQuery): Promise<Page<EntryView>> {
    return this.queries.execute(new ListEntries(id, query));
  }

  @Get('books/check')
  @ApiOkResponse({ standardSchema: BooksCheck })
  check(): Promise<BooksCheck> {
    return this.queries.execute(new CheckBooks());
  }
}
