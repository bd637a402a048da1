import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Input, Modal, Tag, Typography, Upload } from 'antd';
import { useState } from 'react';
import type { CertificateVerdict } from '@app/sdk';
import { useChange } from '../api.js';
import { useReturnOfFocus } from '../focus.js';
import { either, say, term } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { useConnection } from '../session/session.js';
import { When } from '../show.js';

/** A certificate in any of its forms, checked against the register: for everybody. */
export function Verification() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('verifyCertificate')}</Button>
      {open && <VerificationModal close={() => setOpen(false)} />}
    </>
  );
}

function VerificationModal({ close }: { close: () => void }) {
  const { client } = useConnection();
  const [text, setText] = useState('');
  const verify = useChange(async (body: Blob) => {
    const answer = await client.send('/v1/certificates/verification/document', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    return (await answer.json()) as CertificateVerdict;
  });
  useReturnOfFocus();
  return (
    <Modal open title={say('verifyCertificate')} footer={null} onCancel={close} width={720} destroyOnHidden>
      <Flex vertical gap={12}>
        <Upload.Dragger
          showUploadList={false}
          disabled={verify.isPending}
          beforeUpload={(file) => {
            verify.mutate(file);
            return false;
          }}
        >
          <InboxOutlined aria-hidden style={{ fontSize: 28 }} />
          <div>{say('verifyFile')}</div>
        </Upload.Dragger>
        <Input.TextArea
          aria-label={say('verifyText')}
          placeholder={say('verifyText')}
          autoSize={{ minRows: 2, maxRows: 6 }}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button
          type="primary"
          disabled={text.trim() === ''}
          loading={verify.isPending}
          onClick={() => verify.mutate(new Blob([text.trim()]))}
        >
          {say('verifyNow')}
        </Button>
        <ProblemAlert error={verify.error} />
        {verify.data && <Verdict of={verify.data} />}
      </Flex>
    </Modal>
  );
}

const tones = { PASSED: 'success', FAILED: 'error', UNKNOWN: 'default' } as const;

function Verdict({ of: { ok, kind, number, checkedAt, checks, reasons } }: { of: CertificateVerdict }) {
  const told = new Set(checks.flatMap((check) => check.reasons.map(({ code }) => code)));
  return (
    <Alert
      data-testid="verdict"
      role="status"
      type={ok ? 'success' : 'error'}
      showIcon
      title={say(ok ? 'verdictGood' : 'verdictBad')}
      description={
        <>
          <div>
            {[kind && term(`form.${kind}`), number].filter(Boolean).join(' · ')} <When at={checkedAt} />
          </div>
          <ul className="checks">
            {checks.map((check) => (
              <li key={check.name}>
                <Tag color={tones[check.outcome]}>{term(`check.${check.outcome}`)}</Tag>
                <span>
                  {either(check)}
                  {check.reasons.map((reason) => (
                    <div key={reason.code + (reason.detail ?? '')}>
                      <strong>{either(reason)}</strong>{' '}
                      <Typography.Text type="secondary">{reason.detail}</Typography.Text>
                    </div>
                  ))}
                  {check.note && (
                    <div>
                      <Typography.Text type="secondary">{either(check.note)}</Typography.Text>
                    </div>
                  )}
                </span>
              </li>
            ))}
            {reasons
              .filter(({ code }) => !told.has(code))
              .map((reason) => (
                <li key={reason.code}>
                  <Tag color="error">{term('check.FAILED')}</Tag> <strong>{either(reason)}</strong>{' '}
                  <Typography.Text type="secondary">{reason.detail}</Typography.Text>
                </li>
              ))}
          </ul>
        </>
      }
    />
  );
}
