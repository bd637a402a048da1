import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Authority } from './authority.js';

export const AUTHORITY_END = 'registration.authority-end';

/** Loads an authority, lets it change, and sets its deadline. */
export async function changeAuthority(
  uow: UnitOfWork,
  id: string,
  act: (authority: Authority) => void | Promise<void>,
): Promise<void> {
  // Before anything is written: a transaction's leaves have their place by its first write, and so stand behind those of the acts that it waits for.
  await uow.manager.query('SELECT FROM registration.authority WHERE id = $1 FOR NO KEY UPDATE', [id]);
  const authority = await uow.get(Authority, id);
  await act(authority);
  await uow.schedule(AUTHORITY_END, id, authority.deadline);
}
