import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Registrar } from './registrar.js';

export const REGISTRAR_DUTY = 'registration.registrar-duty';

/** The platform looks when the first of the duties ends; one row for each registrar. */
export const scheduleDuties = (uow: UnitOfWork, { id, nextDue }: Registrar): Promise<void> =>
  uow.schedule(REGISTRAR_DUTY, id, nextDue);

/** Loads a registrar, lets it act, and sets the end of the duty that comes first now. */
export async function changeRegistrar(
  uow: UnitOfWork,
  id: string,
  act: (registrar: Registrar) => unknown,
): Promise<void> {
  const registrar = await uow.getHeld(Registrar, id);
  const before = registrar.nextDue?.getTime();
  await act(registrar);
  if (registrar.nextDue?.getTime() !== before) await scheduleDuties(uow, registrar);
}
