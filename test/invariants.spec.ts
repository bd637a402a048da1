import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Where each part of what must always hold of registrations and certificates (domain model §8.6) is tried. */
const invariants: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'INV-01': {
    'no registration of government duty data': [
      'test/registration.e2e-spec.ts',
      'src/registration/application-filing.spec.ts',
    ],
  },
  'INV-02': {
    'the registrar is none of the applicants': [
      'test/registration.e2e-spec.ts',
      'src/registration/joint-applicants.spec.ts',
    ],
    'the reviewer is not the approver': [
      'test/registration.e2e-spec.ts',
      'src/registration/application-guards.spec.ts',
    ],
    'no member of the committee has a conflict': ['test/committee.e2e-spec.ts', 'src/committee/expert.spec.ts'],
  },
  'INV-03': {
    'the list of corrections is given once': [
      'src/registration/application.spec.ts',
      'test/registration-procedure.e2e-spec.ts',
    ],
    'an addition is a supervisor’s, with a reason': ['src/registration/application-guards.spec.ts'],
  },
  'INV-04': {
    'in force from the evidence time': [
      'src/registration/application-rules.spec.ts',
      'src/registration/evidence.spec.ts',
    ],
    'at most five years': ['src/certificates/certificate.spec.ts', 'src/registration/application-types.spec.ts'],
  },
  'INV-05': {
    'numbers are unique, of the pattern, and rise': [
      'test/registration-types.e2e-spec.ts',
      'test/certificates.e2e-spec.ts',
    ],
    'gaps are logged': ['src/certificates/number-series.spec.ts'],
  },
  'INV-06': {
    'no uniqueness of data and right; what is alike is pointed out': ['test/registration-duplicates.e2e-spec.ts', 'test/registration.e2e-spec.ts'], // prettier-ignore
  },
  'INV-07': {
    'only what is held passes on, and is held no more': ['src/registration/right-holders.spec.ts', 'src/registration/application-types.spec.ts', 'test/registration-types.e2e-spec.ts', 'test/right-holders.e2e-spec.ts'], // prettier-ignore
  },
  'INV-08': {
    'a change alters neither holder nor source': ['src/registration/application-types.spec.ts', 'test/registration-types.e2e-spec.ts'], // prettier-ignore
  },
  'INV-09': {
    'which source carries which right': ['src/registration/application-rules.spec.ts', 'test/registration-pre-check.e2e-spec.ts'], // prettier-ignore
  },
  'INV-10': {
    'what is restricted is not transferred, cancelled by its holder or newly listed': ['src/certificates/certificate.spec.ts', 'src/registration/objection.spec.ts', 'test/certificate-lifecycle.e2e-spec.ts', 'test/objections.e2e-spec.ts'], // prettier-ignore
  },
  'INV-11': {
    'the register prevails over any document': ['test/certificates.e2e-spec.ts', 'test/certificate-formats.e2e-spec.ts', 'libs/signing/src/examine.spec.ts'], // prettier-ignore
  },
};

it.each(Object.entries(invariants))('%s is named by the tests that hold it', (name, parts) => {
  // In a title, not in a comment.
  const title = new RegExp(`['\`][^'\`\\n]*${name}\\b[^'\`\\n]*['\`]`);
  const silent = Object.values(parts)
    .flat()
    .filter((file) => !title.test(readFileSync(join(root, file), 'utf8')));
  expect(silent).toEqual([]);
});

it('none of the eleven is left out', () => {
  expect(Object.keys(invariants)).toEqual(
    Array.from({ length: 11 }, (_, i) => `INV-${String(i + 1).padStart(2, '0')}`),
  );
});
