// What people see, rendered on the server; works without any script.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AccountApi } from '#console/account/account-api.ts';
import { CreditApi } from '#console/account/credit-api.ts';
import { InspectionApi } from '#console/account/inspection-api.ts';
import { NoticeApi } from '#console/account/notice-api.ts';
import { PrivacyApi } from '#console/account/privacy-api.ts';
import { ViewApi } from '#console/account/view-api.ts';
import { WebhookApi } from '#console/account/webhook-api.ts';
import { AgreementApi } from '#console/agreement/agreement-api.ts';
import { VisitBook } from '#console/analytics/visit-book.ts';
import type { RunCommand } from '#console/command-link.ts';
import { openApi } from '#console/contract/open-api.ts';
import { DeletionApi } from '#console/deletion/deletion-api.ts';
import type { LeakDesk } from '#console/leaks/leak-desk.ts';
import type { EvidenceShelf } from '#console/legal/evidence-shelf.ts';
import { LegalDesk } from '#console/legal/legal-desk.ts';
import { NoticeBoard } from '#console/legal/notice-board.ts';
import type { MailApi } from '#console/news/mail-api.ts';
import type { People } from '#console/people/people.ts';
import { publicUrlOf } from '#console/people/public-url.ts';
import { SiteDesk } from '#console/site/site-desk.ts';
import { accountRoutes } from './account-routes.ts';
import { agreementRoutes } from './agreement-routes.ts';
import { analyticsRoutes, countPages } from './analytics-routes.ts';
import { authRoutes } from './auth-routes.ts';
import { creditRoutes } from './credit-routes.ts';
import { dashboardPolicy, dashboardRoutes } from './dashboard.ts';
import { deletionRoutes } from './deletion-routes.ts';
import { type IdentityRoutes, identityRoutes } from './identity-routes.ts';
import { inspectionRoutes } from './inspection-routes.ts';
import { leakRoutes } from './leak-routes.ts';
import { legalRoutes } from './legal-pages.ts';
import { letterRoutes } from './letter-pages.ts';
import { logRoutes } from './log-routes.ts';
import { mailRoutes } from './mail-routes.ts';
import { noticePages } from './notice-pages.ts';
import { noticeRoutes } from './notice-routes.ts';
import { type OperatorRoutes, operatorRoutes } from './operator-routes.ts';
import { page } from './page.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { receiptPages } from './receipt-page.ts';
import { registerRoutes } from './register-pages.ts';
import { type Failed, requestIds } from './request-ids.ts';
import { type RightsRoutes, rightsRoutes } from './rights-routes.ts';
import { setupRoutes } from './setup-page.ts';
import { siteRoutes } from './site/site-routes.ts';
import { type TeamRoutes, teamRoutes } from './team-routes.ts';
import { viewRoutes } from './view-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { whoAsksRoutes } from './who-asks-pages.ts';
import { type WorkspaceRoutes, workspaceRoutes } from './workspace-routes.ts';

export type PeopleOptions = {
  readonly command: RunCommand;
  readonly account: AccountApi;
  readonly people: People;
  readonly team: TeamRoutes &
    OperatorRoutes &
    IdentityRoutes &
    WorkspaceRoutes &
    RightsRoutes & { readonly mail: MailApi; readonly leaks: LeakDesk };
  readonly evidence: EvidenceShelf;
  /** JSON Schema of the configuration file. */
  readonly configSchema: object;
  /** Told of what went wrong on our side; nobody, where it is left out. */
  readonly failed?: Failed;
};

const formBytesMax = 64 * 1024;

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Resolves when the private socket accepts. */
export async function servePeople(options: PeopleOptions & { readonly socketPath: string }): Promise<void> {
  const server = createAdaptorServer({ fetch: peopleApp(options).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socketPath, resolve);
  });
}

/** Everything that people and their programs may ask. */
export function peopleApp({
  command,
  account,
  people,
  team,
  evidence,
  configSchema,
  failed = () => {},
}: PeopleOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    if (context.req.path.startsWith('/console')) context.header('content-security-policy', dashboardPolicy);
  });
  app.use(requestIds(failed));
  app.use(bodyLimit({ maxSize: formBytesMax, onError: (context) => context.html(missingPage(), 413) }));
  const board = new NoticeBoard(command, Date.now);
  app.use(async (context, next) => {
    context.set('notices' as never, board as never);
    await next();
  });
  const visits = new VisitBook(command, Date.now);
  app.use(countPages(visits));
  app.route('/', analyticsRoutes(visits));
  app.get('/schema/config.json', (context) => context.json(configSchema));
  app.get('/openapi.json', (context) => context.json(openApi('1')));
  app.route('/setup', setupRoutes(command, people));
  app.route('/', authRoutes(people));
  app.route('/', letterRoutes(people, team));
  app.route('/', teamRoutes(team));
  app.route('/', identityRoutes(team, people));
  app.route('/', workspaceRoutes(team));
  app.route('/', privacyRoutes(team.door, new PrivacyApi(command)));
  app.route('/', rightsRoutes(team));
  const deletion = new DeletionApi({ command, people });
  app.route('/', deletionRoutes(team.door, deletion));
  app.route('/', receiptPages(deletion));
  app.route('/', whoAsksRoutes(team.desk));
  app.route('/', inspectionRoutes(team.door, new InspectionApi(command)));
  app.route('/', noticeRoutes(team.door, new NoticeApi(command)));
  app.route('/', agreementRoutes(team.door, new AgreementApi(command)));
  app.route('/', mailRoutes(team.door, team.mail));
  app.route('/', webhookRoutes(team.door, new WebhookApi(command)));
  app.route('/', operatorRoutes(team));
  app.route('/', leakRoutes(team.leaks));
  app.route('/', accountRoutes(account));
  app.route('/', logRoutes(command));
  const legal = new LegalDesk(command, evidence);
  app.route('/', legalRoutes(legal));
  app.route('/', registerRoutes(legal));
  app.route('/', noticePages(board, publicUrlOf(command, { configured: undefined, now: Date.now })));
  app.route('/', creditRoutes(account, new CreditApi(command)));
  app.route('/', viewRoutes(account, new ViewApi(command)));
  app.route('/', dashboardRoutes());
  app.route('/', siteRoutes(new SiteDesk(command, Date.now)));
  app.notFound((context) => context.html(missingPage(), 404));
  return app;
}
function missingPage() {
  return page('Nothing is here', ['There is nothing at this address. The start page is at /.']);
}
