import { App, Button, Flex, Modal } from 'antd';
import { useMemo, useState, type ReactNode } from 'react';
import { z } from 'zod';
import type { Action as Permission, PreCheckView } from '@app/sdk';
import { useApi, useChange } from './api.js';
import { useReturnOfFocus } from './focus.js';
import type { Choices, ChoicesFor } from './forms/choices.js';
import { SchemaForm } from './forms/schema-form.js';
import { either, say, term } from './i18n.js';
import type { Fault } from './problem.js';
import { go } from './router.js';
import { can, useConnection, useMe, type Me } from './session/session.js';

export interface Thing {
  readonly id: string;
  readonly version?: number;
  readonly actions?: readonly string[];
}

/** One transition of a state machine, as a button. The service says which are possible now; here stands how to do it. */
export interface Act<T> {
  /** The machine's name of it, which is also its text. */
  readonly name: string;
  /** The sub-resource that it posts to. */
  readonly to: string;
  readonly permission: Permission;
  /** Beyond the machine: whose act it is, or a state that has no machine. */
  readonly when?: (thing: T, me: Me) => boolean;
  readonly schema?: z.ZodType;
  readonly initial?: (thing: T) => object;
  readonly given?: readonly string[];
  readonly choices?: (thing: T) => Choices;
  /** What is sent when it is not what the form says: a signature. */
  readonly body?: (thing: T, me: Me) => Promise<object>;
  /** A machine offers it by another name. */
  readonly offered?: string;
  /** It changes the thing itself instead of posting. */
  readonly method?: 'PUT' | 'PATCH';
  /** What the answer alone tells, such as a secret: it stays until it is closed. */
  readonly shown?: (answer: unknown) => ReactNode;
  readonly tone?: 'main' | 'danger';
  /** It makes a thing of its own, which is then opened; with a path it posts there instead of to this thing. */
  readonly makes?: { readonly page: string; readonly path?: string };
  /** Stands above the form: what one should know before. */
  readonly first?: (thing: T) => ReactNode;
  /** Where the service says what is wrong with the thing as it is: the form shows it at its fields. */
  readonly faults?: (thing: T) => string | null;
}

const nothing = z.strictObject({});

/** The buttons for what this person may do with that thing now. */
export function Actions<T extends Thing>({ path, thing, acts }: { path: string; thing: T; acts: readonly Act<T>[] }) {
  const me = useMe();
  const [open, setOpen] = useState<Act<T> | null>(null);
  if (!me) return null;
  const possible = acts.filter(
    ({ name, offered = name, permission, when, makes }) =>
      // What makes a thing of its own is no transition of this one.
      (makes?.path !== undefined || (thing.actions?.includes(offered) ?? true)) &&
      can(me, permission) &&
      (when?.(thing, me) ?? true),
  );
  if (possible.length === 0) return null;
  return (
    <Flex gap={8} wrap className="actions">
      {possible.map((act) => (
        <Button
          key={act.name}
          type={act.tone === 'main' ? 'primary' : 'default'}
          danger={act.tone === 'danger'}
          onClick={() => setOpen(act)}
        >
          {term(act.name)}
        </Button>
      ))}
      {open && <ActModal path={path} thing={thing} act={open} me={me} close={() => setOpen(null)} />}
    </Flex>
  );
}

interface ModalProps<T> {
  readonly path: string;
  readonly thing: T;
  readonly act: Act<T>;
  readonly me: Me;
  readonly close: () => void;
}

