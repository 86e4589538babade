import { type ReactNode, useState } from 'react';
import { ask } from '../api.ts';
import { text } from '../text/english.ts';
import { operateText } from '../text/operate.ts';
import { Choice, Field } from './field.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';

const words = operateText;

type Said = Readonly<Record<string, string>>;
export type ModelSaid = {
  readonly model: string;
  readonly as: string;
  readonly input: string;
  readonly output: string;
};

export const noModel: ModelSaid = { model: '', as: '', input: '', output: '' };
export const knownProviders: ReadonlySet<string> = new Set(['openai', 'anthropic', 'google', 'openrouter']);

/** A new upstream, in the words of the configuration file, which judges it. */
export function UpstreamForm({ onClose }: { readonly onClose: () => void }) {
  const [said, setSaid] = useState<Said>({ provider: 'other', type: 'host', trains: 'false', days: '' });
  const [models, setModels] = useState<readonly ModelSaid[]>([noModel]);
  const [accepts, setAccepts] = useState(false);
  const isKnown = knownProviders.has(said.provider ?? '');
  const field = (name: string) => ({
    value: said[name] ?? '',
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setSaid((before) => ({ ...before, [name]: target.value })),
  });
  const add = () =>
    ask('/api/v1/operator/upstreams', { method: 'POST', body: toBody(said, { models, isKnown, accepts }) });
  return (
    <Popup title={words.add} isOpen onClose={onClose}>
      <Proved button={words.add} onClose={onClose} work={add}>
        <Field label={words.name} hint={words.nameHint} required autoComplete="off" {...field('name')} />
        <Choice label={words.provider} choices={words.providers} {...field('provider')} />
        {isKnown ? null : (
          <Field label={words.baseUrl} hint={words.baseUrlHint} type="url" required {...field('baseUrl')} />
        )}
        {isKnown ? null : <Choice label={words.protocol} choices={words.protocols} {...field('protocol')} />}
        <Field label={words.key} hint={words.keyHint} type="password" autoComplete="off" {...field('key')} />
        {isKnown ? (
          <p className="text-quiet">{words.modelsOfCatalogue}</p>
        ) : (
          <>
            {models.map((model, index) => (
              <ModelFields
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place, and none is taken out of the middle.
                key={index}
                number={index + 1}
                of={model}
                onChange={(changed) => setModels(models.map((each, at) => (at === index ? changed : each)))}
              />
            ))}
            <div>
              <button type="button" className="button" onClick={() => setModels([...models, noModel])}>
                {words.addModel}
              </button>
            </div>
            <Choice label={text.models.type} choices={words.types} {...field('type')} />
            <Choice label={words.trains} choices={words.trainsChoices} {...field('trains')} />
            <Field
              label={words.retention}
              hint={words.retentionHint}
              inputMode="numeric"
              pattern="[0-9]{0,5}"
              {...field('days')}
            />
          </>
        )}
        <Check isOn={accepts} onChange={setAccepts}>
          {words.acceptAtOnce}
        </Check>
      </Proved>
    </Popup>
  );
}

type CheckProps = { readonly isOn: boolean; readonly onChange: (isOn: boolean) => void; readonly children: ReactNode };

export function Check({ isOn, onChange, children }: CheckProps) {
  return (
    <label className="flex items-start gap-2">
      <input type="checkbox" className="mt-1" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      <span>{children}</span>
    </label>
  );
}

type ModelProps = {
  readonly number: number;
  readonly of: ModelSaid;
  /** It is offered already, under this name. */
  readonly isThere?: boolean;
  readonly onChange: (changed: ModelSaid) => void;
};

export function ModelFields({ number, of: model, isThere = false, onChange }: ModelProps) {
  const field = (name: keyof ModelSaid) => ({
    value: model[name],
    required: name !== 'as',
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      onChange({ ...model, [name]: target.value }),
  });
  return (
    <fieldset className="grid gap-3 border-l-2 border-line pl-3">
      <legend className="mb-1 font-semibold">{words.modelNumber(number)}</legend>
      <Field label={words.upstreamModel} readOnly={isThere} {...field('model')} />
      <Field label={words.as} hint={words.asHint} {...field('as')} />
      <div className="grid grid-cols-2 gap-3">
        <Field label={words.input} inputMode="decimal" {...field('input')} />
        <Field label={words.output} inputMode="decimal" {...field('output')} />
      </div>
    </fieldset>
  );
}

type Rest = { readonly models: readonly ModelSaid[]; readonly isKnown: boolean; readonly accepts: boolean };

/** What was left empty is left out. */
function toBody(said: Said, { models, isKnown, accepts }: Rest): object {
  const key = said.key ? { api_key: said.key } : {};
  const accepted = accepts ? { accept_data: true } : {};
  if (isKnown) return { name: said.name, ...accepted, upstream: { provider: said.provider, ...key } };
  const trains = said.trains === 'unknown' ? 'unknown' : said.trains === 'true';
  const days = said.days ? { retention_days: Number(said.days) } : {};
  const offered = Object.fromEntries(
    models.map(({ model, as, input, output }) => [model.trim(), { ...(as ? { as } : {}), price: { input, output } }]),
  );
  const upstream = {
    base_url: said.baseUrl,
    protocols: [said.protocol || 'openai-chat'],
    type: said.type,
    data: { trains, ...days },
    models: offered,
    ...key,
  };
  return { name: said.name, ...accepted, upstream };
}
