import { Alert, Flex, Tag, Typography } from 'antd';
import { rightInWords } from '@app/rulepacks';
import {
  blocks,
  LiftRemarkBody,
  type CertificateView,
  type ClaimedRight,
  type RegisteredHolder,
  type RegisterRemark,
} from '@app/sdk';
import { Actions } from '../actions.js';
import { either, say, term } from '../i18n.js';
import { To } from '../router.js';
import { Code, None, Terms, textAt, When } from '../show.js';

/** Who placed what beside the rights, until when; the registrar's staff propose to lift it. */
export function Remarks({ of: certificate }: { of: CertificateView }) {
  const { remarks } = certificate;
  if (remarks.length === 0) return null;
  return (
    <section>
      <Typography.Title level={5}>{say('registerRemarks')}</Typography.Title>
      <Flex vertical gap={8}>
        {remarks.map((remark) => (
          <Alert
            key={remark.id}
            type={remark.lifted ? 'info' : blocks(remark) ? 'error' : 'warning'}
            title={
              <Flex gap={8} wrap align="center">
                <Tag>{term(remark.kind)}</Tag>
                {remark.text}
                {!remark.lifted && blocks(remark) && <Tag color="error">{say('blocksTrade')}</Tag>}
              </Flex>
            }
            description={<Remark of={remark} certificate={certificate} />}
          />
        ))}
      </Flex>
    </section>
  );
}

function Remark({ of: remark, certificate }: { of: RegisterRemark; certificate: CertificateView }) {
  const { authority, documentSha256, from, to, lifted } = remark;
  return (
    <Flex vertical gap={4} align="start">
      <span>
        {authority ?? ''} <When at={from} /> – {to ? <When at={to} /> : say('noEnd')}
      </span>
      {documentSha256 && <Code of={documentSha256} length={24} />}
      {lifted && (
        <span>
          {term(`lifted.${lifted.because}`)} · <When at={lifted.at} /> {lifted.text}
        </span>
      )}
      {!lifted && (
        <Actions<CertificateView>
          path="/v1/certificates"
          thing={certificate}
          acts={[
            {
              name: 'liftRemark',
              to: `remarks/${remark.id}/lifting`,
              permission: 'certificate.propose',
              when: ({ registrarId }, { orgId }) => registrarId === orgId,
              schema: LiftRemarkBody,
            },
          ]}
        />
      )}
    </Flex>
  );
}

/** As the certificate states them; and who else holds a right in the data (权利配置). */
export function Rights({ of: { subject, rights } }: { of: CertificateView }) {
  const { rights: stated, rightHolders = [] } = subject as {
    rights?: readonly ClaimedRight[];
    rightHolders?: readonly RegisteredHolder[];
  };
  if (!stated) return <Terms of={rights} />;
  const holder = textAt(subject, 'holder', 'name');
  const others = rightHolders.filter(({ name }) => name !== holder);
  return (
    <Flex vertical gap={4} align="start">
      {stated.map(({ right, termYears, limits }) => (
        <Tag key={right}>{either(rightInWords(right, termYears, limits))}</Tag>
      ))}
      {others.map(({ name, right, termYears, restriction }) => (
        <span key={name + right}>
          {name}: {either(rightInWords(right, termYears, restriction))}
        </span>
      ))}
    </Flex>
  );
}

/** What it stands in the place of, and what stands in its place. */
export function Chain({ of: { supersedes, transferredFrom, supersededBy } }: { of: CertificateView }) {
  const links = [
    ['supersedes', supersedes],
    ['transferredFrom', transferredFrom],
    ['supersededBy', supersededBy],
  ] as const;
  if (links.every(([, number]) => number === null)) return <None />;
  return (
    <Flex vertical gap={4}>
      {links.map(([name, number]) =>
        number === null ? null : (
          <span key={name}>
            {say(name)}{' '}
            <To page="certificates" id={number}>
              {number}
            </To>
          </span>
        ),
      )}
    </Flex>
  );
}
