import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../../api.ts';
import { count } from '../../format.ts';
import { Choice } from '../../parts/field.tsx';
import { Heads } from '../../parts/heads.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Figures, Moment, Scroll } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { deskText } from '../../text/desk.ts';
import { text } from '../../text/english.ts';

type Case = {
  readonly id: string;
  readonly kind: string;
  readonly country: string | null;
  readonly state: 'open' | 'late' | 'closed';
  readonly outcome: string | null;
  readonly identity?: string;
  readonly contact: string | null;
  readonly text: string | null;
  readonly received_at: string;
  readonly due_at: string;
};

const address = '/api/v1/operator/privacy/requests';

/** The privacy desk: what people asked, the most urgent first, how it is known who they are, and how it ended. */
export function OperateDesk() {
  const words = deskText;
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ readonly of: Case; readonly step: 'letter' | 'by-hand' | 'close' }>();
  const cases = useQuery({ queryKey: ['operator', 'desk'], queryFn: () => askData<readonly Case[]>(address) });
  const close = () => {
    setAsked(undefined);
    void queries.invalidateQueries({ queryKey: ['operator', 'desk'] });
  };
  return (
    <OperateFrame title={words.title}>
      <Answer of={cases}>
        {(all) => (
          <>
            <Figures
              of={[
                [words.open, count(all.filter(({ state }) => state === 'open').length)],
                [words.late, count(all.filter(({ state }) => state === 'late').length)],
              ]}
            />
            {all.length === 0 ? (
              <p className="text-quiet">{words.none}</p>
            ) : (
              <Scroll label={words.title}>
                <table className="table">
                  <thead>
                    <tr>
                      <Heads of={words.heads} />
                    </tr>
                  </thead>
                  <tbody>
                    {inOrder(all).map((each) => (
                      <Row key={each.id} of={each} onAsk={(step) => setAsked({ of: each, step })} />
                    ))}
                  </tbody>
                </table>
              </Scroll>
            )}
          </>
        )}
      </Answer>
      {asked ? <Step {...asked} onClose={close} /> : null}
    </OperateFrame>
  );
}

/** Those that wait by their due date, then those that are over. */
function inOrder(all: readonly Case[]): readonly Case[] {
  const rank = ({ state, due_at: due }: Case) => `${state === 'closed' ? 1 : 0} ${due}`;
  return all.toSorted((a, b) => rank(a).localeCompare(rank(b)));
}

function Row({
  of: { id, kind, state, outcome, identity, contact, text: wrote, received_at: received, due_at: due },
  onAsk,
}: {
  readonly of: Case;
  readonly onAsk: (step: 'letter' | 'by-hand' | 'close') => void;
}) {
  const words = deskText;
  const outcomes: Readonly<Record<string, string>> = words.outcomes;
  const what = text.privacy.requests.kinds[kind] ?? kind;
  return (
    <tr>
      <th scope="row">
        {what}
        <span className="id block text-xs font-normal text-quiet">{id}</span>
      </th>
      <td className="min-w-64 whitespace-normal!">
        {contact ?? text.none}
        {wrote ? <span className="block text-quiet">{wrote}</span> : null}
      </td>
      <td>{words.identities[identity ?? ''] ?? words.unknown}</td>
      <td>
        <Moment at={received} />
      </td>
      <td className="whitespace-nowrap tabular-nums">{due.slice(0, 10)}</td>
      <td>
        <span className={`state ${state === 'late' ? 'is-stop' : state === 'closed' ? 'is-fine' : ''}`}>
          {outcomes[outcome ?? ''] ?? text.privacy.requests.states[state] ?? state}
        </span>
      </td>
      <td>
        {state === 'closed' ? null : (
          <span className="flex flex-wrap gap-2">
            {(['letter', 'by-hand', 'close'] as const).map((step) => (
              <button
                key={step}
                type="button"
                className="button"
                aria-label={`${words.steps[step]}: ${id}`}
                onClick={() => onAsk(step)}
              >
                {words.steps[step]}
              </button>
            ))}
          </span>
        )}
      </td>
    </tr>
  );
}

function Step({
  of: { id, contact },
  step,
  onClose,
}: {
  readonly of: Case;
  readonly step: 'letter' | 'by-hand' | 'close';
  readonly onClose: () => void;
}) {
  const words = deskText;
  const [choice, setChoice] = useState<string>(step === 'close' ? 'answered' : 'known-in-person');
  const work = () =>
    step === 'close'
      ? ask(`${address}/${id}/close`, { method: 'POST', body: { outcome: choice } })
      : ask(`${address}/${id}/identity`, {
          method: 'POST',
          body: step === 'letter' ? { step } : { step, how: choice },
        });
  return (
    <Popup title={words.titles[step]} isOpen onClose={onClose}>
      <Proved button={words.steps[step]} work={work} onClose={onClose}>
        <p>{step === 'letter' ? words.letterWords(contact ?? text.none) : words.words[step]}</p>
        {step === 'letter' ? null : (
          <Choice
            label={words.choose[step]}
            choices={step === 'close' ? words.outcomes : words.ways}
            value={choice}
            onChange={({ target }) => setChoice(target.value)}
          />
        )}
      </Proved>
    </Popup>
  );
}
