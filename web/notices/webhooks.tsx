import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { Heading } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { webhooksText as words } from '../text/webhooks.ts';
import { Deliveries } from './webhook-deliveries.tsx';
import { AddWebhook, RemoveWebhook, RotateWebhook } from './webhook-popups.tsx';
import type { Webhook, WebhookList } from './webhook-shapes.ts';

type Open = { readonly what: 'add' } | { readonly what: 'rotate' | 'remove'; readonly hook: Webhook } | undefined;

/** Addresses that are told of what happens: a workspace's or the operator's, by the address of their API. */
export function Webhooks({
  api,
  whose,
  mayChange,
}: {
  readonly api: string;
  readonly whose: string;
  readonly mayChange: boolean;
}) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const hooks = useQuery({
    queryKey: ['webhooks', api, whose],
    queryFn: () => askData<WebhookList>(api),
    enabled: mayChange,
  });
  const close = () => {
    setOpen(undefined);
    void queries.invalidateQueries({ queryKey: ['webhooks', api] });
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl">{words.words}</p>
      {mayChange ? (
        <Answer of={hooks}>
          {({ webhooks, events }) => (
            <>
              {webhooks.length === 0 ? <p className="mt-1 text-quiet">{words.none}</p> : null}
              <ul className="mt-3 grid max-w-4xl grid-cols-1 gap-4">
                {webhooks.map((hook) => (
                  <Row key={hook.id} {...{ api, hook, isAll: hook.events.length === events.length }} onOpen={setOpen} />
                ))}
              </ul>
              {open?.what === 'add' ? <AddWebhook {...{ api, events }} onClose={close} /> : null}
            </>
          )}
        </Answer>
      ) : null}
      <button
        type="button"
        className="button mt-3"
        disabled={!mayChange}
        title={mayChange ? undefined : words.mayNot}
        onClick={() => setOpen({ what: 'add' })}
      >
        {words.add}
      </button>
      {open?.what === 'rotate' ? <RotateWebhook {...{ api, hook: open.hook }} onClose={close} /> : null}
      {open?.what === 'remove' ? <RemoveWebhook {...{ api, hook: open.hook }} onClose={close} /> : null}
    </section>
  );
}

function Row({
  api,
  hook,
  isAll,
  onOpen,
}: {
  readonly api: string;
  readonly hook: Webhook;
  readonly isAll: boolean;
  readonly onOpen: (open: Open) => void;
}) {
  const queries = useQueryClient();
  const [isShown, setShown] = useState(false);
  const { error, isWorking, send } = useSend();
  const act = (path: string, method: 'POST' | 'PATCH', body: object) =>
    void send(async () => {
      await ask(`${api}/${hook.id}${path}`, { method, body });
      setShown(path === '/test' || isShown);
      await queries.invalidateQueries({ queryKey: ['webhooks', api] });
      await queries.invalidateQueries({ queryKey: ['deliveries', hook.id] });
    });
  const isOff = hook.disabled !== null;
  const state = hook.disabled === null ? (hook.failing_since === null ? 'works' : 'trying') : hook.disabled;
  return (
    <li className="min-w-0 border-b border-line pb-4">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span className="id min-w-0 break-all font-semibold">{hook.url}</span>
        <span className={`state whitespace-normal! ${isOff ? 'is-stop' : state === 'trying' ? 'is-warn' : 'is-fine'}`}>
          {words.states[state]}
        </span>
        {hook.old_secret_until === null ? null : <span className="text-quiet">{words.twoSecrets}</span>}
      </p>
      <p className="mt-1 text-sm text-quiet">{isAll ? words.all : hook.events.map(words.event).join(' · ')}</p>
      <p className="mt-2 flex flex-wrap gap-2">
        <Deed name={words.test} {...{ hook, isOff: isWorking || isOff }} act={() => act('/test', 'POST', {})} />
        <Deed
          name={isShown ? words.hide : words.deliveries}
          {...{ hook, isOff: false }}
          act={() => setShown(!isShown)}
        />
        <Deed name={words.rotate} {...{ hook, isOff: isWorking }} act={() => onOpen({ what: 'rotate', hook })} />
        <Deed
          name={isOff ? words.enable : words.disable}
          {...{ hook, isOff: isWorking }}
          act={() => act('', 'PATCH', { disabled: !isOff })}
        />
        <Deed name={words.remove} {...{ hook, isOff: isWorking }} act={() => onOpen({ what: 'remove', hook })} />
      </p>
      <Refusal error={error} />
      {isShown ? <Deliveries {...{ api, hook, isOff }} /> : null}
    </li>
  );
}

function Deed({
  name,
  hook,
  isOff,
  act,
}: {
  readonly name: string;
  readonly hook: Webhook;
  readonly isOff: boolean;
  readonly act: () => void;
}) {
  return (
    <button type="button" className="button" aria-label={`${name}: ${hook.url}`} disabled={isOff} onClick={act}>
      {name}
    </button>
  );
}
