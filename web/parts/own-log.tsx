import { useQuery } from '@tanstack/react-query';
import { askData } from '../api.ts';
import type { Change } from '../shapes.ts';
import { text } from '../text/english.ts';
import { Heads } from './heads.tsx';
import { Heading, Moment, Scroll } from './page.tsx';
import { Answer } from './query-state.tsx';

const words = text.identity.log;

/** What was changed about how the person signs in: whatever is not known here was somebody else. */
export function OwnLog() {
  const log = useQuery({ queryKey: ['own-log'], queryFn: () => askData<readonly Change[]>('/api/v1/me/audit') });
  return (
    <section>
      <Heading>{words.title}</Heading>
      <Answer of={log}>
        {(all) => {
          // What was asked for and then done has two entries.
          const shown = all.filter(({ outcome, action }) => outcome !== 'done' || action === 'passkey-add');
          if (shown.length === 0) return <p className="text-quiet">{words.none}</p>;
          return (
            <Scroll label={words.title}>
              <table className="table max-w-3xl">
                <thead>
                  <tr>
                    <Heads of={[words.when, words.what]} />
                  </tr>
                </thead>
                <tbody>
                  {shown.map(({ place, at, action, outcome }) => (
                    <tr key={place}>
                      <td>
                        <Moment at={at} />
                      </td>
                      <td>
                        {words.actions[action] ?? action.replaceAll('-', ' ')}
                        {words.outcomes[outcome]}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          );
        }}
      </Answer>
    </section>
  );
}
