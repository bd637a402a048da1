import { useSyncExternalStore, type ReactNode } from 'react';

const BASE = '/console/';
const MOVED = 'databourse:moved';

/** `/console/orders/ord_1` → page `orders`, id `ord_1`. */
export interface Place {
  readonly page: string;
  readonly id: string | null;
}

export function go(page: string, id?: string | null): void {
  history.pushState(null, '', address(page, id));
  dispatchEvent(new Event(MOVED));
}

export const address = (page: string, id?: string | null): string =>
  BASE + page + (id ? `/${encodeURIComponent(id)}` : '');

function subscribe(tell: () => void): () => void {
  addEventListener('popstate', tell);
  addEventListener(MOVED, tell);
  return () => {
    removeEventListener('popstate', tell);
    removeEventListener(MOVED, tell);
  };
}

export function usePlace(): Place {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  const [page = '', id] = path.replace(BASE, '').split('/');
  return { page, id: id ? decodeURIComponent(id) : null };
}

/** A link inside the console; with a modifier key the browser opens it as any other. */
export function To({ page, id, children }: { page: string; id?: string | null; children: ReactNode }) {
  return (
    <a
      href={address(page, id)}
      onClick={(click) => {
        if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
        click.preventDefault();
        click.stopPropagation();
        go(page, id);
      }}
    >
      {children}
    </a>
  );
}
