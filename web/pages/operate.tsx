import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { count } from '../format.ts';
import { Field } from '../parts/field.tsx';
import { Heads } from '../parts/heads.tsx';
import { Figures, Heading, Page, Scroll } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import type { MarkupRule, OperatedUpstream, OperatedWorkspace } from '../shapes.ts';
import { text } from '../text/english.ts';

const operator = '/api/v1/operator';

/** What concerns everybody: workspaces, upstreams, what is put on top of prices, and whether the books are right. */
export function Operate() {
  const workspaces = useQuery({
    queryKey: ['operator', 'workspaces'],
    queryFn: () => askData<readonly OperatedWorkspace[]>(`${operator}/workspaces`),
  });
  const upstreams = useQuery({
    queryKey: ['operator', 'upstreams'],
    queryFn: () => askData<readonly OperatedUpstream[]>(`${operator}/upstreams`),
    refetchInterval: 10_000,
  });
  const books = useQuery({
    queryKey: ['operator', 'books'],
    queryFn: () => askData<{ readonly ok: boolean; readonly transfers: number }>(`${operator}/ledger/check`),
  });
  const out = upstreams.data?.flatMap((each) => each.endpoints_out).length;
  return (
    <Page title={text.operate.title}>
      <Figures
        of={[
          [text.operate.workspaces, count(workspaces.data?.length ?? null)],
          [text.operate.endpointsOut, count(out ?? null)],
          [
            text.operate.books,
            books.data ? (books.data.ok ? text.operate.right : text.operate.wrong) : text.none,
            books.data ? text.operate.transfers(count(books.data.transfers)) : null,
          ],
        ]}
      />
      <Heading>{text.operate.workspaces}</Heading>
      <Answer of={workspaces}>{(all) => <WorkspaceTable of={all} />}</Answer>
      <Heading>{text.operate.upstreams}</Heading>
      <Answer of={upstreams}>{(all) => <UpstreamTable of={all} />}</Answer>
      <Markup />
    </Page>
  );
}

function WorkspaceTable({ of: workspaces }: { readonly of: readonly OperatedWorkspace[] }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<OperatedWorkspace>();
  const close = () => {
    setAsked(undefined);
    void queries.invalidateQueries({ queryKey: ['operator', 'workspaces'] });
  };
  return (
    <Scroll label={text.operate.workspaces}>
      <table className="table max-w-4xl">
        <thead>
          <tr>
            <th scope="col">{text.team.name}</th>
            <th scope="col" className="number">
              {text.team.members}
            </th>
            <th scope="col">{text.keys.state}</th>
            <th scope="col">{text.keys.actions}</th>
          </tr>
        </thead>
        <tbody>
          {workspaces.map((each) => (
            <tr key={each.id}>
              <th scope="row">
                {each.name}
                <span className="id block text-xs font-normal text-quiet">{each.id}</span>
              </th>
              <td className="number">{count(each.members)}</td>
              <td>
                <span className={`state ${each.frozen ? 'is-stop' : 'is-fine'}`}>
                  {each.frozen ? text.operate.frozen : text.keys.works}
                </span>
              </td>
              <td>
                <button
                  type="button"
                  className="button"
                  aria-label={`${each.frozen ? text.operate.unfreeze : text.operate.freeze}: ${each.name}`}
                  onClick={() => setAsked(each)}
                >
                  {each.frozen ? text.operate.unfreeze : text.operate.freeze}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked ? <Freeze of={asked} onClose={close} /> : null}
    </Scroll>
  );
}

function Freeze({
  of: { id, name, frozen },
  onClose,
}: {
  readonly of: OperatedWorkspace;
  readonly onClose: () => void;
}) {
  const verb = frozen ? 'unfreeze' : 'freeze';
  return (
    <Popup title={frozen ? text.operate.unfreezeTitle(name) : text.operate.freezeTitle(name)} isOpen onClose={onClose}>
      <Proved
        isDangerous={!frozen}
        button={frozen ? text.operate.unfreezeDo : text.operate.freezeDo}
        onClose={onClose}
        work={() => ask(`${operator}/workspaces/${id}/${verb}`, { method: 'POST', body: {} })}
      >
        <p>{frozen ? text.operate.unfreezeText : text.operate.freezeText}</p>
      </Proved>
    </Popup>
  );
}

function UpstreamTable({ of: upstreams }: { readonly of: readonly OperatedUpstream[] }) {
  const heads = [text.operate.upstream, text.models.state, text.models.type, text.models.region];
  return (
    <Scroll label={text.operate.upstreams}>
      <table className="table max-w-4xl">
        <thead>
          <tr>
            <Heads of={heads} />
            <th scope="col" className="number">
              {text.operate.endpoints}
            </th>
          </tr>
        </thead>
        <tbody>
          {upstreams.map(({ name, provider, enabled, type, region, endpoints, endpoints_out: out }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span className="font-normal text-quiet">{provider}</span>
              </th>
              <td>
                <span className={`state ${!enabled ? 'is-warn' : out.length > 0 ? 'is-stop' : 'is-fine'}`}>
                  {!enabled ? text.keys.disabled : out.length > 0 ? text.operate.out(out.length) : text.models.works}
                </span>
              </td>
              <td>
                <span className="tag">{type.replaceAll('_', ' ')}</span>
              </td>
              <td>{region}</td>
              <td className="number">{count(endpoints)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What customers pay on top of what endpoints cost. */
function Markup() {
  const rules = useQuery({
    queryKey: ['operator', 'markup'],
    queryFn: () => askData<readonly MarkupRule[]>(`${operator}/markup`),
  });
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
      <Heading>{text.operate.markup}</Heading>
      <Answer of={rules}>
        {(all) =>
          all.length === 0 ? (
            <p className="mb-3 text-quiet">{text.operate.noMarkup}</p>
          ) : (
            <ul className="mb-3 grid max-w-4xl gap-1">
              {all.map((rule) => (
                <li key={`${rule.model} ${rule.seller} ${rule.workspace}`}>
                  <b>{rule.percent} %</b>{' '}
                  {[rule.model, rule.seller, rule.workspace].filter(Boolean).join(' · ') || text.operate.everybody}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {text.operate.setMarkup}
      </button>
      {isOpen ? (
        <Popup title={text.operate.setMarkup} isOpen onClose={close}>
          <Proved
            button={text.operate.setMarkupDo}
            onClose={close}
            work={() =>
              ask(`${operator}/markup`, { method: 'POST', body: { percent, ...(model === '' ? {} : { model }) } })
            }
          >
            <Field
              label={text.operate.percent}
              inputMode="decimal"
              required
              value={percent}
              onChange={({ target }) => setPercent(target.value)}
            />
            <Field
              label={text.activity.model}
              hint={text.operate.modelHint}
              value={model}
              onChange={({ target }) => setModel(target.value)}
            />
          </Proved>
        </Popup>
      ) : null}
    </section>
  );
}
