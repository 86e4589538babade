import { useQueryClient } from '@tanstack/react-query';
import { ask } from '../api.ts';
import { Heading } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';
import { useRestrictions } from './restrictions.ts';

/** What rests on a legitimate interest may be objected to, each by itself. */
export function ObjectTo() {
  const words = text.privacy.object;
  const restrictions = useRestrictions();
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const set = (activity: string, objects: boolean) =>
    send(async () => {
      await ask('/api/v1/privacy/objections', { method: 'PUT', body: { activity, objects } });
      await Promise.all(['restrictions', 'own-requests'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    });
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl text-quiet">{words.words}</p>
      <Refusal error={error} />
      <Answer of={restrictions}>
        {(all) => (
          <ul className="mt-3 grid max-w-3xl gap-2">
            {Object.entries(words.activities).map(([activity, what]) => {
              const objects = all.some((each) => each.activity === activity);
              return (
                <li key={activity} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
                  <span className="min-w-64 flex-1">{what}</span>
                  {objects ? <span className="tag">{words.objected}</span> : null}
                  <button
                    type="button"
                    className="button"
                    disabled={isWorking}
                    aria-label={`${objects ? words.back : words.object}: ${what}`}
                    onClick={() => void set(activity, !objects)}
                  >
                    {objects ? words.back : words.object}
                  </button>
                </li>
              );
            })}
          </ul>
        )}
      </Answer>
      <p className="mt-2 text-sm text-quiet">{words.none}</p>
    </section>
  );
}
