import { type Context, Hono } from 'hono';
import {
  type LegalDesk,
  type ProcessingRecord,
  saleRegister,
  type Transfer,
  type Transparency,
} from '#console/legal/legal-desk.ts';
import { answerPage, both } from './answer-page.ts';
import { page } from './page.ts';
import { type Cell, scrollTable } from './site/parts.ts';

/** Registers that anybody may read: what data is processed for, where it goes, to whom it is sold. */
export function registerRoutes(desk: LegalDesk): Hono {
  const app = new Hono();
  both(app, '/legal/processing', { look: () => desk.processing(), render: processingPage });
  both(app, '/legal/transfers', { look: () => desk.transfers(), render: transfersPage });
  both(app, '/legal/sales', { look: async () => ({ sales: saleRegister, honours_gpc: true }), render: salesPage });
  both(app, '/legal/transparency', { look: () => desk.transparency(), render: transparencyPage });
  app.post('/privacy/requests', async (context) => {
    const asked: unknown = await context.req.json().catch(() => undefined);
    if (typeof asked !== 'object' || asked === null) return refuse(context, 'Send JSON with kind, contact and text.');
    const outcome = await desk.takeRequest(asked);
    if ('refused' in outcome) return refuse(context, outcome.refused);
    return context.json(outcome.value as object, 201);
  });
  app.get('/privacy/requests/:id{pc[A-Za-z0-9_-]+}', async (context) =>
    answerPage(context, await desk.requestStatus(context.req.param('id')), undefined),
  );
  // Global Privacy Control: there is nothing to opt out of, and that holds for everybody.
  app.get('/.well-known/gpc.json', (context) => context.json({ gpc: true, lastUpdate: '2026-11-30' }));
  return app;
}

function refuse(context: Context, message: string): Response {
  return context.json({ error: { code: 400, message } }, 400);
}

function transparencyPage({ since, counts }: Transparency): ReturnType<typeof page> {
  const table = scrollTable(
    'Counts',
    ['Register', 'What', 'Ended', 'How many'],
    counts.map((each): readonly Cell[] => [
      { head: each.register },
      each.kind,
      each.outcome ?? 'open',
      String(each.count),
    ]),
  );
  return page(
    'Transparency',
    [
      `What people and authorities asked, and incidents, since ${since}.`,
      ...(counts.length === 0 ? ['None.'] : [table]),
    ],
    { path: '/legal/transparency', twin: '/legal/transparency.json', about: 'How often people and authorities asked.' },
  );
}

function processingPage(records: readonly ProcessingRecord[]): ReturnType<typeof page> {
  const table = scrollTable(
    'Activities',
    ['Activity', 'Purpose', 'Basis', 'Stages and jobs', 'Data', 'Kept'],
    records.map((each): readonly Cell[] => [
      { head: each.activity },
      each.purpose,
      each.basis,
      [...each.stages, ...each.jobs].join(', ') || '–',
      each.categories.join(', ') || '–',
      each.retention.join(', ') || '–',
    ]),
  );
  return page(
    'Register of processing',
    ['What data is processed for. Prompts and answers pass through the stages named here and are kept by none.', table],
    {
      path: '/legal/processing',
      twin: '/legal/processing.json',
      about: 'What data is processed for, and on which basis.',
    },
  );
}

function transfersPage(rows: readonly Transfer[]): ReturnType<typeof page> {
  const table = scrollTable(
    'Transfers',
    ['Who', 'Serves in', 'Keeps in', 'Leaves the EEA', 'Basis'],
    rows.map((each): readonly Cell[] => [
      { head: `${each.provider} (${each.name})` },
      each.serving,
      each.storage,
      each.leaves_economic_area ? 'yes, or nobody knows' : 'no',
      each.basis,
    ]),
  );
  return page(
    'Transfers',
    [
      'Where data goes, as seen from the European Economic Area. The list is what is configured now.',
      ...(rows.length === 0 ? [] : [table]),
    ],
    { path: '/legal/transfers', twin: '/legal/transfers.json', about: 'Where data goes, and on which ground.' },
  );
}

function salesPage(): ReturnType<typeof page> {
  return page(
    'Sales of personal data',
    ['None. Nothing is sold, and nothing is shared for advertising; Global Privacy Control is honoured for everybody.'],
    { path: '/legal/sales', twin: '/legal/sales.json', about: 'Personal data is not sold.' },
  );
}