function ActModal<T extends Thing>({ path, thing, act, me, close }: ModalProps<T>) {
  const { client } = useConnection();
  const { message } = App.useApp();
  // One key for one opening of the form: a repeated click has no second effect.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const found = useFaults(act.faults?.(thing) ?? null);
  useReturnOfFocus();
  const change = useChange(async (form: object) => {
    if (act.makes?.path) return client.post<{ id: string }>(act.makes.path, form, key);
    const body = act.body ? await act.body(thing, me) : form;
    const headers = { 'content-type': 'application/json', 'if-match': `"${thing.version}"` };
    const target = `${path}/${thing.id}`;
    if (act.method) return client.send(target, { method: act.method, body: JSON.stringify(body), headers });
    return client.act(`${target}/${act.to}`, body, key, `"${thing.version}"`);
  });
  const done = (answer: unknown) => {
    void message.success(say('done'));
    if (!act.shown) close();
    if (act.makes) go(act.makes.page, (answer as { id: string }).id);
  };
  // What was refused is corrected and sent as something new.
  const refused = () => act.makes?.path && setKey(crypto.randomUUID());
  if (act.shown && change.isSuccess)
    return (
      <Shown title={term(act.name)} close={close}>
        {act.shown(change.data)}
      </Shown>
    );
  return (
    <Modal open title={term(act.name)} footer={null} onCancel={close} width={act.schema ? 640 : 440} destroyOnHidden>
      <SchemaForm
        schema={act.schema ?? nothing}
        initial={act.initial?.(thing)}
        given={act.given}
        choices={act.choices?.(thing)}
        submitText={term(act.name)}
        danger={act.tone === 'danger'}
        busy={change.isPending}
        error={change.error}
        known={found}
        onSubmit={(value) => change.mutate(value, { onSuccess: done, onError: refused })}
      >
        {act.first?.(thing)}
        {!act.schema && <p>{say(act.body ? 'signAsk' : 'confirmAsk')}</p>}
      </SchemaForm>
    </Modal>
  );
}

/** What the service finds wrong with the content of a thing, as places in its form. */
function useFaults(path: string | null): readonly Fault[] | undefined {
  const { data } = useApi<PreCheckView>(path, { again: false });
  return useMemo(
    () => data?.faults.map((one) => ({ pointer: one.pointer.replace(/^\/content/, ''), detail: either(one) })),
    [data],
  );
}

/** What is shown once: no click beside it closes it. */
const Shown = ({ title, close, children }: { title: string; close: () => void; children: ReactNode }) => (
  <Modal
    open
    title={title}
    width={720}
    mask={{ closable: false }}
    onCancel={close}
    footer={
      <Button type="primary" onClick={close}>
        {say('close')}
      </Button>
    }
  >
    {children}
  </Modal>
);

/** How something new comes to be. */
export interface Creation {
  readonly path: string;
  readonly title: string;
  readonly permission: Permission;
  readonly schema: z.ZodType;
  readonly initial?: () => object;
  readonly given?: readonly string[];
  readonly choices?: ChoicesFor;
  /** As of {@link Act}. */
  readonly shown?: (answer: unknown) => ReactNode;
}

export function CreateButton({ creation, onDone }: { creation: Creation; onDone?: (id: string) => void }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  if (!can(me, creation.permission)) return null;
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {creation.title}
      </Button>
      {open && <CreateModal creation={creation} close={() => setOpen(false)} onDone={onDone ?? (() => undefined)} />}
    </>
  );
}

function CreateModal({
  creation,
  close,
  onDone,
}: {
  creation: Creation;
  close: () => void;
  onDone: (id: string) => void;
}) {
  const { client } = useConnection();
  const { message } = App.useApp();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [initial] = useState(() => creation.initial?.());
  useReturnOfFocus();
  const create = useChange((body: object) => client.post<{ id: string }>(creation.path, body, key));
  const done = (id: string) => {
    close();
    onDone(id);
  };
  if (creation.shown && create.isSuccess)
    return (
      <Shown title={creation.title} close={() => done(create.data.id)}>
        {creation.shown(create.data)}
      </Shown>
    );
  return (
    <Modal open title={creation.title} footer={null} onCancel={close} width={720} destroyOnHidden>
      <SchemaForm
        schema={creation.schema}
        initial={initial}
        given={creation.given}
        choices={creation.choices}
        submitText={creation.title}
        busy={create.isPending}
        error={create.error}
        onSubmit={(value) =>
          create.mutate(value, {
            onSuccess: ({ id }) => {
              void message.success(say('done'));
              if (!creation.shown) done(id);
            },
            // What was refused is corrected and sent as something new.
            onError: () => setKey(crypto.randomUUID()),
          })
        }
      />
    </Modal>
  );
}
