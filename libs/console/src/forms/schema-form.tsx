import { Button, Flex, Form, Select, type FormInstance } from 'antd';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { z } from 'zod';
import { label, language, say, term } from '../i18n.js';
import { faultsOf, ProblemAlert, type Fault } from '../problem.js';
import { ChoicesContext, type Choices, type ChoicesFor, type Chosen } from './choices.js';
import { Field } from './field.js';
import { branchOf, discriminator, outcome, shapeOf, startOf, toPath, type Path } from './shape.js';

interface Props {
  readonly schema: z.ZodType;
  readonly initial?: object | undefined;
  /** Properties that are not asked for: they come from `initial`. */
  readonly given?: readonly string[] | undefined;
  readonly choices?: Choices | ChoicesFor | undefined;
  readonly submitText: string;
  readonly danger?: boolean | undefined;
  readonly busy: boolean;
  readonly error: unknown;
  /** Faults that are known before anything is sent. */
  readonly known?: readonly Fault[] | undefined;
  readonly onSubmit: (value: never) => void;
  readonly children?: ReactNode;
}

const texts = { 'zh-CN': z.locales.zhCN().localeError, en: z.locales.en().localeError };

/** A form for what a schema of the contract describes; its rules and its errors stand at their fields. */
export function SchemaForm({ schema, initial, given = [], submitText, danger, busy, error, onSubmit, ...rest }: Props) {
  const [form] = Form.useForm();
  const shape = useMemo(() => shapeOf(schema), [schema]);
  const start = useMemo(() => ({ ...(startOf(branchOf(initial, shape)) as object), ...initial }), [shape, initial]);
  const kind = shape.oneOf && discriminator(shape);
  const chosen = JSON.parse(Form.useWatch(chosenOf, { form, preserve: true }) ?? chosenOf(start)) as Chosen;
  const branch = branchOf(chosen, shape);
  const choices = typeof rest.choices === 'function' ? rest.choices(chosen) : (rest.choices ?? {});
  const placed = usePlacedFaults(form, error);
  usePlacedOnce(form, rest.known);
  const submit = (): void => {
    const value = outcome({ ...initial, ...(form.getFieldsValue(true) as object) }, shape);
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return onSubmit(result.data as never);
    place(form, result.error.issues.map(faultOf));
  };
  const names = Object.keys(branch.properties ?? {}).filter((name) => !given.includes(name));
  return (
    <ChoicesContext value={choices}>
      <Form
        form={form}
        layout="vertical"
        initialValues={start}
        onFinish={submit}
        requiredMark
        disabled={busy}
        scrollToFirstError={{ focus: true }}
      >
        <ProblemAlert error={error} placed={placed} />
        <div className="fields">
          {kind && !given.includes(kind) && (
            <Form.Item name={kind} label={label(kind)} required>
              <Select
                options={(shape.oneOf ?? []).map(({ properties }) => {
                  const value = String(properties?.[kind]?.const);
                  return { value, label: term(value) };
                })}
                onChange={(type: string) => form.setFieldsValue(startOf(branchOf({ [kind]: type }, shape)) as object)}
              />
            </Form.Item>
          )}
          {names.map((name) => (
            <Field
              key={name}
              path={[name]}
              shape={branch.properties![name]!}
              required={branch.required?.includes(name) ?? false}
            />
          ))}
        </div>
        {rest.children}
        <Flex justify="end">
          <Button type="primary" htmlType="submit" loading={busy} danger={danger ?? false} size="large">
            {submitText}
          </Button>
        </Flex>
      </Form>
    </ChoicesContext>
  );
}

/** What other choices depend on, as text: equal ones are the same. */
const chosenOf = (value: object): string => {
  const { regime, type, alsoUnder } = value as Chosen;
  return JSON.stringify({ regime, type, alsoUnder: alsoUnder?.map((one) => ({ regime: one?.regime })) });
};

/** The faults of a refusal, put at their fields. */
function usePlacedFaults(form: FormInstance, error: unknown): readonly Fault[] {
  const faults = faultsOf(error);
  const placed = faults.filter(({ pointer }) => fieldFor(form, toPath(pointer)));
  useEffect(() => place(form, faultsOf(error)), [form, error]);
  return placed;
}

/** Faults that are known beforehand, as soon as the fields are there: a form inside a dialog begins without them. */
function usePlacedOnce(form: FormInstance, known: readonly Fault[] | undefined): void {
  const shown = useRef<readonly Fault[]>(undefined);
  useEffect(() => {
    if (known === shown.current || form.getFieldsError().length === 0) return;
    shown.current = known;
    place(form, known ?? []);
  });
}

function place(form: FormInstance, faults: readonly Fault[]): void {
  const found = faults.flatMap(({ pointer, detail }) => {
    const name = fieldFor(form, toPath(pointer));
    return name ? [{ name: [...name], errors: [detail] }] : [];
  });
  form.setFields(found);
  const first = found[0];
  if (first) form.scrollToField(first.name, { behavior: 'smooth', block: 'center', focus: true });
}

/** The field at that place, or the one around it: an amount's fault stands at the price. */
function fieldFor(form: FormInstance, path: Path): Path | undefined {
  const known = form.getFieldsError().map(({ name }) => name as Path);
  for (let length = path.length; length > 0; length -= 1) {
    const found = known.find((name) => name.length === length && name.every((part, i) => part === path[i]));
    if (found) return found;
  }
  return undefined;
}

function faultOf(issue: z.core.$ZodIssue): Fault {
  const own = issue.code === 'custom' ? (issue.params as { zh?: string; en?: string } | undefined) : undefined;
  const said = texts[language()](issue as z.core.$ZodRawIssue);
  const general = typeof said === 'string' ? said : (said?.message ?? issue.message);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  // A regular expression tells a person nothing; the schema's own words do, and they are English.
  const pattern = issue.code === 'invalid_format' && issue.format === 'regex';
  const fitting = pattern ? (language() === 'en' ? issue.message : say('badFormat')) : general;
  return {
    pointer: issue.path.map((part) => `/${String(part)}`).join(''),
    detail: own?.[language() === 'en' ? 'en' : 'zh'] ?? (missing ? say('required') : fitting),
  };
}
