import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api.ts';
import { moment } from '../format.ts';
import { Heading } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { text } from '../text/english.ts';
import { useRestrictions } from './restrictions.ts';

/** Stops everything but storing, and lets it go on. */
export function Restrict() {
  const words = text.privacy.restrict;
  const restrictions = useRestrictions();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const set = async (restricted: boolean) => {
    await ask('/api/v1/privacy/restriction', { method: 'PUT', body: { restricted } });
    await Promise.all(
      ['restrictions', 'own-requests', 'held'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <Answer of={restrictions}>
        {(all) => {
          const whole = all.find(({ activity }) => activity === 'all');
          return (
            <>
              <p className={whole ? 'state is-warn whitespace-normal!' : ''}>
                {whole ? words.since(moment(whole.since, Date.now())) : words.state}
              </p>
              <p className="mt-1 max-w-2xl text-quiet">{words.words}</p>
              <button type="button" className="button mt-3" onClick={() => setOpen(true)}>
                {whole ? words.lift : words.start}
              </button>
              <Popup title={whole ? words.liftTitle : words.startTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
                <Proved
                  button={whole ? words.lift : words.start}
                  isDangerous={!whole}
                  work={() => set(!whole)}
                  onClose={() => setOpen(false)}
                >
                  <p>{whole ? words.liftWords : words.words}</p>
                </Proved>
              </Popup>
            </>
          );
        }}
      </Answer>
    </section>
  );
}
