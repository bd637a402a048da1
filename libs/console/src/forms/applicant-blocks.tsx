import { Form, Input } from 'antd';
import { useEffect } from 'react';
import type { ApplicantBlock } from '@app/sdk';
import { useOrganisation } from '../api.js';
import { label, say } from '../i18n.js';
import { useMe } from '../session/session.js';
import { Field } from './field.js';
import type { Path, Shape } from './shape.js';

const BLANK = { kind: 'LEGAL_PERSON' } as const;

/** What stands in the form at this moment, whether it is asked for or given. */
function useGiven<T>(name: string): T | undefined {
  const form = Form.useFormInstance();
  const watched = Form.useWatch(name, { form, preserve: true }) as T | undefined;
  return watched ?? (form.getFieldValue(name) as T | undefined);
}

/** Who applies, in the order of their blocks; undefined where that is not chosen yet. */
function useFilers(): readonly (string | undefined)[] {
  const me = useMe();
  const applicantId = useGiven<string>('applicantId');
  const principalId = useGiven<string>('onBehalfOf');
  const joint = useGiven<readonly ({ organisationId?: string } | undefined)[]>('jointApplicants') ?? [];
  const type = useGiven<string>('type');
  const transfereeId = useGiven<string>('transfereeId');
  return [
    applicantId ?? principalId ?? me?.orgId,
    ...joint.map((one) => one?.organisationId),
    ...(type === 'TRANSFER' ? [transfereeId] : []),
  ];
}

/** The blocks of those who apply, one for each: they come and go with them. */
export function ApplicantBlocks({ path, shape }: { path: Path; shape: Shape }) {
  const form = Form.useFormInstance();
  const filers = useFilers();
  useEffect(() => {
    const given = (form.getFieldValue([...path]) ?? []) as readonly object[];
    if (given.length === filers.length) return;
    form.setFieldValue(
      [...path],
      filers.map((_, i) => given[i] ?? BLANK),
    );
  });
  return filers.map((organisationId, i) => (
    // oxlint-disable-next-line react/no-array-index-key -- a block is its place
    <Block key={i} path={[...path, i]} shape={shape.items!} organisationId={organisationId} />
  ));
}

/** Name and number are what the platform knows of the organisation; the rest is asked for. */
function Block({ path, shape, organisationId }: { path: Path; shape: Shape; organisationId: string | undefined }) {
  const form = Form.useFormInstance();
  const known = useOrganisation(organisationId);
  const { name: _name, idNumber: _idNumber, ...asked } = shape.properties!;
  useEffect(() => {
    const place = [...path];
    const given = (form.getFieldValue(place) ?? {}) as Partial<ApplicantBlock>;
    if (!known || (given.name === known.name && given.idNumber === known.uscc)) return;
    // What another party's block said is not this one's.
    const kept = given.idNumber && given.idNumber !== known.uscc ? {} : given;
    form.setFieldValue(place, { ...BLANK, ...kept, name: known.name, idNumber: known.uscc });
  });
  return (
    <fieldset className="group">
      <legend>{[label('applicants'), known?.name].filter(Boolean).join(' · ')}</legend>
      <div className="fields">
        {['name', 'idNumber'].map((name) => (
          <Form.Item key={name} name={[...path, name]} label={label(name)} extra={say('fromPlatform')} className="wide">
            <Input readOnly />
          </Form.Item>
        ))}
        {Object.entries(asked).map(([name, one]) => (
          <Field key={name} path={[...path, name]} shape={one} required={false} />
        ))}
      </div>
    </fieldset>
  );
}
