import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const contexts = ['registration', 'certificates', 'committee', 'recognition', 'registrars'];

/** Where a person and the clock meet at the end of each time: the file, and what the test is called. */
const races: Readonly<Record<string, readonly [file: string, title: string]>> = {
  'registration.acceptance': ['registration-races', 'an application is declined, or accepted by silence'],
  'registration.correction': ['registration-races', 'more is asked for, or the application lapses'],
  'registration.review': ['registration-races', 'an extension'],
  'registration.notice': ['registration-races', 'it is withdrawn, or the notice ends and it is registered'],
  'registration.objection': ['registration-races', 'an objection that is dismissed'],
  OBJECTION_NOTICE: ['objections', 'is accepted or noted as late, when both come at the same moment: once'],
  AUTHORITY_END: ['registration-agents', 'that ends and expires at the same moment ends exactly once'],
  EXPIRY: ['registration-races', 'a certificate is cancelled, or its term ends'],
  REMARK_ENDS: [
    'certificate-lifecycle',
    'with an end lift themselves once, whoever comes first: the clock or an approver',
  ],
  POSTPONED: ['certificates', 'go to one of two, the last of a month: who waited for it, or who is registered when it begins'], // prettier-ignore
  'committee.answers': [
    'committee',
    'gives a seat to the one or the other when an answer and the end of its time meet',
  ],
  'committee.voting': ['committee', 'that comes last and the end of the time close the ballot once between them'],
  'committee.tie': ['committee', 'that is even is decided by the chair or taken again when the chair’s time ends: one of them'], // prettier-ignore
  OBLIGATION_DUE: ['registration-races', 'a condition is shown to be met, or is overdue'],
  FOREIGN_EXPIRY: ['registration-races', 'a certificate from elsewhere is ended, or lapses'],
  REGISTRAR_DUTY: [
    'registration-races',
    'a registrar takes over what was confirmed, or is noted as late, before that and once',
  ],
};

it('every deadline of registration and certificates has a test in which a person and the clock come at the same moment', () => {
  const kinds = contexts
    .flatMap((context) => readdirSync(join(root, 'src', context)).map((file) => join(root, 'src', context, file)))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^@OnDeadline\('?([\w.]+)'?\)/gm)].map(([, kind]) => kind!)); // prettier-ignore
  expect(kinds.toSorted()).toEqual(Object.keys(races).toSorted());
  const missing = Object.values(races).filter(
    ([file, title]) => !readFileSync(join(root, `test/${file}.e2e-spec.ts`), 'utf8').includes(`'${title}'`),
  );
  expect(missing).toEqual([]);
});
