import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { askData } from '../../api.ts';
import { count, milliseconds, moment } from '../../format.ts';
import { Field } from '../../parts/field.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Empty, Figures } from '../../parts/page.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { OperatedEndpoint } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const words = operateText;
/** More rows than that are for who looks for something. */
const shownMax = 200;

/** Each model at each upstream as the gateways' board of health sees it now. */
export function OperateEndpoints() {
  const endpoints = useQuery({
    queryKey: ['operator', 'endpoints'],
    queryFn: () => askData<readonly OperatedEndpoint[]>('/api/v1/operator/endpoints'),
    refetchInterval: 5_000,
  });
  return (
    <OperateFrame title={words.endpointsTitle}>
      <Answer of={endpoints}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={words.noUpstreams} words={words.noUpstreamsHint} code={words.addCode} />
          ) : (
            <Found of={all} />
          )
        }
      </Answer>
    </OperateFrame>
  );
}

function Found({ of: all }: { readonly of: readonly OperatedEndpoint[] }) {
  const [sought, setSought] = useState('');
  const found = all.filter(({ id, provider, region }) => `${id} ${provider} ${region}`.includes(sought.trim()));
  const working = all.filter((each) => stateOf(each).kind === 'is-fine').length;
  return (
    <>
      <Figures of={[[text.models.working, count(working), text.models.of(all.length)]]} />
      <div className="mb-4 max-w-xs">
        <Field
          label={text.models.find}
          type="search"
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
      </div>
      {found.length === 0 ? (
        <p role="status">{text.models.nothing(sought)}</p>
      ) : (
        <Table
          label={words.endpointsTitle}
          heads={[text.models.endpoint, text.models.state, text.models.type, text.models.region]}
          numbers={[text.models.wait, words.speed]}
        >
          {found.slice(0, shownMax).map((each) => (
            <tr key={each.id}>
              <th scope="row" className="id font-normal">
                {each.id}
              </th>
              <td>
                <span className={`state ${stateOf(each).kind}`}>{stateOf(each).says}</span>
              </td>
              <td>
                <span className="tag">{each.type.replaceAll('_', ' ')}</span>
              </td>
              <td>{each.region}</td>
              <td className="number">{milliseconds(each.first_content_ms)}</td>
              <td className="number">
                {each.tokens_per_second === null ? text.none : words.perSecond(count(each.tokens_per_second))}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {found.length > shownMax ? <p className="mt-3 text-quiet">{words.more(found.length - shownMax)}</p> : null}
    </>
  );
}

function stateOf({ refused, out_until: until }: OperatedEndpoint) {
  const now = Date.now();
  if (refused !== null) return { kind: 'is-warn', says: words.notAccepted } as const;
  if (until !== null && until > now) {
    return { kind: 'is-stop', says: words.outUntil(moment(new Date(until).toISOString(), now)) } as const;
  }
  return { kind: 'is-fine', says: text.models.works } as const;
}
