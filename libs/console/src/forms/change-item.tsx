import { Form, Select, Typography } from 'antd';
import type { CertificateView } from '@app/sdk';
import { useApi } from '../api.js';
import { label, say } from '../i18n.js';
import { registered } from '../show.js';
import { Field, useChosen } from './field.js';
import type { Controlled } from './inputs.js';
import { branchOf, type Path, type Shape } from './shape.js';

const entryOf = ({ subject }: CertificateView, field: string): unknown =>
  (subject['data'] as Record<string, unknown>)[field] ?? subject[field] ?? null;

/** What the register says, which nobody can type otherwise. */
const Registered = ({ field, id, value }: Controlled<unknown> & { field: string }) => (
  <Typography.Text {...(id && { id })} data-testid="registered">
    {registered(field, value)}
  </Typography.Text>
);

/** An item of a change or a correction: which entry of the certificate, what stands there, and what is to stand there. */
export function ChangeItem({ path, shape, within }: { path: Path; shape: Shape; within: Path }) {
  const form = Form.useFormInstance();
  const place = [...within, ...path];
  const number = Form.useWatch('certificateNumber', { form, preserve: true }) as string | undefined;
  const { data } = useApi<CertificateView>(number ? `/v1/certificates/${number}` : null, { again: false });
  const field = useChosen([...place, 'field']);
  const fields = (shape.oneOf ?? []).map(({ properties }) => String(properties?.['field']?.const));
  const { after, reason } = branchOf({ field }, shape).properties ?? {};
  const take = (chosen: string): void => {
    const entry = entryOf(data!, chosen);
    form.setFieldValue(place, { ...(form.getFieldValue(place) as object), before: entry, after: entry });
  };
  return (
    <fieldset className="group">
      <Form.Item name={[...path, 'field']} label={label('field')} required>
        <Select
          loading={!data}
          disabled={!data}
          options={fields.map((value) => ({ value, label: label(value) }))}
          onChange={take}
        />
      </Form.Item>
      {field && (
        <>
          <Form.Item name={[...path, 'before']} label={label('items.before')} extra={say('fromRegister')}>
            <Registered field={field} />
          </Form.Item>
          <div className="fields">
            <Field path={[...path, 'after']} shape={after!} required within={within} />
            <Field path={[...path, 'reason']} shape={reason!} required within={within} />
          </div>
        </>
      )}
    </fieldset>
  );
}
