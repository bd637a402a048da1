import { Select } from 'antd';
import { createContext } from 'react';
import { addRulePack, industrySections, packInForce, RulePack, rulePacks } from '@app/rulepacks';
import type { Page, RulePackSummary } from '@app/sdk';
import { useQuery } from '@tanstack/react-query';
import { usePages } from '../api.js';
import { either, term } from '../i18n.js';
import { useConnection } from '../session/session.js';
import { textAt } from '../show.js';
import type { Controlled } from './inputs.js';

export type Choices = Readonly<Record<string, readonly { readonly value: string; readonly label: string }[]>>;
/** What the choices of a form can depend on. */
export interface Chosen {
  readonly regime?: string;
  readonly type?: string;
  readonly alsoUnder?: readonly ({ readonly regime?: string } | undefined)[];
}
export type ChoicesFor = (chosen: Chosen) => Choices;
/** Choices for fields by name, beyond what the schema says. */
export const ChoicesContext = createContext<Choices>({});

type Row = Readonly<Record<string, unknown>>;
interface Source {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly value: (row: Row) => string;
  readonly label: (row: Row) => string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const named = (path: string, key = 'name', query: Readonly<Record<string, string>> = {}): Source => ({
  path,
  query,
  value: ({ id }) => text(id),
  label: (row) => text(row[key]),
});

/** Where the things come from that a field can name: by the field's own name, else by the prefix of the id. */
const byName: Readonly<Record<string, Source>> = {
  certificateNumber: {
    path: '/v1/certificates',
    value: ({ number }) => text(number),
    label: ({ number, status, subject }) =>
      `${text(number)} · ${textAt(subject, 'data', 'name')} · ${term(text(status))}`,
  },
  onBehalfOf: {
    path: '/v1/authorities',
    query: { as: 'AGENT', state: 'ACTIVE' },
    value: ({ principalId }) => text(principalId),
    label: ({ principalName }) => text(principalName),
  },
  registrarId: {
    path: '/v1/registrars',
    value: ({ organisationId }) => text(organisationId),
    label: ({ name }) => text(name),
  },
};
const byPrefix: Readonly<Record<string, Source>> = {
  org: named('/v1/organisations'),
  ven: {
    path: '/v1/venues',
    value: ({ id }) => text(id),
    label: ({ name, code }) => `${either(name as { zh: string; en: string })} · ${text(code)}`,
  },
  exp: named('/v1/committee/experts'),
  res: named('/v1/resources'),
  fct: named('/v1/foreign-certificates', 'number'),
  sch: named('/v1/distribution-schemes'),
  man: named('/v1/mandates', 'id', { state: 'ACTIVE' }),
  lst: named('/v1/listings', 'title'),
};

export const pickerFor = (name: string, prefix: string | undefined): Source | undefined =>
  byName[name] ?? (prefix ? byPrefix[prefix] : undefined);

/** Chooses among the things that the signed-in person may see. */
export function Picker({ from, id, value, onChange }: Controlled<string> & { from: Source }) {
  const { items, isPending } = usePages<Row>(from.path, { limit: '100', ...from.query });
  // Several rows may name the same thing.
  const things = new Map(items.map((row) => [from.value(row), from.label(row)]));
  const options = [...things].map(([key, words]) => ({ value: key, label: words }));
  return (
    <Select
      {...(id && { id })}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      loading={isPending}
      options={options}
      value={value ?? null}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? null)}
    />
  );
}

/** A regime as an application names it (`ID@version`), or what its id now stands for. */
export const packOf = (reference: string | undefined): RulePack | undefined =>
  rulePacks.find(({ id, version }) => reference === `${id}@${version}`) ??
  packInForce(reference ?? '', new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })) ??
  rulePacks.find(({ id }) => id === reference);

/** Fetches what was published beside the packs that came with the program. */
export function useRulePacks(): void {
  const { client } = useConnection();
  useQuery({
    queryKey: ['rule packs'],
    queryFn: async () => {
      const { items } = await client.get<Page<RulePackSummary>>('/v1/rule-packs');
      for (const { id, version, publishedAt } of items)
        if (publishedAt !== null) addRulePack(RulePack.parse(await client.get(`/v1/rule-packs/${id}@${version}`)));
      return items.length;
    },
  });
}

export const DEFAULT_REGIME = 'CN-PROPERTY-2026';
type GroundKind = RulePack['grounds'][number]['kinds'][number];

export const regimes = () =>
  [...new Set(rulePacks.map(({ id }) => id))].map((id) => ({
    value: id,
    label: `${either(packOf(id)!.name)} · ${id}`,
  }));

export const nameOfRegime = (reference: string): string => {
  const pack = packOf(reference);
  return pack ? either(pack.name) : reference;
};

/** A version of the rules by its name, with the reference under which it is found. */
export const nameOfPack = (reference: string): string => `${nameOfRegime(reference)} · ${reference}`;

/** A ground of these rules in their words, beside the code by which they cite it. */
export function nameOfGround(reference: string, code: string): string {
  const ground = packOf(reference)?.grounds.find((one) => one.code === code);
  return ground ? `${code} ${either(ground.text)}` : code;
}

export const rightsSituations = (reference = DEFAULT_REGIME) =>
  (packOf(reference)?.rights ?? []).map(({ situation, text: words }) => ({ value: situation, label: either(words) }));

/** Of a type, those that its rule names; a pack that names none leaves all. */
export function materials(reference = DEFAULT_REGIME, type?: string) {
  const pack = packOf(reference);
  const named = pack?.types.find(({ id }) => id === type)?.materials;
  return Object.entries(pack?.materials ?? {})
    .filter(([code]) => named?.includes(code) ?? true)
    .map(([value, { name, required }]) => ({ value, label: `${either(name)}${required === 'ALWAYS' ? ' *' : ''}` }));
}

export const nameOfMaterial = (reference: string, code: string): string => {
  const named = packOf(reference)?.materials[code]?.name;
  return named ? either(named) : code;
};

/** Of a filing under several regimes: those of each. */
export function materialsOfAll({ regime, alsoUnder = [] }: Chosen) {
  const all = [regime, ...alsoUnder.map((one) => one?.regime)].filter((one) => one !== undefined);
  const found = (all.length > 0 ? all : [DEFAULT_REGIME]).flatMap((one) => materials(one, 'INITIAL'));
  return [...new Map(found.map((one) => [one.value, one])).values()];
}

/** Those that always have to be given, in the order of the rule. */
export const obligatory = (reference: string, type: string): readonly string[] =>
  (packOf(reference)?.types.find(({ id }) => id === type)?.materials ?? []).filter(
    (code) => packOf(reference)?.materials[code]?.required === 'ALWAYS',
  );

export const groundsFor = (reference: string, ...kinds: GroundKind[]) =>
  (packOf(reference)?.grounds ?? [])
    .filter((ground) => ground.kinds.some((kind) => kinds.includes(kind)))
    .map(({ code, text: words }) => ({ value: code, label: `${code} ${either(words)}` }));

export const industries = () =>
  Object.entries(industrySections).map(([value, name]) => ({ value, label: `${value} ${either(name)}` }));
