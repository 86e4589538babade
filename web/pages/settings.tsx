import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { count, money } from '../format.ts';
import { outside } from '../links.ts';
import { OwnAddress } from '../parts/own-address.tsx';
import { OwnLog } from '../parts/own-log.tsx';
import { CodeLine, Heading, Moment, Page, Scroll } from '../parts/page.tsx';
import { Passkeys } from '../parts/passkeys.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { Rename } from '../parts/rename.tsx';
import { SecondFactor } from '../parts/second-factor.tsx';
import { SignIns } from '../parts/sign-ins.tsx';
import { useSend } from '../parts/use-send.ts';
import { useHere, useMe } from '../session.ts';
import type { Limit, Session } from '../shapes.ts';
import { text } from '../text/english.ts';

/** What is known of the person, and what the workspace may use. */
export function Settings() {
  const me = useMe();
  const here = useHere();
  const mayRename = useCan('workspace.rename');
  const limits = useQuery({ queryKey: ['limits'], queryFn: () => askData<readonly Limit[]>('/api/v1/limits') });
  if (!me) return null;
  const { person, workspaces, operator_roles: held } = me;
  const facts: readonly (readonly [string, string])[] = [
    [
      text.settings.workspaces,
      workspaces.map(({ name, role }) => `${name} (${text.team.roles[role] ?? role})`).join(', '),
    ],
    [text.settings.operator, held.length === 0 ? text.settings.noOperator : held.join(', ')],
  ];
  return (
    <Page title={text.settings.title}>
      <dl className="grid max-w-3xl grid-cols-[minmax(0,14rem)_1fr] gap-x-4 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="font-normal text-quiet">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-6 grid gap-4">
        <Rename label={text.settings.name} button={text.settings.rename} now={person.name} path="/api/v1/me" />
        {here ? (
          <Rename
            key={here.id}
            label={text.settings.workspaceName}
            button={text.settings.renameWorkspace}
            now={here.name}
            path="/api/v1/workspace"
            mayNot={mayRename ? undefined : text.settings.mayNotRename}
          />
        ) : null}
      </div>
      <OwnAddress />
      <Passkeys />
      <SignIns />
      <SecondFactor />
      <Sessions />
      <OwnLog />
      <Heading>{text.settings.privacy}</Heading>
      <p className="max-w-2xl">{text.settings.privacyText}</p>
      <p className="mt-1">
        <a href={outside.privacy}>{text.settings.policy}</a> · <a href={outside.trust}>{text.settings.promises}</a>
      </p>
      <Heading>{text.settings.limits}</Heading>
      <Answer of={limits}>
        {(all) =>
          all.length === 0 ? (
            <>
              <p className="text-quiet">{text.settings.noLimits}</p>
              <CodeLine
                code={`bin/fairlead limit set --workspace ${here?.name ?? 'default'} --requests 1000 --reset daily`}
              />
            </>
          ) : (
            <LimitTable of={all} />
          )
        }
      </Answer>
    </Page>
  );
}

function LimitTable({ of: limits }: { readonly of: readonly Limit[] }) {
  return (
    <Scroll label={text.settings.limits}>
      <table className="table max-w-3xl">
        <thead>
          <tr>
            {[text.settings.scope, text.settings.limit, text.settings.reset].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {limits.map(({ id, key, model, unit, limit, reset }) => (
            <tr key={id}>
              <th scope="row" className="font-normal">
                {key === null ? text.settings.whole : text.settings.oneKey}
                {model === null ? '' : ` · ${model}`}
              </th>
              <td>{unit === 'usd' ? money(String(limit)) : `${count(Number(limit))} ${unit}`}</td>
              <td>{reset}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The own sessions: whatever is not known is ended here. */
function Sessions() {
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => askData<readonly Session[]>('/api/v1/sessions') });
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const end = (path: string) =>
    send(async () => {
      await ask(path, { method: 'DELETE' });
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    });
  return (
    <section>
      <Heading>{text.settings.sessions}</Heading>
      <Refusal error={error} />
      <Answer of={sessions}>
        {(all) => (
          <>
            <ul className="grid max-w-3xl gap-2">
              {all.map(({ id, device, current, used_at: used }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
                  <span className="font-semibold">{device}</span>
                  <span className="text-quiet">
                    {text.settings.used} <Moment at={used} />
                  </span>
                  {current ? (
                    <span className="tag">{text.settings.thisOne}</span>
                  ) : (
                    <button
                      type="button"
                      className="button"
                      disabled={isWorking}
                      aria-label={`${text.settings.end}: ${device}`}
                      onClick={() => void end(`/api/v1/sessions/${id}`)}
                    >
                      {text.settings.end}
                    </button>
                  )}
                </li>
              ))}
            </ul>
            {all.length > 1 ? (
              <button
                type="button"
                className="button mt-3"
                disabled={isWorking}
                onClick={() => void end('/api/v1/sessions')}
              >
                {text.settings.endOthers}
              </button>
            ) : null}
          </>
        )}
      </Answer>
    </section>
  );
}
