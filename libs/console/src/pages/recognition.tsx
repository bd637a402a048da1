import { Alert, Flex, Tag, Typography } from 'antd';
import {
  EndForeignCertificateBody,
  FileInitialBody,
  ProposeTrustedIssuerBody,
  RecognitionReasonBody,
  RefuseRelianceBody,
  SubmitForeignCertificateBody,
  VerifyForeignCertificateBody,
  type ForeignCertificateView,
  type TrustedIssuerView,
} from '@app/sdk';
import { z } from 'zod';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { DEFAULT_REGIME, industries, materials, nameOfPack, packOf, useRulePacks } from '../forms/choices.js';
import { either, label, say, term } from '../i18n.js';
import { Code, Facts, None, Organisation, Person, State, Terms, Venue, When } from '../show.js';
import { Thing } from '../thing.js';

const verify = { permission: 'foreign-certificate.verify' } as const;
const record = { permission: 'foreign-certificate.record' } as const;

/** The questions of the review here, whatever regime the certificate is read by: its upgrade is examined by this one. */
const questions = () => ({
  reviewItems: (packOf(DEFAULT_REGIME)?.reviewChecklist ?? []).map(({ id, question }) => ({
    value: id,
    label: `${id} ${either(question)}`,
  })),
});

const acts: readonly Act<ForeignCertificateView>[] = [
  {
    name: 'foreign.verify',
    offered: 'verify',
    to: 'verification',
    tone: 'main',
    schema: VerifyForeignCertificateBody,
    choices: questions,
    ...verify,
  },
  { name: 'foreign.record', offered: 'record', to: 'recording', tone: 'main', ...record },
  {
    name: 'foreign.reject',
    offered: 'reject',
    to: 'rejection',
    tone: 'danger',
    schema: RecognitionReasonBody,
    ...verify,
  },
  {
    name: 'foreign.end',
    offered: 'end',
    to: 'termination',
    tone: 'danger',
    schema: EndForeignCertificateBody,
    ...record,
  },
  {
    name: 'foreign.upgrade',
    to: '',
    permission: 'application.file',
    tone: 'main',
    makes: { page: 'applications', path: '/v1/applications' },
    when: ({ state, holderId, upgradedBy }, { orgId }) =>
      state === 'RECORDED' && upgradedBy === null && holderId === orgId,
    schema: FileInitialBody,
    given: ['type', 'regime', 'upgradeOf', 'resourceId', 'alsoUnder'],
    initial: ({ id, resourceId, registrarId, rights }) => ({
      type: 'INITIAL',
      regime: DEFAULT_REGIME,
      upgradeOf: id,
      resourceId,
      registrarId,
      rights: rights.map((right) => ({ right })),
      validityYears: 5,
    }),
    choices: () => ({ code: materials(DEFAULT_REGIME, 'INITIAL'), section: industries() }),
  },
  {
    name: 'foreign.refuseReliance',
    offered: 'refuseReliance',
    to: 'reliance-refusals',
    permission: 'foreign-certificate.refuse-reliance',
    schema: RefuseRelianceBody,
  },
];

const submit = (): Creation => ({
  path: '/v1/foreign-certificates',
  title: say('submitForeign'),
  permission: 'foreign-certificate.submit',
  schema: SubmitForeignCertificateBody,
});

/** Certificates of other bodies: one person verifies, another records; venues rely on it or say why not. */
export function ForeignCertificates() {
  useRulePacks();
  return (
    <Collection<ForeignCertificateView>
      page="foreign-certificates"
      path="/v1/foreign-certificates"
      query={{ limit: '50' }}
      creations={[submit()]}
      acts={acts}
      title={({ number, state }) => (
        <Flex gap={10} align="center" wrap>
          {number} <State of={state} kind="foreign" />
        </Flex>
      )}
      columns={[
        { name: 'number', show: ({ number }) => <strong className="figures">{number}</strong> },
        { name: 'issuer', show: ({ issuer }) => issuer },
        { name: 'kind', show: ({ kind }) => term(`foreign.${kind}`) },
        { name: 'state', show: ({ state }) => <State of={state} kind="foreign" /> },
        { name: 'rights', show: ({ rights }) => <Terms of={rights} /> },
        { name: 'validTo', show: ({ validTo }) => (validTo ? <When at={validTo} /> : say('noEnd')) },
      ]}
      detail={(one) => <Foreign of={one} />}
    />
  );
}

