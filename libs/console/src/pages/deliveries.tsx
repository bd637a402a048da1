import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Space, Typography } from 'antd';
import { useState } from 'react';
import { RECEIPT_TYP, type DeliveryLink, type DeliveryView } from '@app/sdk';
import { useChange } from '../api.js';
import { Collection } from '../collection.js';
import { say } from '../i18n.js';
import { CannotOpen, openSealed, sha256Hex } from '../opening.js';
import { ProblemAlert } from '../problem.js';
import { To } from '../router.js';
import { can, useConnection, useMe } from '../session/session.js';
import { Code, Facts, None, Organisation, State, When } from '../show.js';
import { useSigner } from './orders.js';
import { bytes } from './resources.js';

export function Deliveries() {
  return (
    <Collection<DeliveryView>
      page="deliveries"
      path="/v1/deliveries"
      empty={say('noDelivery')}
      title={({ state }) => (
        <Flex gap={10} align="center">
          {say('delivery')} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'orderId', show: ({ orderId }) => <Code of={orderId} /> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
        { name: 'sellerId', show: ({ sellerId }) => <Organisation id={sellerId} /> },
        { name: 'buyerId', show: ({ buyerId }) => <Organisation id={buyerId} /> },
        {
          name: 'bytes',
          align: 'right',
          show: (delivery) => (delivery.bytes === null ? <None /> : bytes(delivery.bytes)),
        },
        { name: 'downloads', align: 'right', show: ({ downloads }) => downloads },
      ]}
      detail={(delivery) => <Detail of={delivery} />}
    />
  );
}

function Detail({ of: delivery }: { of: DeliveryView }) {
  const me = useMe();
  const takes = delivery.buyerId === me?.orgId && can(me, 'delivery.receive');
  return (
    <>
      {takes && ['READY', 'RECEIVED'].includes(delivery.state) && <Take key={delivery.id} delivery={delivery} />}
      <Facts
        of={{
          orderId: (
            <To page="orders" id={delivery.orderId}>
              {say('show')}
            </To>
          ),
          sellerId: <Organisation id={delivery.sellerId} />,
          buyerId: <Organisation id={delivery.buyerId} />,
          sha256: <Code of={delivery.sha256} length={32} />,
          bytes: delivery.bytes === null ? <None /> : bytes(delivery.bytes),
          cipherSha256: <Code of={delivery.cipherSha256} length={32} />,
          keyId: <Code of={delivery.keyId} length={32} />,
          jwe: <Code of={delivery.jwe} length={32} />,
          downloads: delivery.downloads,
          linkExpiresAt: <When at={delivery.linkExpiresAt} />,
          linkUsedAt: <When at={delivery.linkUsedAt} />,
        }}
      />
    </>
  );
}

interface Taken {
  readonly address: string;
  readonly sha256: string;
}

/** Fetch by the one-time link, open with the key in this browser, compare the hash, sign the receipt. */
function Take({ delivery }: { delivery: DeliveryView }) {
  const { client } = useConnection();
  const [taken, setTaken] = useState<Taken>();
  const newLink = () => client.act<DeliveryLink>(`/v1/deliveries/${delivery.id}/link`, {});
  const link = useChange(newLink);
  const take = useChange(async () => {
    const { url } = await newLink();
    const sealed = await (await client.send(new URL(url, location.origin).pathname, {})).arrayBuffer();
    const file = await openSealed(sealed, delivery.jwe!, delivery.keyId!, delivery.buyerId);
    const sha256 = await sha256Hex(await file.arrayBuffer());
    setTaken({ address: URL.createObjectURL(file), sha256 });
  });
  const why = take.error instanceof CannotOpen ? take.error.why : null;
  return (
    <Flex vertical gap={12}>
      {why ? <Alert type="error" showIcon title={say(why)} /> : <ProblemAlert error={take.error ?? link.error} />}
      {delivery.state === 'READY' && (
        <Space wrap>
          <Button
            type="primary"
            icon={<DownloadOutlined aria-hidden />}
            loading={take.isPending}
            onClick={() => take.mutate()}
          >
            {say('takeDelivery')}
          </Button>
          <Button loading={link.isPending} onClick={() => link.mutate()}>
            {say('onlyLink')}
          </Button>
        </Space>
      )}
      {link.data && <OneTimeLink link={link.data} />}
      {taken && <Opened delivery={delivery} taken={taken} />}
    </Flex>
  );
}

/** A file that is not the registered one is not signed for. */
function Opened({ delivery, taken: { address, sha256 } }: { delivery: DeliveryView; taken: Taken }) {
  const { client } = useConnection();
  const me = useMe();
  const sign = useSigner();
  const receipt = useChange(async () => {
    const body = await sign(me!, { deliveryId: delivery.id, orderId: delivery.orderId, sha256 }, RECEIPT_TYP);
    await client.act(`/v1/deliveries/${delivery.id}/receipt`, body);
  });
  const same = sha256 === delivery.sha256;
  return (
    <>
      <ProblemAlert error={receipt.error} />
      <Alert
        type={same ? 'success' : 'error'}
        showIcon
        title={say(same ? 'hashSame' : 'hashDiffers')}
        description={
          <Flex vertical gap={10} align="start">
            <Code of={sha256} length={40} />
            <Space wrap>
              <Button href={address} download={`${delivery.resourceId}.data`} icon={<DownloadOutlined aria-hidden />}>
                {say('saveFile')}
              </Button>
              {same && delivery.state === 'READY' && (
                <Button type="primary" loading={receipt.isPending} onClick={() => receipt.mutate()}>
                  {say('signReceipt')}
                </Button>
              )}
            </Space>
          </Flex>
        }
      />
    </>
  );
}

function OneTimeLink({ link }: { link: DeliveryLink }) {
  return (
    <Alert
      type="info"
      title={say('oneTimeLink')}
      description={
        <>
          <Typography.Paragraph code copyable>
            {`curl -fOJ '${new URL(link.url, location.origin).href}'`}
          </Typography.Paragraph>
          <When at={link.expiresAt} />
        </>
      }
    />
  );
}
