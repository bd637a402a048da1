import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import {
  RECEIPT_TYP,
  type DeliveryLink,
  type DeliveryView,
  type DistributionView,
  type OrderContractView,
  type OrderView,
  type Page,
  type PlacedOrder,
} from '@app/sdk';
import { CONTRACT_SIGNATURE_TYP, openStream, signJws, unwrapContentKey } from '@app/signing';
import { OfferMaker, type Description, type Offer } from './offer.js';
import { until } from './progress.js';

export interface Deal extends Offer {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly amounts: readonly { role: string; organisationId: string; fen: string }[];
  readonly receivedSha256: string;
}

/** One data set, from the file to the money. */
export class DealMaker extends OfferMaker {
  async run(file: string, description: Description, received: string): Promise<Deal> {
    const offered = await this.offer(file, description);
    const order = await this.order(offered.listingId);
    await this.pay(order);
    const receivedSha256 = await this.deliver(order.id, received);
    const amounts = await this.settle(order.id);
    const { id: orderId, number: orderNumber } = order;
    return { ...offered, orderId, orderNumber, amounts, receivedSha256 };
  }

  private order(listingId: string) {
    const { buyer, holder } = this.cast.as;
    const { orgs } = this.cast;
    return this.progress.step(
      '下单并由双方签署合同',
      'Order placed, contract signed by both',
      async () => {
        const order = await buyer.post<PlacedOrder>('/v1/orders', { listingId }, this.key('order'));
        const { contractHash, document } = await buyer.get<OrderContractView>(`/v1/orders/${order.id}/contract`);
        if (sha256(document) !== contractHash) throw new Error('the contract is not what its hash says');
        for (const [party, client] of [
          ['buyer', buyer],
          ['holder', holder],
        ] as const) {
          const payload = { contractHash, orderId: order.id, organisationId: orgs[party] };
          const jws = await signJws(payload, this.memory.keys[party], { typ: CONTRACT_SIGNATURE_TYP });
          await this.once(() => client.act(`/v1/orders/${order.id}/signatures`, { jws }));
        }
        return order;
      },
      ({ number }) => number,
    );
  }

  private pay({ id, number }: PlacedOrder): Promise<unknown> {
    const { buyer } = this.cast.as;
    return this.progress.step('买方付款,托管到账', 'Buyer paid through the simulated bank, escrow funded', async () => {
      const escrow = await until(
        () => buyer.get<Page<{ reference: string; due: object; state: string }>>(`/v1/escrows?orderId=${id}`),
        ({ items }) => items.length === 1,
        'escrow',
      );
      const { reference, due } = escrow.items[0]!;
      const payment = { reference, amount: due, payer: this.cast.orgs.buyer };
      await buyer.post('/v1/bank-simulator/payments', payment, this.key('payment'));
      return until(
        () => this.stateOf(id),
        (state) => !['CREATED', 'CONTRACTED'].includes(state),
        `order ${number} funded`,
      );
    });
  }

  private deliver(orderId: string, folder: string): Promise<string> {
    const { buyer } = this.cast.as;
    return this.progress.step(
      '加密交付、下载、解密、签收、验收',
      'Delivered encrypted, opened, receipted, accepted',
      async () => {
        const list = () => buyer.get<Page<DeliveryView>>(`/v1/deliveries?orderId=${orderId}`);
        const ready = ({ items }: Page<DeliveryView>) =>
          items.some(({ state }) => state === 'READY' || state === 'RECEIVED');
        const [delivery] = (await until(list, ready, 'delivery')).items;
        if (delivery!.state === 'READY') {
          const link = await buyer.act<DeliveryLink>(`/v1/deliveries/${delivery!.id}/link`, {});
          const sha256 = await this.download(link.url, delivery!, folder);
          const jws = await signJws({ deliveryId: delivery!.id, orderId, sha256 }, this.memory.keys.buyer, {
            typ: RECEIPT_TYP,
          });
          await buyer.act(`/v1/deliveries/${delivery!.id}/receipt`, { jws });
        }
        await until(
          () => this.stateOf(orderId),
          (state) => !['FUNDED', 'DELIVERING'].includes(state),
          'order delivered',
        );
        await buyer.act(`/v1/orders/${orderId}/acceptance`, {}, this.key('accepted'));
        return delivery!.sha256!;
      },
    );
  }

  private async download(url: string, delivery: DeliveryView, folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    const { buyer } = this.cast.as;
    const key = await unwrapContentKey(delivery.jwe!, this.memory.buyerEncryptionKey);
    const answer = await buyer.send(url, {});
    const hash = createHash('sha256');
    const file = createWriteStream(join(folder, `${delivery.orderId}.data`));
    await pipeline(
      Readable.fromWeb(answer.body as WebStream),
      openStream(key),
      async function* (plain: AsyncIterable<Buffer>) {
        for await (const chunk of plain) {
          hash.update(chunk);
          yield chunk;
        }
      },
      file,
    );
    const sha256 = hash.digest('hex');
    if (sha256 !== delivery.sha256) throw new Error('what arrived is not what was sold');
    return sha256;
  }

  private settle(orderId: string) {
    const { finance, treasurer, buyer } = this.cast.as;
    return this.progress.step(
      '分配收益、放款',
      'Money distributed and paid out',
      async () => {
        const list = () => finance.get<Page<DistributionView>>(`/v1/distributions?orderId=${orderId}`);
        const [distribution] = (await until(list, ({ items }) => items.length === 1, 'distribution')).items;
        if (distribution!.state === 'CALCULATED')
          await this.once(() =>
            treasurer.act(`/v1/distributions/${distribution!.id}/approval`, {}, this.key('distribution')),
          );
        await until(
          () => this.stateOf(orderId),
          (state) => state === 'COMPLETED',
          'order completed',
        );
        const total = distribution!.lines.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n);
        const { gross } = await buyer.get<OrderView>(`/v1/orders/${orderId}`);
        if (total !== BigInt(gross.amount)) throw new Error(`distributed ${total} of ${gross.amount} fen`);
        return distribution!.lines.map(({ role, organisationId, amount }) => ({
          role,
          organisationId,
          fen: amount.amount,
        }));
      },
      (lines) => lines.map(({ role, fen }) => `${role} ¥${(Number(fen) / 100).toFixed(2)}`).join(', '),
    );
  }

  private async stateOf(orderId: string): Promise<string> {
    return (await this.cast.as.buyer.get<OrderView>(`/v1/orders/${orderId}`)).state;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
