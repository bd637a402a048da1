import { z } from 'zod';

/** The JSON Schema that a form is made from; only what the contract's schemas use. */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly $defs?: Readonly<Record<string, Shape>>;
}

export type Path = readonly (string | number)[];

/** A Zod schema as its JSON Schema with every reference put in place. */
export function shapeOf(schema: z.ZodType): Shape {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const resolve = (shape: Shape): Shape => {
    const { $ref, $defs: _, ...own } = shape;
    const whole: Shape = $ref ? { ...root.$defs?.[$ref.replace('#/$defs/', '')], ...own } : own;
    return {
      ...whole,
      ...(whole.anyOf && { anyOf: whole.anyOf.map(resolve) }),
      ...(whole.oneOf && { oneOf: whole.oneOf.map(resolve) }),
      ...(whole.items && { items: resolve(whole.items) }),
      ...(whole.properties && {
        properties: Object.fromEntries(Object.entries(whole.properties).map(([name, one]) => [name, resolve(one)])),
      }),
    };
  };
  return resolve(root);
}

/** What may be null, without the null. */
export function withoutNull(shape: Shape): { shape: Shape; nullable: boolean } {
  const rest = shape.anyOf?.filter(({ type }) => type !== 'null');
  if (!shape.anyOf || rest!.length === shape.anyOf.length) return { shape, nullable: false };
  const [only] = rest!;
  return { shape: rest!.length === 1 && only ? only : { ...shape, anyOf: rest! }, nullable: true };
}

export const isMoney = ({ properties }: Shape): boolean =>
  properties !== undefined && Object.keys(properties).join() === 'amount,currency';

/** The prefix of an id, such as `org` in `^org_[0-9a-f]{32}$`. */
export const prefixOf = ({ pattern }: Shape): string | undefined => /^\^([a-z]+)_\[0-9a-f\]/.exec(pattern ?? '')?.[1];

/** Nothing to choose: the form shows nothing there and sends it. */
export const isFixed = (shape: Shape): boolean => shape.const !== undefined || shape.items?.const !== undefined;

/** What a form starts with: the defaults of the contract. */
export function startOf(given: Shape): unknown {
  const { shape, nullable } = withoutNull(given);
  if (shape.properties && !isMoney(shape))
    return Object.fromEntries(
      Object.entries(shape.properties).map(([name, one]) => {
        const start = startOf(one);
        // What may be left out begins without rows.
        const without = Array.isArray(start) && one.default === undefined && !shape.required?.includes(name);
        return [name, one.const ?? (without ? [] : start)];
      }),
    );
  if (given.default !== undefined && given.default !== null) return given.default;
  if (shape.type === 'boolean') return false;
  if (shape.type === 'array' && !nullable)
    return shape.items?.enum ? [] : Array.from({ length: shape.minItems ?? 0 }, () => startOf(shape.items!));
  return undefined;
}

/** What is sent for what stands in the form: fixed values put in, empty optional ones taken out. */
export function outcome(value: unknown, given: Shape): unknown {
  const { shape, nullable } = withoutNull(given);
  if (shape.const !== undefined) return shape.const;
  if (shape.items?.const !== undefined) return [shape.items.const];
  const empty = value === '' || (Array.isArray(value) && value.length === 0);
  if (value === undefined || value === null || (empty && nullable)) return nullable ? null : undefined;
  const branch = branchOf(value, shape);
  if (branch.properties && !isMoney(branch)) {
    const entries = Object.entries(branch.properties).map(
      ([name, one]) => [name, outcome((value as Record<string, unknown>)[name], one)] as const,
    );
    const optional = (name: string) => !branch.required?.includes(name);
    return Object.fromEntries(
      entries.filter(
        ([name, one]) => one !== undefined && !(optional(name) && isBlank(one, branch.properties![name]!)),
      ),
    );
  }
  if (Array.isArray(value) && shape.items) return value.map((item) => outcome(item, shape.items!));
  return value;
}

/** Nothing was entered, and nothing is not a value there. */
const isBlank = (value: unknown, { minLength = 0, minItems = 0 }: Shape): boolean => {
  if (value === '') return minLength > 0;
  if (Array.isArray(value)) return value.length === 0 && minItems > 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
};

/** The alternative of a discriminated union that a value chose. */
export function branchOf(value: unknown, shape: Shape): Shape {
  const kind = shape.oneOf && discriminator(shape);
  const chosen = kind && (value as Record<string, unknown> | undefined)?.[kind];
  return shape.oneOf?.find(({ properties }) => kind && properties?.[kind]?.const === chosen) ?? shape;
}

/** The property whose constant tells the alternatives apart. */
export const discriminator = ({ oneOf }: Shape): string | undefined =>
  Object.entries(oneOf?.[0]?.properties ?? {}).find(([, one]) => one.const !== undefined)?.[0];

/** RFC 6901, as the name of a form's field. */
export const toPath = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
