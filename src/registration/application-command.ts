import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Application } from './application.js';

/** Loads an application, lets it act, and sets the deadlines that moved by it. */
export async function changeApplication(
  uow: UnitOfWork,
  id: string,
  act: (application: Application) => void | Promise<void>,
): Promise<void> {
  const application = await uow.get(Application, id);
  const before = application.deadlines;
  await act(application);
  for (const [kind, dueAt] of Object.entries(application.deadlines))
    if (dueAt?.getTime() !== before[kind as keyof typeof before]?.getTime()) await uow.schedule(kind, id, dueAt);
}
