import { Alert, Button, Divider, Modal, Segmented, Skeleton, Typography } from 'antd';
import { useState } from 'react';
import { PreCheckBody, type PreCheckView } from '@app/sdk';
import { z } from 'zod';
import { useApi, useChange } from '../api.js';
import {
  DEFAULT_REGIME,
  materialsOfAll,
  nameOfRegime,
  regimes,
  rightsSituations,
  type Chosen,
} from '../forms/choices.js';
import { SchemaForm } from '../forms/schema-form.js';
import { toPath } from '../forms/shape.js';
import { useReturnOfFocus } from '../focus.js';
import { either, label, say } from '../i18n.js';
import { ProblemAlert } from '../problem.js';
import { can, useConnection, useMe } from '../session/session.js';
import { Findings } from './findings.js';
import { Similar } from './application-parts.js';

const {
  regime,
  resourceId,
  declaration,
  alsoUnder,
  rights,
  scenario,
  materials: given,
  validityYears,
  proofs,
  crossBorder,
  applicants,
} = PreCheckBody.shape;
/** Of data that is declared, and of data that might be: each asks for what it needs. */
const forms = {
  declared: z.strictObject({
    regime,
    alsoUnder,
    resourceId: resourceId.unwrap(),
    rights,
    scenario,
    materials: given,
    validityYears,
    proofs,
    crossBorder,
    applicants,
  }),
  intended: z.strictObject({ regime, declaration: declaration.unwrap(), rights, proofs, crossBorder }),
};
const initial = { regime: DEFAULT_REGIME, validityYears: 5 };
const choices = (chosen: Chosen) => ({
  regime: regimes(),
  code: materialsOfAll(chosen),
  rightsSituation: rightsSituations(chosen.regime),
});

/** A filing that is only looked at (预检): nothing is written. */
export function PreCheck() {
  const me = useMe();
  const [open, setOpen] = useState(false);
  if (!can(me, 'application.file')) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('preCheck')}</Button>
      {open && <PreCheckModal close={() => setOpen(false)} />}
    </>
  );
}

function PreCheckModal({ close }: { close: () => void }) {
  const { client } = useConnection();
  const [of, setOf] = useState<keyof typeof forms>('declared');
  const check = useChange((body: object) => client.post<PreCheckView>('/v1/applications/pre-check', body));
  useReturnOfFocus();
  return (
    <Modal open title={say('preCheck')} footer={null} onCancel={close} width={720} destroyOnHidden>
      <p>{say('preCheckAbout')}</p>
      <Segmented<keyof typeof forms>
        aria-label={say('preCheck')}
        value={of}
        onChange={(next) => {
          check.reset();
          setOf(next);
        }}
        options={[
          { value: 'declared', label: say('declaredData') },
          { value: 'intended', label: say('intendedData') },
        ]}
        style={{ marginBottom: 16 }}
      />
      <SchemaForm
        key={of}
        schema={forms[of]}
        initial={initial}
        choices={choices}
        submitText={say('preCheck')}
        busy={check.isPending}
        error={check.error}
        onSubmit={(body) => check.mutate(body)}
      />
      {check.data && <Result of={check.data} />}
    </Modal>
  );
}

/** Whether a draft would be taken as it stands, and if not, all that is in its way. */
export function DraftVerdict({ id }: { id: string }) {
  const { data, error } = useApi<PreCheckView>(`/v1/applications/${id}/pre-check`);
  if (error) return <ProblemAlert error={error} />;
  return data ? <Verdict of={data} /> : <Skeleton active paragraph={{ rows: 1 }} />;
}

/** The same of a draft, as it stands. */
export function PreCheckOfDraft({ id }: { id: string }) {
  const { data, error } = useApi<PreCheckView>(`/v1/applications/${id}/pre-check`);
  if (error) return <ProblemAlert error={error} />;
  return data ? <Result of={data} /> : null;
}

function Result({ of: found }: { of: PreCheckView }) {
  return (
    <div data-testid="pre-check">
      <Verdict of={found} />
      <Findings of={found} />
      <Similar of={found.duplicates} />
      {found.alsoUnder.map(({ regime: id, ...one }) => (
        <section key={id}>
          <Divider titlePlacement="start">{nameOfRegime(id)}</Divider>
          <Verdict of={one} />
          <Findings of={one} />
        </section>
      ))}
    </div>
  );
}

/** A fault's place as people read it: the field that it stands at. */
const placeOf = (pointer: string): string => {
  const names = toPath(pointer).filter((part) => typeof part === 'string' && part !== 'content');
  return names.length === 0 ? '' : `${label(String(names[0]))}: `;
};

function Verdict({ of: { ready, faults } }: { of: Pick<PreCheckView, 'ready' | 'faults'> }) {
  return (
    <Alert
      type={ready ? 'success' : 'warning'}
      showIcon
      data-testid="verdict-of-draft"
      title={say(ready ? 'preCheckReady' : 'preCheckNotReady')}
      style={{ marginBlock: 16 }}
      description={
        faults.length > 0 && (
          <ul style={{ paddingInlineStart: 20, margin: 0 }}>
            {faults.map((fault) => (
              <li key={fault.pointer + fault.en}>
                <Typography.Text type="secondary">{placeOf(fault.pointer)}</Typography.Text>
                {either(fault)}
              </li>
            ))}
          </ul>
        )
      }
    />
  );
}
