import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { canOperate } from '#console/contract/permissions.ts';
import { ask } from '../api.ts';
import { workspaceChoice } from '../early.ts';
import { links, outside } from '../links.ts';
import { NoticeBanner } from '../notices/notice-banner.tsx';
import { useHere, useMe } from '../session.ts';
import { text } from '../text/english.ts';
import { FirstWorkspace } from './first-workspace.tsx';
import { Mark } from './mark.tsx';

const places = [
  'overview',
  'playground',
  'keys',
  'activity',
  'models',
  'routing',
  'wallet',
  'team',
  'changes',
  'support',
  'privacy',
  'inspections',
  'notifications',
  'settings',
] as const;

/** What stands around every page: where one is, in which workspace, and where else to go. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [isOpen, setOpen] = useState(false);
  const isOperator = canOperate(useMe()?.operator_roles ?? [], 'operate.read');
  const here = useHere();
  // Whoever operates, or looks at what is his own, needs none.
  const isOwn = [links.settings, links.support, links.operate, links.privacy].some((own) => path.includes(own));
  const needsWorkspace = useMe() !== undefined && here === undefined && !isOwn;
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is a new place to read from its top.
  useEffect(() => {
    setOpen(false);
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus();
  }, [path]);
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1360px] flex-col md:flex-row">
      <a href="#main" className="absolute -left-[999px] z-10 rounded-md bg-raised px-4 py-2 focus:top-2 focus:left-2">
        {text.skip}
      </a>
      <header className="shrink-0 border-line px-4 py-3 max-md:border-b md:sticky md:top-0 md:h-dvh md:w-56 md:overflow-y-auto md:border-r md:py-5">
        <div className="flex items-center justify-between">
          <a href="/" className="inline-flex items-center gap-2 text-lg font-semibold text-ink no-underline md:px-2.5">
            <Mark /> {text.product}
          </a>
          <button
            type="button"
            className="button md:hidden"
            aria-expanded={isOpen}
            aria-controls="places"
            onClick={() => setOpen(!isOpen)}
          >
            {text.menu}
          </button>
        </div>
        <div id="places" className={isOpen ? 'mt-3' : 'mt-5 max-md:hidden'}>
          <WorkspaceChoice />
          <nav aria-label={text.menu}>
            <ul className="grid gap-0.5">
              {(isOperator ? [...places, 'operate' as const] : places).map((name) => (
                <li key={name}>
                  <Link to={links[name]} className="nav-link" activeOptions={{ exact: name === 'overview' }}>
                    {text.nav[name]}
                  </Link>
                </li>
              ))}
              <li>
                <a href={outside.docs} className="nav-link">
                  {text.docs}
                </a>
              </li>
            </ul>
          </nav>
          <Person />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none md:px-10 md:py-8">
        <NoticeBanner />
        {needsWorkspace ? <FirstWorkspace /> : <Outlet />}
      </main>
    </div>
  );
}

function WorkspaceChoice() {
  const me = useMe();
  const here = useHere();
  const queries = useQueryClient();
  if (!me || !here) return null;
  return (
    <div className="mb-4 md:px-2.5">
      <label htmlFor="workspace" className="text-xs text-quiet">
        {text.workspace}
      </label>
      <select
        id="workspace"
        className="input mt-1"
        value={here.id}
        onChange={({ target }) => {
          workspaceChoice.set(target.value);
          void queries.resetQueries();
        }}
      >
        {me.workspaces.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Person() {
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  if (!me) return null;
  const leave = async () => {
    await ask('/api/auth/sign-out', { method: 'POST', body: {} });
    queries.clear();
    await navigate({ to: links.signIn });
  };
  return (
    <div className="mt-6 border-t border-line pt-4 text-sm md:px-2.5">
      <p className="truncate" title={me.person.email}>
        {me.person.name || me.person.email}
      </p>
      <button type="button" className="button mt-2" onClick={() => void leave()}>
        {text.signOut}
      </button>
    </div>
  );
}
