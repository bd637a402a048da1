import { Alert, Modal } from 'antd';
import { ChangePasswordBody } from '@app/sdk';
import { useChange } from './api.js';
import { SchemaForm } from './forms/schema-form.js';
import { useReturnOfFocus } from './focus.js';
import { say } from './i18n.js';
import { useConnection } from './session/session.js';

/** One's own password. Every sign-in of the person ends with it, this one too. */
export function ChangePassword({ close }: { close: () => void }) {
  const { client, session } = useConnection();
  const change = useChange((body: object) =>
    client.send('/v1/session/password', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  );
  useReturnOfFocus();
  return (
    <Modal open title={say('changePassword')} footer={null} onCancel={close} width={440} destroyOnHidden>
      <SchemaForm
        schema={ChangePasswordBody}
        submitText={say('changePassword')}
        busy={change.isPending}
        error={change.error}
        onSubmit={(value) => change.mutate(value, { onSuccess: () => void session.signIn() })}
      >
        <Alert type="info" showIcon title={say('changePasswordAbout')} style={{ marginBottom: 16 }} />
      </SchemaForm>
    </Modal>
  );
}
