import { Alert, Typography } from 'antd';
import { ApiProblem } from '@app/sdk';
import { say } from './i18n.js';
import { NoKey } from './keys.js';
import { To } from './router.js';

/** A fault at one place of a request; `pointer` is RFC 6901. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

export const faultsOf = (error: unknown): readonly Fault[] =>
  error instanceof ApiProblem && Array.isArray(error.body['errors']) ? (error.body['errors'] as Fault[]) : [];

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Thrown here, not by the service. */
function Local({ error }: { error: unknown }) {
  if (!(error instanceof NoKey))
    return <Alert type="error" showIcon role="alert" title={say('unreachable')} style={SPACED} />;
  const keys = <To page="organisation">{say('setUpKeys')}</To>;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={say('noKey')}
      description={say('noKeyAbout')}
      action={keys}
      style={SPACED}
    />
  );
}

const SPACED = { marginBottom: 16 };

/** A refusal (RFC 9457) in its own words; `placed` faults stand at their fields already. */
export function ProblemAlert({ error, placed = [] }: { error: unknown; placed?: readonly Fault[] }) {
  if (!error) return null;
  if (!(error instanceof ApiProblem)) return <Local error={error} />;
  const { body, status, code } = error;
  const rest = faultsOf(error).filter((fault) => !placed.includes(fault));
  const traceId = textOf(body['traceId']);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={textOf(body['title']) ?? say('failed')}
      style={SPACED}
      description={
        <>
          <div>{textOf(body['detail']) ?? code}</div>
          {rest.length > 0 && (
            <ul style={{ margin: '4px 0 0', paddingInlineStart: 20 }}>
              {rest.map(({ pointer, detail: what }) => (
                <li key={pointer + what}>
                  {what} <Typography.Text type="secondary">{pointer}</Typography.Text>
                </li>
              ))}
            </ul>
          )}
          {traceId && status >= 500 && (
            <Typography.Text type="secondary" copyable={{ text: traceId }}>
              traceId {traceId}
            </Typography.Text>
          )}
        </>
      }
    />
  );
}
