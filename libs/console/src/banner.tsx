import { ExperimentOutlined } from '@ant-design/icons';
import { Alert, App, Button, Flex, Modal, Space } from 'antd';
import { useState } from 'react';
import { MoveClockBody } from '@app/sdk';
import { useChange, usePlatformNow, useStatus } from './api.js';
import { SchemaForm } from './forms/schema-form.js';
import { say } from './i18n.js';
import { can, useConnection, useMe } from './session/session.js';
import { When } from './show.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Nobody shall take a demonstration for the real thing; whoever operates it can let time pass. */
export function Banner() {
  const status = useStatus();
  const now = usePlatformNow();
  const [open, setOpen] = useState(false);
  const me = useMe();
  if (!status?.demonstration) return null;
  const ahead = status.clockOffsetMs;
  const size = say('aheadBy', { days: Math.floor(ahead / DAY_MS), hours: Math.floor((ahead % DAY_MS) / HOUR_MS) });
  return (
    <Alert
      banner
      type="warning"
      icon={<ExperimentOutlined aria-hidden />}
      data-testid="demonstration"
      title={
        <Flex gap={12} wrap align="center" justify="space-between">
          <span>
            <strong>{say('demonstration')}</strong> {say('demonstrationAbout')} {say('platformTime')}{' '}
            <When at={new Date(now).toISOString()} /> {ahead > 0 && `(${size})`}
          </span>
          {can(me, 'clock.move') && (
            <Button size="small" onClick={() => setOpen(true)}>
              {say('moveClock')}
            </Button>
          )}
          {open && <MoveClock close={() => setOpen(false)} />}
        </Flex>
      }
    />
  );
}

function MoveClock({ close }: { close: () => void }) {
  const { client } = useConnection();
  const { message } = App.useApp();
  const [byMs, setByMs] = useState(DAY_MS);
  const change = useChange((body: object) => client.post<{ now: string }>('/v1/demonstration/clock', body));
  const steps = [HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
  return (
    <Modal open title={say('moveClock')} footer={null} onCancel={close}>
      <p>{say('moveClockAbout')}</p>
      <Space wrap style={{ marginBottom: 16 }}>
        {steps.map((step) => (
          <Button key={step} type={step === byMs ? 'primary' : 'default'} onClick={() => setByMs(step)}>
            {step < DAY_MS ? say('hours', { n: 1 }) : say('days', { n: step / DAY_MS })}
          </Button>
        ))}
      </Space>
      <SchemaForm
        key={byMs}
        schema={MoveClockBody}
        initial={{ byMs, reason: say('moveClockReason') }}
        given={['byMs']}
        submitText={say('moveClock')}
        busy={change.isPending}
        error={change.error}
        onSubmit={(body) =>
          change.mutate(body, {
            onSuccess: () => {
              void message.success(say('done'));
              close();
            },
          })
        }
      />
    </Modal>
  );
}
