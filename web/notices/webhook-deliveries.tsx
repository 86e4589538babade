import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';
import { Moment, Scroll } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { webhooksText as words } from '../text/webhooks.ts';
import type { Delivery, Webhook } from './webhook-shapes.ts';

const looks = { due: 'is-warn', sent: 'is-fine', failed: 'is-stop' } as const;

/** What one address was told, and what it answered; what waits is looked at again. */
export function Deliveries({
  api,
  hook,
  isOff,
}: {
  readonly api: string;
  readonly hook: Webhook;
  readonly isOff: boolean;
}) {
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const rows = useQuery({
    queryKey: ['deliveries', hook.id],
    queryFn: () => askData<readonly Delivery[]>(`${api}/${hook.id}/deliveries`),
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === 'due') ? 2_000 : false),
  });
  const again = ({ id }: Delivery) =>
    void send(async () => {
      await ask(`${api}/${hook.id}/deliveries/${id}/again`, { method: 'POST', body: {} });
      await queries.invalidateQueries({ queryKey: ['deliveries', hook.id] });
    });
  return (
    <Answer of={rows}>
      {(all) =>
        all.length === 0 ? (
          <p className="mt-3 text-quiet">{words.noDeliveries}</p>
        ) : (
          <Scroll label={words.deliveriesOf(hook.url)}>
            <table className="table mt-3">
              <thead>
                <tr>
                  {words.columns.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {all.map((each) => (
                  <tr key={each.id}>
                    <td>
                      <Moment at={each.at} />
                    </td>
                    <td>{words.event(each.event)}</td>
                    <td>
                      <span className={`state ${looks[each.state]}`}>{words.deliveryStates[each.state]}</span>
                      {each.next_try_at === null || each.tries === 0 ? null : (
                        <span className="block text-xs text-quiet">
                          {words.nextTry} <Moment at={each.next_try_at} />
                        </span>
                      )}
                    </td>
                    <td className="number">{each.tries}</td>
                    <td>{each.answer === null ? words.noAnswer : words.answer(each.answer)}</td>
                    <td>
                      <button
                        type="button"
                        className="button"
                        disabled={isWorking || isOff || each.state === 'due'}
                        onClick={() => again(each)}
                      >
                        {words.again}
                        <span className="sr-only">: {each.id}</span>
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Refusal error={error} />
          </Scroll>
        )
      }
    </Answer>
  );
}