function Foreign({ of: one }: { of: ForeignCertificateView }) {
  const { verification: found } = one;
  return (
    <>
      <Facts
        of={{
          number: <strong>{one.number}</strong>,
          issuer: one.issuer,
          kind: term(`foreign.${one.kind}`),
          registerUrl: (
            <a href={one.registerUrl} target="_blank" rel="noreferrer">
              {one.registerUrl}
            </a>
          ),
          holderId: <Organisation id={one.holderId} />,
          registrarId: <Organisation id={one.registrarId} />,
          resourceId: <Thing id={one.resourceId} />,
          rights: <Terms of={one.rights} />,
          validFrom: <When at={one.validFrom} />,
          validTo: one.validTo ? <When at={one.validTo} /> : say('noEnd'),
          rulePack: nameOfPack(one.rulePack),
          documentSha256: <Code of={one.documentSha256} length={24} />,
          ...(found && {
            verification: (
              <>
                <Tag>{term(`method.${found.method}`)}</Tag> <When at={found.at} /> <Person id={found.by} />
                <div>{found.checked}</div>
                {found.issuer && <div>{found.issuer.name}</div>}
                <div>
                  {label('statusChecked')}: {term(found.statusChecked ? 'yes' : 'no')}
                </div>
              </>
            ),
            reviewItems: found.reviewItems.length > 0 ? found.reviewItems.join(', ') : <None />,
          }),
          ...(one.recorded && {
            recorded: (
              <>
                <When at={one.recorded.at} /> <Person id={one.recorded.by} />
              </>
            ),
          }),
          ...(one.ended && {
            ended: (
              <>
                <When at={one.ended.at} /> · {one.ended.reason}
              </>
            ),
          }),
        }}
      />
      <Refusals of={one} />
    </>
  );
}

function Refusals({ of: { refusals } }: { of: ForeignCertificateView }) {
  return (
    <>
      {refusals.map(({ venueId, code, reason, at }) => (
        <Alert
          key={venueId + at}
          type="warning"
          showIcon
          title={
            <>
              <Venue id={venueId} /> {say('doesNotRely')} · {term(code)}
            </>
          }
          description={
            <>
              {reason} · <When at={at} />
            </>
          }
        />
      ))}
    </>
  );
}

/** The keys as text: they are copied from where the issuer publishes them. */
const Proposal = z.strictObject({
  ...ProposeTrustedIssuerBody.shape,
  jwks: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        context.addIssue({ code: 'custom', message: String(error) });
        return z.NEVER;
      }
    })
    .meta({ maxLength: 20_000 }),
});

/** Issuers whose signatures are believed: their keys are pinned by two persons of the authority. */
export function TrustedIssuers() {
  const decide = { permission: 'trusted-issuer.decide' } as const;
  return (
    <Collection<TrustedIssuerView>
      page="trusted-issuers"
      path="/v1/trusted-issuers"
      creations={[{ path: '/v1/trusted-issuers', title: say('proposeIssuer'), schema: Proposal, ...decide }]}
      acts={[
        { name: 'issuer.confirm', offered: 'confirm', to: 'confirmation', tone: 'main', ...decide },
        { name: 'issuer.decline', offered: 'decline', to: 'declination', tone: 'danger', ...decide },
        { name: 'issuer.withdraw', offered: 'withdraw', to: 'withdrawal', tone: 'danger', ...decide },
      ]}
      title={({ name, state }) => (
        <Flex gap={10} align="center" wrap>
          {name} <State of={state} kind="issuer" />
        </Flex>
      )}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'did', show: ({ did }) => <Typography.Text code>{did}</Typography.Text> },
        { name: 'place', show: ({ place }) => place },
        { name: 'state', show: ({ state }) => <State of={state} kind="issuer" /> },
      ]}
      detail={(one) => (
        <Facts
          of={{
            did: <Typography.Text code>{one.did}</Typography.Text>,
            place: one.place,
            contexts: one.contexts.length > 0 ? one.contexts.join(' ') : <None />,
            keys: one.keys.map((key) => {
              const text = JSON.stringify(key);
              return <Code key={text} of={text} length={40} />;
            }),
            reason: one.reason,
            proposedBy: <Person id={one.proposedBy} />,
            decidedBy: <Person id={one.decidedBy} />,
          }}
        />
      )}
    />
  );
}
