import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import { useApi, useChange } from './api.js';
import { say } from './i18n.js';
import { opens } from './page.js';
import { pages } from './pages.js';
import { ProblemAlert } from './problem.js';
import { To } from './router.js';
import { useConnection, useMe } from './session/session.js';
import { Code } from './show.js';

/** Where a thing is shown, by the prefix of its id. */
const PAGES: Readonly<Record<string, string>> = {
  act: 'register-acts',
  app: 'applications',
  aut: 'authorities',
  cas: 'committee',
  cert: 'certificates',
  dis: 'distributions',
  dlv: 'deliveries',
  ers: 'ledger',
  esc: 'escrows',
  exp: 'experts',
  fct: 'foreign-certificates',
  fee: 'fees',
  lst: 'listings',
  man: 'mandates',
  mem: 'memberships',
  obj: 'objections',
  obl: 'obligations',
  ord: 'orders',
  org: 'organisations',
  pay: 'bank',
  per: 'people',
  reg: 'registrars',
  res: 'resources',
  rrq: 'record-requests',
  sch: 'schemes',
  tri: 'trusted-issuers',
  ven: 'venues',
  whe: 'webhooks',
};

/** What things are called that others refer to by their ids: asked of themselves, by whoever may open them. */
const CALLED: Readonly<Record<string, (thing: Readonly<Record<string, unknown>>) => unknown>> = {
  app: ({ resourceName }) => resourceName,
  res: ({ name }) => name,
};

function useNameOf(id: string, known: string | undefined, opened: boolean): string | undefined {
  const prefix = id.split('_', 1)[0]!;
  const called = CALLED[prefix];
  const asked = called && opened && known === undefined ? `/v1/${PAGES[prefix]}/${id}` : null;
  const { data } = useApi<Readonly<Record<string, unknown>>>(asked, { again: false });
  const found = data && called?.(data);
  return known ?? (typeof found === 'string' ? found : undefined);
}

/** A thing by its name, or else its id, and the way to it for those whom its page opens to. */
export function Thing({ id, name: known, length = 14 }: { id: string; name?: string | undefined; length?: number }) {
  const me = useMe();
  const page = pages.find(({ path }) => path === PAGES[id.split('_', 1)[0]!]);
  const opened = page !== undefined && opens(me, page);
  const name = useNameOf(id, known, opened);
  const code = name ? <>{name}</> : <Code of={id} length={length} />;
  if (!opened) return code;
  if (name)
    return (
      <To page={page.path} id={id}>
        {name}
      </To>
    );
  return (
    <Flex gap={6} align="center" component="span" style={{ display: 'inline-flex' }}>
      {code}
      <To page={page.path} id={id}>
        {say('show')}
      </To>
    </Flex>
  );
}

/** The offline proof of an event, as a file (c2sp.org/tlog-proof). */
export function DownloadProof({ eventId }: { eventId: string }) {
  const { client } = useConnection();
  const proof = useChange(async () => {
    const text = await (await client.send(`/v1/events/${eventId}/proof`, {})).text();
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: address, download: `${eventId}.tlog-proof` }).click();
    URL.revokeObjectURL(address);
  });
  return (
    <Flex vertical gap={8} align="start">
      <Button
        icon={<DownloadOutlined aria-hidden />}
        type="primary"
        loading={proof.isPending}
        onClick={() => proof.mutate()}
      >
        {say('downloadProof')}
      </Button>
      <ProblemAlert error={proof.error} />
      <Typography.Text type="secondary">{say('proofAbout')}</Typography.Text>
    </Flex>
  );
}
