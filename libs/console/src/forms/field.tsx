import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Form, Input, InputNumber, Select, Switch } from 'antd';
import i18next from 'i18next';
import { useContext, type ReactNode } from 'react';
import { label, say, term } from '../i18n.js';
import { ApplicantBlocks } from './applicant-blocks.js';
import { ChangeItem } from './change-item.js';
import { ChoicesContext, Picker, pickerFor } from './choices.js';
import { FileField } from './file-field.js';
import { InstantInput, MoneyInput } from './inputs.js';
import {
  discriminator,
  branchOf,
  isFixed,
  isMoney,
  prefixOf,
  startOf,
  withoutNull,
  type Path,
  type Shape,
} from './shape.js';

interface Props {
  readonly path: Path;
  readonly shape: Shape;
  readonly required: boolean;
  /** Inside a list the name of a field is relative to the list, its value's place is not. */
  readonly within?: Path;
}

/** A field inside another one may have a label of its own there. */
function labelOf(path: Path, within: Path): string {
  const [name, parent] = [...within, ...path].filter((part) => typeof part === 'string').toReversed();
  const own = `${parent}.${name}`;
  return label(i18next.exists(own, { ns: 'fields' }) ? own : String(name));
}
const nameOf = (path: Path): string => String(path.findLast((part) => typeof part === 'string'));

/** One field of a form, whatever its shape. */
export function Field({ path, shape: given, required, within = [] }: Props) {
  const { shape, nullable } = withoutNull(given);
  const choices = useContext(ChoicesContext);
  if (isFixed(shape)) return null;
  const below = { path, shape, within, optional: !required || nullable };
  if (shape.oneOf) return <Alternatives {...below} />;
  if (shape.properties && !isMoney(shape)) return <Group {...below} />;
  if (nameOf(path) === 'applicants') return <ApplicantBlocks path={path} shape={shape} />;
  if (shape.type === 'array' && !shape.items?.enum && !choices[nameOf(path)]) return <List {...below} />;
  const name = nameOf(path);
  const hinted = labelOf(path, within) === label(name) && i18next.exists(`${name}?`, { ns: 'fields' });
  const hint = hinted ? label(`${name}?`) : undefined;
  const isSwitch = shape.type === 'boolean';
  const dated = shape.format?.startsWith('date') ?? false;
  const narrow = isSwitch || isMoney(shape) || shape.type === 'integer' || !!shape.enum || dated;
  return (
    <Form.Item
      name={[...path]}
      label={labelOf(path, within)}
      extra={hint}
      className={narrow ? 'narrow' : 'wide'}
      required={required && !nullable && !isSwitch}
      valuePropName={isSwitch ? 'checked' : 'value'}
    >
      {input(name, shape, choices[name])}
    </Form.Item>
  );
}

function input(
  name: string,
  shape: Shape,
  choices: readonly { value: string; label: string }[] | undefined,
): ReactNode {
  const multiple = shape.type === 'array';
  if (choices) {
    const search = { optionFilterProp: 'label' };
    return (
      <Select options={[...choices]} showSearch={search} allowClear {...(multiple && { mode: 'multiple' as const })} />
    );
  }
  const picker = pickerFor(name, prefixOf(shape));
  if (picker) return <Picker from={picker} />;
  if (prefixOf(shape) === 'file') return <FileField />;
  if (isMoney(shape)) return <MoneyInput />;
  if (shape.type === 'boolean') return <Switch />;
  const options = (shape.enum ?? shape.items?.enum)?.map((value) => ({ value, label: term(value) }));
  if (multiple) return <Checkbox.Group options={options ?? []} />;
  if (options) return <Select options={options} allowClear />;
  if (shape.type === 'integer')
    return (
      <InputNumber
        style={{ width: 200 }}
        precision={0}
        {...(shape.minimum !== undefined && { min: shape.minimum })}
        {...(shape.maximum !== undefined && { max: shape.maximum })}
      />
    );
  if (shape.format === 'date') return <Input type="date" style={{ width: 200 }} />;
  if (shape.format === 'date-time') return <InstantInput />;
  if (name === 'oldPassword') return <Input.Password autoComplete="current-password" />;
  if (/password$/i.test(name)) return <Input.Password autoComplete="new-password" />;
  if (shape.format === 'uri') return <Input inputMode="url" />;
  if ((shape.maxLength ?? 0) >= 300)
    return <Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} maxLength={shape.maxLength!} />;
  return <Input {...(shape.maxLength && { maxLength: shape.maxLength })} />;
}

/** `optional`: what stands in it is needed only when any of it is given. */
type Below = Omit<Props, 'required'> & { within: Path; optional?: boolean };

function Group({ title = true, ...below }: Below & { title?: boolean }) {
  return (
    <fieldset className="group">
      {title && <legend>{labelOf(below.path, below.within)}</legend>}
      <Fields {...below} />
    </fieldset>
  );
}

function Fields({ path, shape, within, optional = false }: Below) {
  return (
    <div className="fields">
      {Object.entries(shape.properties ?? {}).map(([name, one]) => (
        <Field
          key={name}
          path={[...path, name]}
          shape={one}
          required={!optional && (shape.required?.includes(name) ?? false)}
          within={within}
        />
      ))}
    </div>
  );
}

/** What is chosen there, at the first rendering too: the fields that follow from it must be there when faults are put at them. */
export function useChosen(path: Path): string | undefined {
  const form = Form.useFormInstance();
  const watched = Form.useWatch([...path], form) as string | undefined;
  return watched ?? (form.getFieldValue([...path]) as string | undefined);
}

/** A choice between shapes: which one, then its fields. */
function Alternatives({ path, shape, within, title = true }: Below & { title?: boolean }) {
  const kind = discriminator(shape)!;
  const values = (shape.oneOf ?? []).map(({ properties }) => String(properties?.[kind]?.const));
  const chosen = useChosen([...within, ...path, kind]);
  return (
    <fieldset className="group">
      {title && <legend>{labelOf(path, within)}</legend>}
      <Form.Item name={[...path, kind]} label={label(kind)} required>
        <Select options={values.map((value) => ({ value, label: term(value) }))} />
      </Form.Item>
      {chosen && <Fields path={path} shape={branchOf({ [kind]: chosen }, shape)} within={within} />}
    </fieldset>
  );
}

function List({ path, shape, within }: Below) {
  const item = shape.items!;
  const name = nameOf(path);
  return (
    <fieldset className="group">
      <legend>{label(name)}</legend>
      <Form.List name={[...path]}>
        {(rows, { add, remove }, { errors }) => (
          <>
            {rows.map(({ key, name: index }) => (
              <Flex key={key} gap={8} align="start" className="row">
                <div style={{ flex: 1 }}>
                  {item.oneOf && discriminator(item) === 'field' ? (
                    <ChangeItem path={[index]} shape={item} within={[...within, ...path]} />
                  ) : item.oneOf ? (
                    <Alternatives path={[index]} shape={item} within={[...within, ...path]} title={false} />
                  ) : item.properties ? (
                    <Group path={[index]} shape={item} within={[...within, ...path]} title={false} />
                  ) : (
                    <Form.Item name={index} label={`${label(name)} ${index + 1}`} style={{ marginBottom: 8 }}>
                      {input(name, item, undefined)}
                    </Form.Item>
                  )}
                </div>
                <Button
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={say('remove')}
                  onClick={() => remove(index)}
                />
              </Flex>
            ))}
            <Form.ErrorList errors={errors} />
            <Button type="dashed" block icon={<PlusOutlined aria-hidden />} onClick={() => add(startOf(item))}>
              {say('add')}
            </Button>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}
