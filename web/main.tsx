import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  redirect,
} from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiFault } from './api.ts';
import './console.css';
import { workspaceChoice } from './early.ts';
import { links } from './links.ts';
import { Overview, overviewQueries } from './pages/overview.tsx';
import { SignIn, SignUp } from './pages/sign.tsx';
import { NothingHere, RouteFault } from './parts/route-fault.tsx';
import { Shell } from './parts/shell.tsx';
import { meQuery, remember } from './session.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused once is refused again: only an answer that did not come is asked for once more.
      retry: (failures, error) =>
        failures < 1 && error instanceof ApiFault && (error.status === 0 || error.status === 503),
    },
  },
});

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NothingHere,
});

/** All that somebody sees who is signed in; whoever is not is led to the door first. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      remember(await context.queries.ensureQueryData(meQuery));
    } catch (thrown) {
      if (!(thrown instanceof ApiFault) || thrown.status !== 401) throw thrown;
      throw redirect({ to: links.signIn, search: { next: location.href } });
    }
  },
});

const page = <const Path extends string>(path: Path, load: Parameters<typeof lazyRouteComponent>[0], name: string) =>
  createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load, name) });

const door = <const Path extends string>(path: Path, component: typeof SignIn) =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: (
      search: Readonly<Record<string, unknown>>,
    ): { readonly next?: string; readonly step?: 'code'; readonly refused?: string } => ({
      ...(search.step === 'code' ? { step: 'code' } : {}),
      ...(typeof search.refused === 'string' ? { refused: search.refused } : {}),
      // Only our own pages: whoever made the link may not send people elsewhere.
      ...(typeof search.next === 'string' && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {}),
    }),
    component,
  });

const routes = root.addChildren([
  inside.addChildren([
    createRoute({ getParentRoute: () => inside, path: links.overview, component: Overview }),
    page(links.keys, () => import('./pages/keys.tsx'), 'Keys'),
    page(links.activity, () => import('./pages/activity.tsx'), 'Activity'),
    page(links.generation, () => import('./pages/generation.tsx'), 'Generation'),
    page(links.models, () => import('./pages/models.tsx'), 'Models'),
    page(links.playground, () => import('./pages/playground.tsx'), 'Playground'),
    page(links.routing, () => import('./pages/routing.tsx'), 'Routing'),
    page(links.changes, () => import('./pages/changes.tsx'), 'Changes'),
    page(links.support, () => import('./pages/support.tsx'), 'Support'),
    page(links.wallet, () => import('./pages/wallet.tsx'), 'Wallet'),
    page(links.team, () => import('./pages/team.tsx'), 'Team'),
    page(links.inspections, () => import('./pages/inspections.tsx'), 'Inspections'),
    page(links.privacy, () => import('./pages/privacy.tsx'), 'Privacy'),
    page(links.notifications, () => import('./pages/notifications.tsx'), 'Notifications'),
    page(links.operate, () => import('./pages/operate.tsx'), 'Operate'),
    page(links.operateUpstreams, () => import('./pages/operate/upstreams.tsx'), 'OperateUpstreams'),
    page(links.operateEndpoints, () => import('./pages/operate/endpoints.tsx'), 'OperateEndpoints'),
    page(links.operatePrices, () => import('./pages/operate/prices.tsx'), 'OperatePrices'),
    page(links.operateWalletRule, () => import('./pages/operate/wallet-rule.tsx'), 'OperateWalletRule'),
    page(links.operateLedger, () => import('./pages/operate/ledger.tsx'), 'OperateLedger'),
    page(links.operateAbuse, () => import('./pages/operate/abuse.tsx'), 'OperateAbuse'),
    page(links.operateJobs, () => import('./pages/operate/jobs.tsx'), 'OperateJobs'),
    page(links.operateOutbox, () => import('./pages/operate/outbox.tsx'), 'OperateOutbox'),
    page(links.operateAudit, () => import('./pages/operate/audit.tsx'), 'OperateAudit'),
    page(links.operateDesk, () => import('./pages/operate/desk.tsx'), 'OperateDesk'),
    page(links.operateRoles, () => import('./pages/operate/roles.tsx'), 'OperateRoles'),
    page(links.settings, () => import('./pages/settings.tsx'), 'Settings'),
  ]),
  door(links.signIn, SignIn),
  door(links.signUp, SignUp),
]);

const router = createRouter({
  routeTree: routes,
  basepath: '/console',
  context: { queries },
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFault,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

// What the first page needs is asked for beside the question who is signed in, not after its answer.
const first: readonly { readonly routeId: keyof typeof router.routesById }[] = router.matchRoutes(
  router.latestLocation,
);
for (const { routeId } of first) {
  const route = router.routesById[routeId];
  if (route) router.loadRouteChunk(route)?.catch(() => {});
}

if (workspaceChoice.get() !== null && first.some(({ routeId }) => routeId === '/inside/')) {
  for (const query of Object.values(overviewQueries)) void queries.prefetchQuery<unknown>(query);
}

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
