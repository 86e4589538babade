import { useState } from 'react';
import { ask } from '../api.ts';
import type { OperatedUpstream } from '../shapes.ts';
import { operateText } from '../text/operate.ts';
import { Choice, Field } from './field.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Check, knownProviders, ModelFields, type ModelSaid, noModel } from './upstream-form.tsx';

const words = operateText;

type Edited = ModelSaid & { readonly isGone: boolean };

/** What an upstream that was added here offers, and what is known of it: only what was changed is sent. */
export function UpstreamEdit({
  of: upstream,
  onClose,
}: {
  readonly of: OperatedUpstream;
  readonly onClose: () => void;
}) {
  const before = modelsOf(upstream);
  const [models, setModels] = useState<readonly Edited[]>(before);
  const [trains, setTrains] = useState(String(upstream.data?.trains ?? 'unknown'));
  const [days, setDays] = useState(daysOf(upstream));
  const [source, setSource] = useState(upstream.data?.source ?? '');
  const [accepts, setAccepts] = useState(false);
  const change = (index: number, changed: Edited) =>
    setModels(models.map((each, at) => (at === index ? changed : each)));
  const save = () =>
    ask(`/api/v1/operator/upstreams/${encodeURIComponent(upstream.name)}`, {
      method: 'PATCH',
      body: {
        upstream: {
          ...changedModels(upstream, before, models),
          ...changedData(upstream, { trains, days, source }),
        },
        ...(accepts ? { accept_data: true } : {}),
      },
    });
  return (
    <Popup title={words.editTitle(upstream.name)} isOpen onClose={onClose}>
      <Proved button={words.editDo} onClose={onClose} work={save}>
        {knownProviders.has(upstream.provider) ? (
          <p className="text-quiet">{words.modelsOfCatalogue}</p>
        ) : (
          <>
            {models.map((model, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place, and none is taken out of the middle.
              <div key={index} className="grid gap-2">
                <ModelFields
                  number={index + 1}
                  of={model}
                  isThere={index < before.length}
                  onChange={(changed) => change(index, { ...changed, isGone: model.isGone })}
                />
                {index < before.length ? (
                  <Check isOn={model.isGone} onChange={(isGone) => change(index, { ...model, isGone })}>
                    {words.takeModel}
                  </Check>
                ) : null}
              </div>
            ))}
            <div>
              <button
                type="button"
                className="button"
                onClick={() => setModels([...models, { ...noModel, isGone: false }])}
              >
                {words.addModel}
              </button>
            </div>
          </>
        )}
        <Choice
          label={words.trains}
          choices={words.trainsChoices}
          value={trains}
          onChange={({ target }) => setTrains(target.value)}
        />
        <Field
          label={words.retention}
          hint={words.retentionHint}
          inputMode="numeric"
          pattern="[0-9]{0,5}"
          value={days}
          onChange={({ target }) => setDays(target.value)}
        />
        <Field
          label={words.source}
          hint={words.sourceHint}
          maxLength={300}
          value={source}
          onChange={({ target }) => setSource(target.value)}
        />
        <Check isOn={accepts} onChange={setAccepts}>
          {words.acceptAtOnce}
        </Check>
      </Proved>
    </Popup>
  );
}

function modelsOf({ models }: OperatedUpstream): readonly Edited[] {
  return models.map(({ model, upstream_model: name, cost }) => ({
    ...{ model: name, as: model, isGone: false },
    ...{ input: String(cost.input ?? ''), output: String(cost.output ?? '') },
  }));
}

function daysOf({ data }: OperatedUpstream): string {
  return typeof data?.retention_days === 'number' ? String(data.retention_days) : '';
}

/** A price keeps what the form does not show of it. */
function changedModels({ models: all }: OperatedUpstream, before: readonly Edited[], now: readonly Edited[]) {
  const changed = now.flatMap((each, index): readonly (readonly [string, unknown])[] => {
    const was = before[index];
    if (each.isGone) return [[each.model, null]];
    const isSame = was && was.as === each.as && was.input === each.input && was.output === each.output;
    if (isSame) return [];
    const price = { ...all[index]?.cost, input: each.input, output: each.output };
    return [[each.model.trim(), { ...(each.as ? { as: each.as } : {}), price }]];
  });
  return changed.length === 0 ? {} : { models: Object.fromEntries(changed) };
}

function changedData(
  upstream: OperatedUpstream,
  { trains, days, source }: Readonly<Record<'trains' | 'days' | 'source', string>>,
) {
  const { data } = upstream;
  const isSame =
    trains === String(data?.trains ?? 'unknown') && days === daysOf(upstream) && source === (data?.source ?? '');
  if (isSame) return {};
  return {
    data: {
      trains: trains === 'unknown' ? 'unknown' : trains === 'true',
      ...(days === '' ? {} : { retention_days: Number(days) }),
      ...(source === '' ? {} : { source }),
    },
  };
}
