import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { ask } from '../api.ts';
import { count, milliseconds } from '../format.ts';
import { links } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Heads } from '../parts/heads.tsx';
import { Empty, Figures, Page, Scroll } from '../parts/page.tsx';
import { Answer } from '../parts/query-state.tsx';
import type { Endpoint, Model } from '../shapes.ts';
import { text } from '../text/english.ts';

const exampleUpstream = `upstreams:
  openai:
    base_url: https://api.openai.com/v1
    api_key: \${OPENAI_API_KEY}
    models:
      gpt-5-mini: { as: openai/gpt-5-mini }`;

/** What can be asked, and who would answer. */
export function Models() {
  const offer = useQuery({
    queryKey: ['offer'],
    queryFn: () => ask<{ readonly models: readonly Model[] }>('/models.json'),
  });
  return (
    <Page title={text.models.title}>
      <Answer of={offer}>
        {({ models }) =>
          models.length === 0 ? (
            <Empty title={text.models.title} words={text.models.empty} code={exampleUpstream} />
          ) : (
            <Offer of={models} />
          )
        }
      </Answer>
    </Page>
  );
}

function Offer({ of: models }: { readonly of: readonly Model[] }) {
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words.trim().toLowerCase());
  const endpoints = models.flatMap((model) => model.endpoints.map((endpoint) => ({ model, endpoint })));
  const shown = endpoints.filter(({ endpoint: { id, provider, region, type } }) =>
    `${id} ${provider} ${region} ${type}`.toLowerCase().includes(asked),
  );
  const working = endpoints.filter(({ endpoint }) => !isOut(endpoint)).length;
  return (
    <>
      <Figures
        of={[
          [text.models.models, count(models.length)],
          [text.models.working, count(working), text.models.of(endpoints.length)],
        ]}
      />
      <div className="mb-4 max-w-xs">
        <Field label={text.models.find} type="search" value={words} onChange={({ target }) => setWords(target.value)} />
      </div>
      {shown.length === 0 ? <p role="status">{text.models.nothing(words)}</p> : <EndpointTable rows={shown} />}
      <p className="mt-3 text-xs text-quiet">{text.models.per}</p>
    </>
  );
}

function EndpointTable({ rows }: { readonly rows: readonly { readonly model: Model; readonly endpoint: Endpoint }[] }) {
  const heads = [text.models.endpoint, text.models.state, text.models.type, text.models.region, text.models.data];
  const numbers = [text.models.input, text.models.output, text.models.wait];
  return (
    <Scroll label={text.models.title}>
      <table className="table">
        <thead>
          <tr>
            <Heads of={heads} />
            <Heads of={numbers} isNumber />
            <th scope="col">{text.nav.playground}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ model, endpoint }) => (
            <tr key={endpoint.id}>
              <th scope="row" className="id font-normal">
                {endpoint.id}
              </th>
              <td>
                <span className={`state ${isOut(endpoint) ? 'is-stop' : 'is-fine'}`}>
                  {isOut(endpoint) ? text.models.out : text.models.works}
                </span>
              </td>
              <td>
                <span className="tag">{endpoint.type.replaceAll('_', ' ')}</span>
              </td>
              <td>{endpoint.region}</td>
              <td>{dataWords(endpoint)}</td>
              <td className="number">{price(endpoint.price.input)}</td>
              <td className="number">{price(endpoint.price.output)}</td>
              <td className="number">{milliseconds(endpoint.first_content_ms)}</td>
              <td>
                <Link to={links.playground} search={{ model: model.id }} aria-label={`${text.models.try} ${model.id}`}>
                  {text.models.try}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function isOut({ out_until: until }: Endpoint): boolean {
  return until !== null && until > Date.now();
}

function price(decimal: unknown): string {
  if (typeof decimal !== 'string') return text.none;
  const [whole, places = ''] = decimal.split('.');
  return `$${whole}.${places.padEnd(2, '0')}`;
}

function dataWords({ data: { retention_days: days, trains } }: Endpoint): string {
  const kept = days === 'unknown' ? text.models.daysUnknown : text.models.days(days);
  const trained =
    trains === 'unknown' ? text.models.trainsUnknown : trains ? text.models.trains : text.models.trainsNot;
  return `${kept}, ${trained}`;
}
