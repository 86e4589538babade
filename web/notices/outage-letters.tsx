import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';
import { Heading } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { webhooksText as words } from '../text/webhooks.ts';

const address = '/api/v1/operator/outage-letters';

/** Whether whoever looks wants a letter about each outage. */
export function OutageLetters() {
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const letters = useQuery({
    queryKey: ['outage-letters'],
    queryFn: () => askData<{ readonly wants: boolean }>(address),
  });
  const set = (wants: boolean) =>
    void send(async () => {
      await ask(address, { method: 'PUT', body: { wants } });
      await queries.invalidateQueries({ queryKey: ['outage-letters'] });
    });
  return (
    <section>
      <Heading>{words.letters}</Heading>
      <Answer of={letters}>
        {({ wants }) => (
          <label className="flex max-w-2xl items-center gap-2">
            <input
              type="checkbox"
              checked={wants}
              disabled={isWorking}
              onChange={({ target }) => set(target.checked)}
            />
            {words.wantLetters}
          </label>
        )}
      </Answer>
      <Refusal error={error} />
    </section>
  );
}
