// What people see, rendered on the server; works without any script.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AccountApi } from '#console/account/account-api.ts';
import { CreditApi } from '#console/account/credit-api.ts';
import type { RunCommand } from '#console/command-link.ts';
import { LegalDesk } from '#console/legal/legal-desk.ts';
import { accountRoutes } from './account-routes.ts';
import { creditRoutes } from './credit-routes.ts';
import { legalRoutes } from './legal-pages.ts';
import { logRoutes } from './log-routes.ts';
import { page, styleSheet } from './page.ts';
import { setupRoutes } from './setup-page.ts';

export type PeopleOptions = {
  readonly socketPath: string;
  readonly command: RunCommand;
  readonly account: AccountApi;
  /** JSON Schema of the configuration file. */
  readonly configSchema: object;
};

const formBytesMax = 64 * 1024;

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Resolves when the private socket accepts. */
export async function servePeople({ socketPath, command, account, configSchema }: PeopleOptions): Promise<void> {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
  });
  app.use(bodyLimit({ maxSize: formBytesMax, onError: (context) => context.html(missingPage(), 413) }));
  app.get('/', (context) => context.html(homePage()));
  app.get('/style.css', (context) => context.body(styleSheet, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/schema/config.json', (context) => context.json(configSchema));
  app.route('/setup', setupRoutes(command));
  app.route('/', accountRoutes(account));
  app.route('/', logRoutes(command));
  app.route('/', legalRoutes(new LegalDesk(command)));
  app.route('/', creditRoutes(account, new CreditApi(command)));
  app.notFound((context) => context.html(missingPage(), 404));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
}

function homePage() {
  return page('Fairlead', [
    'This is a Fairlead: one API to many AI models.',
    'Programs call POST /v1/chat/completions with a key; GET /v1/models lists the models.',
    'What happens to data stands at /privacy; what keeps each promise of it, at /trust; who else gets data, at /subprocessors.',
  ]);
}

function missingPage() {
  return page('Nothing is here', ['There is nothing at this address. The start page is at /.']);
}
