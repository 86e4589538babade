import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import type { MarkupRule } from '../shapes.ts';
import { text } from '../text/english.ts';
import { operateText } from '../text/operate.ts';
import { Field } from './field.tsx';
import { Heading } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer } from './query-state.tsx';

const address = '/api/v1/operator/markup';

/** What customers pay on top of what endpoints cost. */
export function Markup() {
  const rules = useQuery({ queryKey: ['operator', 'markup'], queryFn: () => askData<readonly MarkupRule[]>(address) });
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [percent, setPercent] = useState('');
  const [model, setModel] = useState('');
  const close = () => {
    setOpen(false);
    for (const name of ['operator', 'offer']) void queries.invalidateQueries({ queryKey: [name] });
  };
  return (
    <section>
      <Heading>{operateText.markup}</Heading>
      <Answer of={rules}>
        {(all) =>
          all.length === 0 ? (
            <p className="mb-3 text-quiet">{operateText.noMarkup}</p>
          ) : (
            <ul className="mb-3 grid max-w-4xl gap-1">
              {all.map((rule) => (
                <li key={`${rule.model} ${rule.seller} ${rule.workspace}`}>
                  <b>{rule.percent} %</b>{' '}
                  {[rule.model, rule.seller, rule.workspace].filter(Boolean).join(' · ') || operateText.everybody}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {operateText.setMarkup}
      </button>
      {isOpen ? (
        <Popup title={operateText.setMarkup} isOpen onClose={close}>
          <Proved
            button={operateText.setMarkupDo}
            onClose={close}
            work={() => ask(address, { method: 'POST', body: { percent, ...(model === '' ? {} : { model }) } })}
          >
            <Field
              label={operateText.percent}
              inputMode="decimal"
              required
              value={percent}
              onChange={({ target }) => setPercent(target.value)}
            />
            <Field
              label={text.activity.model}
              hint={operateText.modelHint}
              value={model}
              onChange={({ target }) => setModel(target.value)}
            />
          </Proved>
        </Popup>
      ) : null}
    </section>
  );
}
