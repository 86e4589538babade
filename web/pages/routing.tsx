import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { MemberSetting } from '#console/contract/member-settings.ts';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { outside } from '../links.ts';
import { Choice, Field } from '../parts/field.tsx';
import { Figures, Heading, Page } from '../parts/page.tsx';
import { ProviderKeys } from '../parts/provider-keys.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';

type Settings = Readonly<Partial<Record<MemberSetting, string>>>;
const words = text.routing;

/** What is said when a field is empty or a box is not ticked. */
const plain: Readonly<Record<Exclude<MemberSetting, 'strategy'>, string>> = {
  providers: 'any',
  providers_denied: 'none',
  regions: 'any',
  endpoint_types: 'any',
  data_collection: 'allow',
  zdr: 'off',
  strict: 'off',
  delivery: 'streamed',
  hold: 'whole',
  hedging: 'off',
  detectors: 'off',
  addresses: 'any',
};

const lists = [
  ['providers', words.providers, words.providersHint],
  ['providers_denied', words.denied, words.deniedHint],
  ['regions', words.regions, words.regionsHint],
  ['endpoint_types', words.types, words.typesHint],
  ['detectors', words.detectors, words.detectorsHint],
  ['addresses', words.addresses, words.addressesHint],
] as const;

/** Boxes, and what a tick means. */
const boxes = [
  ['data_collection', 'deny', words.training],
  ['zdr', 'on', words.retention],
  ['strict', 'on', words.strict],
  ['hedging', 'on', words.hedging],
  ['delivery', 'whole', words.whole],
  ['hold', 'staged', words.staged],
] as const;

const presets: Readonly<Record<keyof typeof words.preset, Settings>> = {
  balanced: { strategy: 'adjusted-share' },
  cheapest: { strategy: 'price' },
  fastest: { strategy: 'latency', hedging: 'on' },
  private: { data_collection: 'deny', zdr: 'on', strict: 'on' },
};

/** Who may serve requests, and who is asked first. */
export function Routing() {
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: async () => (await askData<{ readonly settings: Settings }>('/api/v1/settings')).settings,
  });
  return (
    <Page title={words.title}>
      <Answer of={settings}>
        {(now) => (
          <>
            <Figures
              of={[
                [words.first, words.strategies[now.strategy ?? ''] ?? now.strategy],
                [words.kept, isSaid(now.providers, 'any') ? now.providers : text.unlimited],
              ]}
            />
            <p className="mb-6 max-w-2xl">{words.intro}</p>
            <Policy now={now} />
          </>
        )}
      </Answer>
      <ProviderKeys />
    </Page>
  );
}

function isSaid(value: string | undefined, nothing: string): value is string {
  return value !== undefined && value !== nothing;
}

function Policy({ now }: { readonly now: Settings }) {
  const mayChange = useCan('settings.change');
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const [isSaved, setSaved] = useState(false);
  const [shown, setShown] = useState(now);
  const [round, setRound] = useState(0);
  const begin = (preset: Settings) => {
    setShown({ ...(now.strategy === undefined ? {} : { strategy: now.strategy }), ...preset });
    setRound(round + 1);
    setSaved(false);
  };
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = { settings: settingsIn(new FormData(event.currentTarget)) };
    setSaved(false);
    return send(async () => {
      await ask('/api/v1/settings', { method: 'PATCH', body });
      setSaved(true);
      await queries.invalidateQueries({ queryKey: ['settings'] });
    });
  };
  return (
    <form key={round} className="grid max-w-2xl gap-4" onSubmit={(event) => void save(event)}>
      {mayChange ? null : <p className="text-sm text-quiet">{words.mayNot}</p>}
      <fieldset disabled={!mayChange} className="contents">
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-quiet">{words.presets}</span>
          {Object.entries(presets).map(([name, preset]) => (
            <button key={name} type="button" className="button" onClick={() => begin(preset)}>
              {words.preset[name as keyof typeof presets]}
            </button>
          ))}
        </div>
        <Heading>{words.order}</Heading>
        <Choice label={words.strategy} name="strategy" choices={words.strategies} defaultValue={shown.strategy ?? ''} />
        <Heading>{words.who}</Heading>
        {lists.map(([name, label, hint]) => (
          <Field
            key={name}
            label={label}
            name={name}
            hint={hint}
            autoComplete="off"
            maxLength={300}
            defaultValue={isSaid(shown[name], plain[name]) ? shown[name] : ''}
          />
        ))}
        <Heading>{words.how}</Heading>
        {boxes.map(([name, value, label]) => (
          <label key={name} className="flex items-start gap-2">
            <input type="checkbox" className="mt-1" name={name} value={value} defaultChecked={shown[name] === value} />
            <span>{label}</span>
          </label>
        ))}
        <p className="text-sm text-quiet">
          {words.grades} <a href={outside.endpoints}>{words.endpoints}</a>
        </p>
        <Refusal error={error} />
        <p role="status" className={isSaved ? 'state is-fine' : 'sr-only'}>
          {isSaved ? words.saved : ''}
        </p>
        <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
          {words.save}
        </button>
      </fieldset>
    </form>
  );
}

function settingsIn(form: FormData): Settings {
  const said = (name: MemberSetting) =>
    String(form.get(name) ?? '')
      .replaceAll(/\s/g, '')
      .toLowerCase();
  const others = Object.entries(plain).map(([name, nothing]) => [name, said(name as MemberSetting) || nothing]);
  const strategy = said('strategy');
  return { ...Object.fromEntries(others), ...(strategy === '' ? {} : { strategy }) };
}
