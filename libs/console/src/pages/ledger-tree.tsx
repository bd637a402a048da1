import { useQuery } from '@tanstack/react-query';
import { Button, Card, Col, Flex, Row, Select, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import type { CheckpointView, Client, ConsistencyView } from '@app/sdk';
import { useChange, usePages, withQuery } from '../api.js';
import { Checks, type Check } from '../checks.js';
import { Growth } from '../growth.js';
import { label, say } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { isPrefix, readNote, signedBy, type Note, type NoteSignature } from '../proving.js';
import { useConnection } from '../session/session.js';
import { Code, Facts, None, When } from '../show.js';

/** The published checkpoints: who signed them, how the tree grew, and that it only grew. */
export function PublishedTree() {
  const list = usePages<CheckpointView>('/v1/log/checkpoints', { limit: '100' });
  const [newest] = list.items;
  if (!newest)
    return (
      <Card loading={list.isPending && !list.error}>
        <ProblemAlert error={list.error} />
        {say('noCheckpoint')}
      </Card>
    );
  return (
    <Row gutter={[16, 16]}>
      <Col span={24}>
        <Newest of={newest} />
      </Col>
      <Col xs={24} xl={13}>
        <Card
          title={say('growth')}
          extra={
            list.hasNextPage && (
              <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {say('earlier')}
              </Button>
            )
          }
        >
          <Growth of={list.items} />
        </Card>
      </Col>
      <Col xs={24} xl={11}>
        <Consistency published={list.items} />
      </Col>
    </Row>
  );
}

const vkeysOf = async (client: Client): Promise<string[]> =>
  (await (await client.send('/log/key', {})).text()).split('\n').filter(Boolean);

function Newest({ of: { checkpoint, size, publishedAt } }: { of: CheckpointView }) {
  const { client } = useConnection();
  const note = readNote(checkpoint);
  const verified = useQuery({
    queryKey: ['signatures', checkpoint],
    queryFn: async () => {
      const vkeys = await vkeysOf(client);
      return Promise.all(note.signatures.map(async (one) => (one.at ? null : signedBy(note, one, vkeys))));
    },
  });
  return (
    <Card title={say('latestCheckpoint')} extra={<a href="/log/checkpoint">{say('signedText')}</a>}>
      <Flex vertical gap={16}>
        <Facts
          of={{
            logOrigin: note.origin,
            treeSize: <span className="figures">{size}</span>,
            rootHash: <Code of={note.root} length={44} />,
            publishedAt: <When at={publishedAt} />,
          }}
        />
        <ProblemAlert error={verified.error} />
        <Table<NoteSignature>
          rowKey={({ name, keyId }) => name + keyId}
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={[...note.signatures]}
          columns={[
            { title: label('signer'), render: (_, { at }) => say(at ? 'signerWitness' : 'signerLog') },
            { title: label('keyName'), render: (_, { name, keyId }) => <Code of={`${name}+${keyId}`} length={40} /> },
            { title: label('cosignedAt'), render: (_, { at }) => (at ? <When at={at} /> : <None />) },
            {
              title: say('verifiedHere'),
              render: (_, { at }, i) => <Signed ok={verified.data?.[i] ?? null} witness={at !== null} />,
            },
          ]}
        />
        {note.signatures.every(({ at }) => at === null) && (
          <Typography.Text type="secondary">{say('noWitness')}</Typography.Text>
        )}
      </Flex>
    </Card>
  );
}

function Signed({ ok, witness }: { ok: boolean | null; witness: boolean }) {
  if (witness) return <Typography.Text type="secondary">{say('witnessUnchecked')}</Typography.Text>;
  if (ok === null) return <None />;
  return <Tag color={ok ? 'success' : 'error'}>{ok ? '✓' : '✗'}</Tag>;
}

function Consistency({ published }: { published: readonly CheckpointView[] }) {
  const { client } = useConnection();
  const [chosen, choose] = useState<{ from?: number; to?: number }>({});
  const from = chosen.from ?? published.at(-1)!.size;
  const to = chosen.to ?? published[0]!.size;
  const verify = useChange(() => verifyConsistency(client, from, to));
  const options = published.map(({ size }) => ({ value: size, label: size }));
  const select = (which: 'from' | 'to', value: number) => (
    <Select<number>
      showSearch
      aria-label={say(which === 'from' ? 'sizeFrom' : 'sizeTo')}
      options={options}
      value={value}
      onChange={(size) => {
        verify.reset();
        // Chosen once, it stays: new checkpoints come in all the time.
        choose({ from, to, [which]: size });
      }}
      style={{ width: 120 }}
    />
  );
  return (
    <Card title={say('consistency')}>
      <Flex vertical gap={16} align="start">
        <span>{say('consistencyAbout')}</span>
        <Flex gap={8} wrap align="center">
          {select('from', from)} → {select('to', to)}
          <Button
            type="primary"
            loading={verify.isPending}
            onClick={() => {
              choose({ from, to });
              verify.mutate();
            }}
          >
            {say('verifyHere')}
          </Button>
        </Flex>
        <Checks of={verify.data} error={verify.error} />
      </Flex>
    </Card>
  );
}

async function verifyConsistency(client: Client, from: number, to: number): Promise<Check[]> {
  const path = withQuery('/v1/log/consistency', { from: String(from), to: String(to) });
  const [proof, vkeys] = await Promise.all([client.get<ConsistencyView>(path), vkeysOf(client)]);
  const [first, second] = [readNote(proof.from.checkpoint), readNote(proof.to.checkpoint)];
  const hashes = proof.hashes.length;
  return [
    { ok: first.size === from && second.size === to, about: say('checkSizes', { from, to }) },
    // An old one may be by a key that signs no more: then the newer one, of which it is the beginning, vouches for it.
    { ok: (await logSigned(first, vkeys)) ?? null, about: say('checkSigned', { size: from, root: first.root }) },
    { ok: (await logSigned(second, vkeys)) ?? false, about: say('checkSigned', { size: to, root: second.root }) },
    { ok: await isPrefix(first, second, proof.hashes), about: say('checkPrefix', { hashes }) },
  ];
}

/** Whether the signatures by the log's keys of today are good; undefined for none, null when this browser cannot tell. */
async function logSigned(note: Note, vkeys: readonly string[]): Promise<boolean | null | undefined> {
  const known = note.signatures.filter(({ name, keyId }) => vkeys.some((one) => one.startsWith(`${name}+${keyId}+`)));
  const results = await Promise.all(known.map((one) => signedBy(note, one, vkeys)));
  if (results.length === 0) return undefined;
  return results.includes(false) ? false : results.includes(null) ? null : true;
}
