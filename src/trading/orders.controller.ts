import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  OptionalReasonBody,
  OrderContractView,
  OrdersQuery,
  OrderView,
  page,
  PlacedOrder,
  PlaceOrderBody,
  ReasonBody,
  ResolveDisputeBody,
  SignOrderBody,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AcceptOrder } from './accept-order.js';
import { CancelOrder } from './cancel-order.js';
import { DisputeOrder } from './dispute-order.js';
import { GetOrderContract } from './get-order-contract.js';
import { GetOrder } from './get-order.js';
import { ListOrders } from './list-orders.js';
import { PlaceOrder } from './place-order.js';
import { RejectOrder } from './reject-order.js';
import { ResolveDispute } from './resolve-dispute.js';
import { SignOrder } from './sign-order.js';

@ApiTags('trading')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: PlacedOrder })
  place(@Body({ schema: PlaceOrderBody }) body: PlaceOrderBody): Promise<PlacedOrder> {
    return this.commands.execute(new PlaceOrder(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(OrderView) })
  list(@Query({ schema: OrdersQuery }) query: OrdersQuery): Promise<Page<OrderView>> {
    return this.queries.execute(new ListOrders(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: OrderView })
  get(@Param('id') id: string): Promise<OrderView> {
    return this.queries.execute(new GetOrder(id));
  }

  @Get(':id/contract')
  @ApiOkResponse({ standardSchema: OrderContractView })
  contract(@Param('id') id: string): Promise<OrderContractView> {
    return this.queries.execute(new GetOrderContract(id));
  }

  @Post(':id/signatures')
  @HttpCode(204)
  @ApiNoContentResponse()
  sign(@Param('id') id: string, @Body({ schema: SignOrderBody }) { jws }: SignOrderBody): Promise<void> {
    return this.commands.execute(new SignOrder(id, jws));
  }

  @Post(':id/cancellation')
  @HttpCode(204)
  @ApiNoContentResponse()
  cancel(@Param('id') id: string, @Body({ schema: OptionalReasonBody }) { reason }: OptionalReasonBody): Promise<void> {
    return this.commands.execute(new CancelOrder(id, reason));
  }

  @Post(':id/acceptance')
  @HttpCode(204)
  @ApiNoContentResponse()
  accept(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new AcceptOrder(id));
  }

  @Post(':id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(@Param('id') id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody): Promise<void> {
    return this.commands.execute(new RejectOrder(id, reason));
  }

  @Post(':id/dispute')
  @HttpCode(204)
  @ApiNoContentResponse()
  dispute(@Param('id') id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody): Promise<void> {
    return this.commands.execute(new DisputeOrder(id, reason));
  }

  @Post(':id/dispute-resolution')
  @HttpCode(204)
  @ApiNoContentResponse()
  resolve(@Param('id') id: string, @Body({ schema: ResolveDisputeBody }) body: ResolveDisputeBody): Promise<void> {
    return this.commands.execute(new ResolveDispute(id, body));
  }
}
