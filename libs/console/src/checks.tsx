import { CheckCircleFilled, CloseCircleFilled, MinusCircleFilled } from '@ant-design/icons';
import { Alert } from 'antd';
import { say } from './i18n.js';
import { ProblemAlert } from './problem.js';
import { colours } from './theme.js';

/** One thing that was verified here; `ok` null: this browser cannot. */
export interface Check {
  readonly ok: boolean | null;
  readonly about: string;
}

const icons = {
  true: <CheckCircleFilled style={{ color: colours.green }} role="img" aria-label="✓" />,
  false: <CloseCircleFilled style={{ color: colours.vermilion }} role="img" aria-label="✗" />,
  null: <MinusCircleFilled style={{ color: colours.orange }} role="img" aria-label="–" />,
};

/** What was verified in this browser, and what came of it. */
export function Checks({ of, error }: { of: readonly Check[] | undefined; error: unknown }) {
  if (error) return <ProblemAlert error={error} />;
  if (!of) return null;
  const good = of.every(({ ok }) => ok !== false);
  return (
    <Alert
      type={good ? 'success' : 'error'}
      role="status"
      data-testid="checks"
      title={`${good ? '✓' : '✗'} ${say(good ? 'verifiedHere' : 'refutedHere')}`}
      description={
        <ul className="checks">
          {of.map(({ ok, about }) => (
            <li key={about}>
              {icons[`${ok}`]} <span>{about}</span>
            </li>
          ))}
        </ul>
      }
    />
  );
}
