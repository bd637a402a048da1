import { Input } from 'antd';
import { useState } from 'react';
import type { Money } from '@app/sdk';
import { say } from '../i18n.js';

/** What a form's item hands to its input. */
export interface Controlled<T> {
  readonly id?: string;
  readonly value?: T | null;
  readonly onChange?: (value: T | null) => void;
}

const toFen = (text: string): string | undefined => {
  const [, whole, cents = ''] = /^(\d{1,13})(?:\.(\d{0,2}))?$/.exec(text.replaceAll(/[,\s]/g, '')) ?? [];
  return whole === undefined ? undefined : (whole + cents.padEnd(2, '0')).replace(/^0+(?=\d)/, '');
};
const toText = (fen: string): string => {
  const digits = fen.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** Yuan as people write them; fen as the contract wants them. By digits only. */
export function MoneyInput({ id, value, onChange }: Controlled<Money>) {
  const [typed, setTyped] = useState<string>();
  return (
    <Input
      {...(id && { id })}
      prefix="¥"
      inputMode="decimal"
      placeholder={say('yuan')}
      style={{ width: 240 }}
      value={typed ?? (value ? toText(value.amount) : '')}
      onChange={({ target }) => {
        setTyped(target.value);
        const amount = toFen(target.value);
        onChange?.(amount === undefined ? null : { amount, currency: 'CNY' });
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

const SHANGHAI_MS = 8 * 3_600_000;

/** A moment, typed in Beijing time. */
export function InstantInput({ id, value, onChange }: Controlled<string>) {
  const shown = value ? new Date(new Date(value).getTime() + SHANGHAI_MS).toISOString().slice(0, 16) : '';
  return (
    <Input
      {...(id && { id })}
      type="datetime-local"
      style={{ width: 240 }}
      value={shown}
      onChange={({ target }) => onChange?.(target.value ? new Date(`${target.value}:00+08:00`).toISOString() : null)}
    />
  );
}
