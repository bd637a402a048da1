import { Flex } from 'antd';
import { DecideActBody, type RegisterActView } from '@app/sdk';
import type { Act } from '../actions.js';
import { Collection } from '../collection.js';
import { either, say, term } from '../i18n.js';
import { Code, Facts, None, Person, State, When } from '../show.js';
import { Thing } from '../thing.js';

const acts: readonly Act<RegisterActView>[] = [
  {
    name: 'approveAct',
    offered: 'approve',
    to: 'approval',
    permission: 'certificate.decide',
    schema: DecideActBody,
    tone: 'main',
  },
  {
    name: 'confirmAct',
    offered: 'confirm',
    to: 'approval',
    permission: 'certificate.decide',
    schema: DecideActBody,
    tone: 'main',
  },
  {
    name: 'rejectAct',
    offered: 'reject',
    to: 'rejection',
    permission: 'certificate.decide',
    schema: DecideActBody,
    tone: 'danger',
  },
  { name: 'withdraw', to: 'withdrawal', permission: 'certificate.propose', schema: DecideActBody },
];

/** Remarks, cancellations and revocations that a registrar enters, each by two persons. */
export function RegisterActs() {
  return (
    <Collection<RegisterActView>
      page="register-acts"
      path="/v1/register-acts"
      query={{ limit: '50' }}
      acts={acts}
      title={({ kind, number, state }) => (
        <Flex gap={10} align="center" wrap>
          {term(kind)} {number} <State of={state} kind="act" />
        </Flex>
      )}
      columns={[
        { name: 'registerAct', show: ({ kind }) => <strong>{term(kind)}</strong> },
        { name: 'certificateNumber', show: ({ number }) => number },
        { name: 'state', show: ({ state }) => <State of={state} kind="act" /> },
        { name: 'proposedAt', show: ({ proposed }) => <When at={proposed.at} /> },
      ]}
      detail={(act) => (
        <Facts
          of={{
            certificateNumber: <Thing id={act.certificateId} name={act.number} />,
            ground: act.ground ? `${act.groundCode} ${either(act.ground)}` : <None />,
            reason: act.text,
            ...(act.remark && {
              remark: `${term(act.remark.kind)} ${act.remark.text}`,
              authority: act.remark.authority ?? <None />,
              documentSha256: act.remark.documentSha256 ? (
                <Code of={act.remark.documentSha256} length={24} />
              ) : (
                <None />
              ),
              until: act.remark.to ? <When at={act.remark.to} /> : say('noEnd'),
            }),
            proposedAt: (
              <>
                <When at={act.proposed.at} /> <Person id={act.proposed.by} />
              </>
            ),
            ...(act.decided && {
              decided: (
                <>
                  <When at={act.decided.at} /> <Person id={act.decided.by} /> {act.decided.text}
                </>
              ),
            }),
          }}
        />
      )}
    />
  );
}
