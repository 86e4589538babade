import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import type { TopUpRule } from '../shapes.ts';
import { text } from '../text/english.ts';
import { Field } from './field.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer } from './query-state.tsx';

const words = text.wallet.auto;
const names = ['below', 'add', 'month'] as const;

/** Credit that is paid for by itself, by the card that was kept, when the wallet runs low. */
export function AutoTopUp() {
  const queries = useQueryClient();
  const [open, setOpen] = useState<'on' | 'off'>();
  const rule = useQuery({ queryKey: ['topup'], queryFn: () => askData<TopUpRule>('/api/v1/credits/topup') });
  const close = () => {
    setOpen(undefined);
    void queries.invalidateQueries({ queryKey: ['topup'] });
  };
  return (
    <section className="mt-8 max-w-2xl">
      <h2 className="text-lg">{words.title}</h2>
      <Answer of={rule}>
        {(now) => (
          <>
            <p className={now.is_on ? 'state is-fine whitespace-normal!' : 'text-quiet'}>
              {now.is_on ? words.isOn(now.below ?? 0, now.add ?? 0, now.month ?? 0) : words.isOff}
            </p>
            {now.has_card ? null : <p className="mt-1 text-quiet">{now.can_pay ? words.noCard : words.nobodyPays}</p>}
            <div className="mt-3 flex gap-2">
              <button
                type="button"
                className="button"
                disabled={!now.has_card && !now.is_on}
                title={now.has_card ? undefined : words.noCard}
                onClick={() => setOpen('on')}
              >
                {now.is_on ? words.change : words.on}
              </button>
              {now.is_on ? (
                <button type="button" className="button" onClick={() => setOpen('off')}>
                  {words.off}
                </button>
              ) : null}
            </div>
            <Popup title={words.title} isOpen={open === 'on'} onClose={close}>
              <Rule now={now} onClose={close} />
            </Popup>
          </>
        )}
      </Answer>
      <Popup title={words.off} isOpen={open === 'off'} onClose={close}>
        <Proved
          button={words.off}
          work={() => ask('/api/v1/credits/topup', { method: 'PUT', body: { off: true } })}
          onClose={close}
        >
          <p>{words.offText}</p>
        </Proved>
      </Popup>
    </section>
  );
}

function Rule({ now, onClose }: { readonly now: TopUpRule; readonly onClose: () => void }) {
  const [said, setSaid] = useState({
    below: String(now.below ?? 5),
    add: String(now.add ?? 20),
    month: String(now.month ?? 100),
  });
  const body = () => Object.fromEntries(names.map((name) => [name, Number(said[name])]));
  return (
    <Proved
      button={words.save}
      work={() => ask('/api/v1/credits/topup', { method: 'PUT', body: body() })}
      onClose={onClose}
    >
      {names.map((name) => (
        <Field
          key={name}
          label={words.fields[name]}
          inputMode="numeric"
          pattern="\d{1,6}"
          required
          value={said[name]}
          onChange={({ target }) => setSaid({ ...said, [name]: target.value })}
        />
      ))}
    </Proved>
  );
}
