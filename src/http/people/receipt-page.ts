import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { DeletionApi } from '#console/deletion/deletion-api.ts';
import { type Part, page } from './page.ts';

type Step = { readonly step: string; readonly rows: number; readonly verified_at: string | null };
type Kept = {
  readonly what: string;
  readonly rows: number | null;
  readonly why: string;
  readonly until: string | null;
};

type Shown = {
  readonly kind: 'person' | 'workspace';
  readonly state: string;
  readonly asked_at: string;
  readonly purge_from: string;
  readonly gone_by: string;
  readonly waits: string | null;
  readonly receipt: {
    readonly gone_at: string;
    readonly pseudonym: string;
    readonly went: readonly Step[];
    readonly kept: readonly Kept[];
    readonly facts: Readonly<Record<string, string>>;
  } | null;
};

/** `/privacy/deletions/ID`: for whoever has the id of a deletion, which nobody can guess; to read and to print. */
export function receiptPages(deletion: DeletionApi): Hono {
  const app = new Hono();
  app.get('/privacy/deletions/:id', async (context) => await show(context, deletion));
  return app;
}

async function show(context: Context, deletion: DeletionApi): Promise<Response> {
  const id = context.req.param('id') ?? '';
  context.header('cache-control', 'no-store');
  const { status, body } = await deletion.status(id);
  if (status === 404) return context.html(page('No such deletion', [unknown]), 404);
  if (status !== 200)
    return context.html(page('Not just now', ['This cannot be shown just now. Try again shortly.']), 503);
  // The keeper's command gives this.
  const { data } = body as { readonly data: Shown };
  const title = data.receipt ? 'Deletion receipt' : 'Deletion';
  const twin = `/api/v1/privacy/deletions/${encodeURIComponent(id)}`;
  return context.html(page(title, [html`<p class="id">${id}</p>`, ...partsOf(data)], { twin }));
}

const unknown = 'There is no deletion with this number. Receipts can be read for a year.';

function partsOf(shown: Shown): readonly Part[] {
  const { kind, state, receipt, asked_at: asked, purge_from: from, gone_by: by, waits } = shown;
  const whose = kind === 'person' ? 'account' : 'workspace';
  if (!receipt) {
    if (state === 'cancelled') return [`The deletion of this ${whose}, asked for on ${dayOf(asked)}, was taken back.`];
    return [
      `The deletion of this ${whose} was asked for on ${dayOf(asked)}. It begins on ${dayOf(from)} and is over by ${dayOf(by)}.`,
      ...(waits === null ? [] : [`It waits for: ${waits.replaceAll('-', ' ')}.`]),
    ];
  }
  const { went, kept, facts, pseudonym, gone_at: gone } = receipt;
  return [
    `The deletion of this ${whose} was asked for on ${dayOf(asked)} and was over on ${dayOf(gone)}. What stays names it as ${pseudonym}, which leads to nobody.`,
    html`<h2>What went</h2>`,
    table(
      ['What', 'Rows', 'Looked at again'],
      went.map(({ step, rows, verified_at: at }) => [wordsOf(step), String(rows), at === null ? '–' : instantOf(at)]),
    ),
    html`<h2>What stays, and why</h2>`,
    table(
      ['What', 'Rows', 'Until', 'Why'],
      kept.map(({ what, rows, until, why }) => [wordsOf(what), rows === null ? '–' : String(rows), until ?? '–', why]),
    ),
    ...(Object.keys(facts).length === 0
      ? []
      : [
          html`<h2>Besides</h2>`,
          table(
            ['What', 'How much'],
            Object.entries(facts).map(([name, value]) => [wordsOf(name), value]),
          ),
        ]),
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Part {
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** `main:webhook_delivery` → `webhook delivery`. */
function wordsOf(name: string): string {
  return name.replace(/^[a-z]+:/, '').replaceAll(/[_-]/g, ' ');
}

function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

function instantOf(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
