import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { Field } from '../parts/field.tsx';
import { CodeLine, Heading, Moment } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { useHere } from '../session.ts';
import { endUsersText as words } from '../text/end-users.ts';

const address = '/api/v1/privacy/end-users';
const deeds = ['access', 'restrict', 'lift', 'erase'] as const;
type Deed = (typeof deeds)[number];
type Restricted = { readonly pseudonym: string; readonly since: string };

/** What a workspace answers its own people, each named as requests name it. */
export function EndUsers() {
  const here = useHere();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [deed, setDeed] = useState<Deed>();
  const [answer, setAnswer] = useState<string>();
  const mayServe = useCan('end-users.serve');
  const restricted = useQuery({
    queryKey: ['end-users', here?.id],
    queryFn: () => askData<readonly Restricted[]>(address),
    enabled: mayServe,
  });
  if (!mayServe) return null;
  const open = (which: Deed) => (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') setDeed(which);
  };
  const work = async () => {
    if (deed === undefined) return;
    const said = await carryOut(deed, name.trim());
    setAnswer(JSON.stringify(said, undefined, 2));
    await queries.invalidateQueries({ queryKey: ['end-users'] });
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="mb-3 max-w-2xl">{words.words}</p>
      <form className="grid max-w-xl gap-3" onSubmit={open('access')}>
        <Field
          label={words.name}
          name="end-user"
          maxLength={500}
          autoComplete="off"
          hint={words.nameHint}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <p className="flex flex-wrap gap-2">
          {deeds.map((each) => (
            <button
              key={each}
              type="button"
              className={each === 'erase' ? 'button is-stop' : 'button'}
              disabled={name.trim() === ''}
              title={name.trim() === '' ? words.sayWho : undefined}
              onClick={open(each)}
            >
              {words.deeds[each]}
            </button>
          ))}
        </p>
      </form>
      {answer === undefined ? null : (
        <div aria-live="polite">
          <CodeLine code={answer} />
        </div>
      )}
      <Answer of={restricted}>{(all) => <RestrictedList of={all} />}</Answer>
      <Popup
        title={words.titles[deed ?? 'access'](name)}
        isOpen={deed !== undefined}
        onClose={() => setDeed(undefined)}
      >
        <Proved
          button={words.deeds[deed ?? 'access']}
          isDangerous={deed === 'erase'}
          work={work}
          onClose={() => setDeed(undefined)}
        >
          <p>{words.means[deed ?? 'access']}</p>
        </Proved>
      </Popup>
    </section>
  );
}

function carryOut(deed: Deed, endUser: string): Promise<unknown> {
  const body = { end_user: endUser };
  switch (deed) {
    case 'access':
      return askData(`${address}/access`, { method: 'POST', body });
    case 'erase':
      return askData(`${address}/deletion`, { method: 'POST', body });
    case 'restrict':
    case 'lift':
      return ask(`${address}/restriction`, { method: 'PUT', body: { ...body, restricted: deed === 'restrict' } });
  }
}

function RestrictedList({ of: all }: { readonly of: readonly Restricted[] }) {
  if (all.length === 0) return <p className="mt-3 text-quiet">{words.nobody}</p>;
  return (
    <ul className="mt-3 grid gap-1" aria-label={words.restricted}>
      {all.map(({ pseudonym, since }) => (
        <li key={pseudonym}>
          <span className="id">{pseudonym}</span> {words.since} <Moment at={since} />
        </li>
      ))}
    </ul>
  );
}
