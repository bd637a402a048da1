import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Tag } from 'antd';
import {
  authorityActs,
  EndAuthorityBody,
  GrantAuthorityBody,
  type ApplicationView,
  type AuthorityView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { useChange } from '../api.js';
import { Collection } from '../collection.js';
import { label, say, termOf } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { useConnection } from '../session/session.js';
import { Code, Facts, None, Person, Remaining, State, Terms, When } from '../show.js';
import { Thing } from '../thing.js';

const answer = { permission: 'authority.answer' } as const;
const acts: readonly Act<AuthorityView>[] = [
  { name: 'acceptAuthority', offered: 'accept', to: 'acceptance', tone: 'main', ...answer },
  {
    name: 'declineAuthority',
    offered: 'decline',
    to: 'declination',
    schema: EndAuthorityBody,
    tone: 'danger',
    ...answer,
  },
  {
    name: 'revokeAuthority',
    offered: 'revoke',
    to: 'revocation',
    permission: 'authority.grant',
    schema: EndAuthorityBody,
    tone: 'danger',
  },
  {
    name: 'renounceAuthority',
    offered: 'renounce',
    to: 'renunciation',
    schema: EndAuthorityBody,
    tone: 'danger',
    ...answer,
  },
];

const YEAR_MS = 365 * 86_400_000;
const grant = (): Creation => ({
  path: '/v1/authorities',
  title: say('grantAuthority'),
  permission: 'authority.grant',
  schema: GrantAuthorityBody,
  initial: () => {
    // Whole minutes, as they are typed.
    const from = Math.floor(Date.now() / 60_000) * 60_000;
    return { validFrom: new Date(from).toISOString(), validTo: new Date(from + YEAR_MS).toISOString() };
  },
  choices: () => ({ acts: authorityActs.map((value) => ({ value, label: termOf('authority', value) })) }),
});

const remaining = ({ validTo, remainingSeconds }: AuthorityView) =>
  remainingSeconds > 0 ? <Remaining until={validTo} /> : <None />;

/** Who may act for whom before registrars: granted, accepted, ended. */
export function Authorities() {
  return (
    <Collection<AuthorityView>
      page="authorities"
      path="/v1/authorities"
      query={{ limit: '50' }}
      creations={[grant()]}
      acts={acts}
      empty={say('noAuthority')}
      title={({ principalName, agentName, state }) => (
        <Flex gap={10} align="center" wrap>
          {principalName} → {agentName} <State of={state} kind="authority" />
        </Flex>
      )}
      columns={[
        { name: 'principalId', show: ({ principalName }) => principalName },
        { name: 'agentId', show: ({ agentName }) => agentName },
        { name: 'state', show: ({ state }) => <State of={state} kind="authority" /> },
        { name: 'validTo', show: ({ validTo }) => <When at={validTo} /> },
        { name: 'remaining', show: remaining },
      ]}
      detail={(authority) => <Detail of={authority} />}
    />
  );
}

function Detail({ of: authority }: { of: AuthorityView }) {
  const { types, resourceIds, letter, answered, ended } = authority;
  return (
    <Facts
      of={{
        principalId: authority.principalName,
        agentId: authority.agentName,
        acts: <Terms of={authority.acts.map((act) => `authority.${act}`)} />,
        types: types.length > 0 ? <Terms of={types} /> : <None />,
        resourceIds: resourceIds?.map((id) => <Thing key={id} id={id} />) ?? say('allData'),
        validFrom: <When at={authority.validFrom} />,
        validTo: (
          <Flex gap={8} align="center" wrap>
            <When at={authority.validTo} /> {remaining(authority)}
            <Tag color={authority.inForce ? 'success' : 'default'}>
              {say(authority.inForce ? 'inForce' : 'notInForce')}
            </Tag>
          </Flex>
        ),
        letter: (
          <Flex gap={8} align="center" wrap>
            <Code of={letter.sha256} length={32} /> <Letter of={authority} />
          </Flex>
        ),
        grantedBy: (
          <>
            <Person id={authority.granted.by} /> <When at={authority.granted.at} />
          </>
        ),
        ...(answered && {
          answeredBy: (
            <>
              <Person id={answered.by} /> <When at={answered.at} />
            </>
          ),
        }),
        ...(ended && {
          reason: (
            <>
              {ended.reason} · <Person id={ended.by} /> <When at={ended.at} />
            </>
          ),
        }),
      }}
    />
  );
}

/** The file itself; what people upload is never shown in the page. */
function Letter({ of: { id } }: { of: AuthorityView }) {
  const { client } = useConnection();
  const letter = useChange(async () => {
    const file = await (await client.send(`/v1/authorities/${id}/letter`, {})).blob();
    const address = URL.createObjectURL(file);
    Object.assign(document.createElement('a'), { href: address, download: id }).click();
    URL.revokeObjectURL(address);
  });
  return (
    <>
      <Button
        size="small"
        icon={<DownloadOutlined aria-hidden />}
        loading={letter.isPending}
        onClick={() => letter.mutate()}
      >
        {say('downloadLetter')}
      </Button>
      <ProblemAlert error={letter.error} />
    </>
  );
}

/** Who acted in an application for one of its parties. */
export const Agents = ({ of: { agents } }: { of: Pick<ApplicationView, 'agents'> }) =>
  agents.map(({ authorityId, agentName }) => (
    <div key={authorityId}>
      {agentName} · <Thing id={authorityId} name={label('letter')} />
    </div>
  ));
