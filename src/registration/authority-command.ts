import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Authority } from './authority.js';

export const AUTHORITY_END = 'registration.authority-end';

/** Loads an authority, lets it change, and sets its deadline. */
export async function changeAuthority(
  uow: UnitOfWork,
  id: string,
  act: (authority: Authority) => void | Promise<void>,
): Promise<void> {
  const authority = await uow.getHeld(Authority, id);
  await act(authority);
  await uow.schedule(AUTHORITY_END, id, authority.deadline);
}
