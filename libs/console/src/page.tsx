import { lazy, type ComponentType, type ReactNode } from 'react';
import type { Action } from '@app/sdk';
import type { ScreenText } from './i18n.js';
import { can, type Me } from './session/session.js';

export const groups = [
  'groupMarket',
  'groupRegistration',
  'groupTrading',
  'groupMoney',
  'groupParties',
  'groupOversight',
] as const;

export interface Page {
  readonly path: string;
  readonly group: (typeof groups)[number];
  readonly title: ScreenText;
  readonly about: ScreenText;
  readonly icon: ReactNode;
  /** Any of these opens it; without any it is public. */
  readonly permission?: readonly Action[];
  readonly View: ComponentType;
}

/** Whether that person, or nobody in particular, may open it. */
export const opens = (me: Me | null, { permission }: Page): boolean =>
  permission === undefined || permission.some((one) => can(me, one));

/** A page's code is fetched when it is first opened. */
export const view = <M,>(load: () => Promise<M>, pick: (module: M) => ComponentType): ComponentType =>
  lazy(async () => ({ default: pick(await load()) }));

export const page = (
  path: string,
  group: Page['group'],
  [title, about]: readonly [ScreenText, ScreenText],
  icon: ReactNode,
  View: ComponentType,
  ...permission: Action[]
): Page => ({ path, group, title, about, icon, View, ...(permission.length > 0 && { permission }) });
