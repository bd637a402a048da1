import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  EditOutlined,
  MinusCircleOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { Descriptions, Flex, Tag, Tooltip, Typography } from 'antd';
import { createContext, use, type ReactNode } from 'react';
import { industrySections } from '@app/rulepacks';
import type { Money as MoneyValue, VenueView } from '@app/sdk';
import { useApi, useName, useOrganisation, usePlatformNow } from './api.js';
import { either, label, language, say, term, termOf } from './i18n.js';

/** Fen to yuan by digits, never by floating point: "1234567" → "12,345.67". */
export function yuan(fen: string): string {
  const sign = fen.startsWith('-') ? '−' : '';
  const digits = fen.replace('-', '').padStart(3, '0');
  return `${sign}${digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`;
}

export const Money = ({ of }: { of: MoneyValue }) => <Fen of={of.amount} />;
export const Fen = ({ of }: { of: string }) => <span className="figures">¥ {yuan(of)}</span>;

export function When({ at }: { at: string | null | undefined }) {
  if (!at) return <None />;
  const text = new Date(at).toLocaleString(language(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  });
  return (
    <Tooltip title={at}>
      <time dateTime={at} className="figures">
        {text}
      </time>
    </Tooltip>
  );
}

/** How long until then, by the platform's clock. */
export function Remaining({ until }: { until: string }) {
  const left = new Date(until).getTime() - usePlatformNow();
  const [minutes, hours, days] = [60_000, 3_600_000, 86_400_000].map((unit) => Math.floor(Math.abs(left) / unit)) as [
    number,
    number,
    number,
  ];
  const size =
    days > 0 ? say('days', { n: days }) : hours > 0 ? say('hours', { n: hours }) : say('minutes', { n: minutes });
  return (
    <Tag icon={<ClockCircleOutlined aria-hidden />} color={left < 0 ? 'error' : days < 1 ? 'warning' : 'processing'}>
      {say(left < 0 ? 'overdue' : 'left', { size })}
    </Tag>
  );
}

type Tone = 'draft' | 'wait' | 'run' | 'good' | 'bad' | 'off';
/** Icon and word tell the state; the colour only repeats it. */
const looks: Record<Tone, readonly [colour: string, icon: ReactNode]> = {
  draft: ['default', <EditOutlined aria-hidden key="draft" />],
  wait: ['warning', <ClockCircleOutlined aria-hidden key="wait" />],
  run: ['processing', <SyncOutlined aria-hidden key="run" />],
  good: ['success', <CheckCircleOutlined aria-hidden key="good" />],
  bad: ['error', <CloseCircleOutlined aria-hidden key="bad" />],
  off: ['default', <MinusCircleOutlined aria-hidden key="off" />],
};
const tones: readonly (readonly [Tone, RegExp])[] = [
  ['good', /^webhook\.DELIVERED$|CATALOGUED|TRUSTED|EXECUTED|GRANTED|RECORDED|FULFILLED|SEALED/],
  ['draft', /\b(DRAFT|CREATED|PROPOSED|PREPARED)$/],
  ['bad', /REFUSED|REJECTED|DECLINED|CANCELLED|REVOKED|FAILED|DISPUTED|HALTED|SUSPENDED|NOT_ACCEPTED|RETURNED|OPEN$/],
  [
    'off',
    /LAPSED|WITHDRAWN|TERMINATED|EXPIRED|SUPERSEDED|DELISTED|REFUNDED|SENT_BACK|DEACTIVATED|DISABLED|RETIRED|ERASED|DISMISSED|RENOUNCED|EXITED|REMOVED/,
  ],
  ['wait', /SUBMITTED|REQUESTED|PENDING|REQUIRED|OFFERED|OPENED|CALCULATED|READY|DELIVERED|INSTRUCTED|OBJECTION/],
  [
    'good',
    /ACTIVE|ENABLED|PUBLISHED|CERTIFIED|COMPLETED|SIGNED|PAID|RECEIVED|APPROVED|CONFIRMED|MATCHED|BALANCED|POSTED|SETTLED|ACCEPTED/,
  ],
];

/** @param kind tells apart what two machines name alike: an application is ACCEPTED otherwise than an order */
export function State({ of, kind = '' }: { of: string; kind?: string }) {
  const tone = tones.find(([, pattern]) => pattern.test(kind ? `${kind}.${of}` : of))?.[0] ?? 'run';
  const [colour, icon] = looks[tone];
  return (
    <Tag color={colour} icon={icon}>
      {termOf(kind, of)}
    </Tag>
  );
}

/** A text somewhere inside a value of the service that no schema describes; empty when there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  return typeof found === 'string' ? found : '';
}

/** An entry of the register as people read it, whatever its shape. */
export function registered(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value !== 'object') return term(String(value as string | number | boolean));
  const { section, ...rest } = value as Record<string, unknown>;
  const sections = industrySections as Readonly<Record<string, { zh: string; en: string }>>;
  const named = field === 'industry' && typeof section === 'string' ? sections[section] : undefined;
  const parts = named ? [`${String(section)} ${either(named)}`, rest] : [value];
  return parts
    .flatMap((part) => (typeof part === 'object' ? Object.values(part as object).flat() : [part]))
    .map((part) => term(String(part)))
    .join(' · ');
}

export const None = () => <Typography.Text type="secondary">—</Typography.Text>;

/** An id, hash or key: its beginning, the whole in the clipboard. */
export function Code({ of, length = 12 }: { of: string | null | undefined; length?: number }) {
  if (!of) return <None />;
  return (
    <Typography.Text code copyable={{ text: of }} className="code">
      {of.length > length + 2 ? `${of.slice(0, length)}…` : of}
    </Typography.Text>
  );
}

export function Organisation({ id }: { id: string | null | undefined }) {
  const found = useOrganisation(id);
  if (!id) return <None />;
  if (id === 'platform') return <>{term('platform')}</>;
  return found ? <Tooltip title={`${found.uscc} · ${id}`}>{found.name}</Tooltip> : <Code of={id} />;
}

/** The thing that is shown: where the people in it have their names from. */
export const InThing = createContext<string | undefined>(undefined);

/** A person by name where the reader may know it, else by the id. */
export function Person({ id }: { id: string | null | undefined }) {
  const name = useName(id, use(InThing));
  if (!id) return <None />;
  if (id === 'system') return <>{term('platform')}</>;
  return name ? <Tooltip title={id}>{name}</Tooltip> : <Code of={id} />;
}

export function Venue({ id }: { id: string | null | undefined }) {
  const found = useApi<VenueView>(id ? `/v1/venues/${id}` : null, { again: false }).data;
  if (!id) return <None />;
  return found ? <Tooltip title={found.code}>{either(found.name)}</Tooltip> : <Code of={id} />;
}

export const Terms = ({ of }: { of: readonly string[] }) => (
  <Flex gap={4} wrap component="span" style={{ display: 'inline-flex' }}>
    {of.map((key) => (
      <Tag key={key}>{term(key)}</Tag>
    ))}
  </Flex>
);

/** Labels and values; the label of a row is that of the field. */
export function Facts({
  of,
  columns = 1,
  labelWidth = 168,
}: {
  of: Readonly<Record<string, ReactNode>>;
  columns?: number;
  labelWidth?: number;
}) {
  return (
    <Descriptions
      size="small"
      bordered
      styles={{ label: { width: labelWidth } }}
      column={{ xs: 1, sm: 1, md: columns }}
      items={Object.entries(of).map(([name, value]) => ({
        key: name,
        label: label(name),
        children: value ?? <None />,
      }))}
    />
  );
}
