import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type {
  KeptData,
  LegalDesk,
  PolicyView,
  Shown,
  ShownSentence,
  SubProcessor,
  TrustView,
} from '#console/legal/legal-desk.ts';
import { page } from './page.ts';

type Part = Parameters<typeof page>[1][number];

/** Public pages about privacy, each with a twin in JSON at the same address and `.json`. No script, no foreign request. */
export function legalRoutes(desk: LegalDesk): Hono {
  const app = new Hono();
  both(app, '/privacy', () => desk.policy(), policyPage);
  both(app, '/trust', () => desk.trust(), trustPage);
  both(app, '/subprocessors', () => desk.subProcessors(), subProcessorsPage);
  app.get('/legal', (context) => context.redirect('/privacy'));
  app.get('/legal/privacy/:version', async (context) => {
    const [, version, json] = /^(\d{1,6})(\.json)?$/.exec(context.req.param('version')) ?? [];
    if (version === undefined) return context.notFound();
    return await answer(context, await desk.policy(Number(version)), json === undefined ? policyPage : undefined);
  });
  return app;
}

function both<View extends object>(
  app: Hono,
  path: string,
  look: () => Promise<Shown<View>>,
  render: (view: View) => ReturnType<typeof page>,
): void {
  app.get(path, async (context) => await answer(context, await look(), render));
  app.get(`${path}.json`, async (context) => await answer(context, await look(), undefined));
}

/** Readers ask again whether it is still the same, and mostly it is. */
async function answer<View extends object>(
  context: Context,
  view: Shown<View>,
  render: ((view: View) => ReturnType<typeof page>) | undefined,
): Promise<Response> {
  if (view === undefined) return await context.notFound();
  if (typeof view === 'string') return context.text(view, 503, { 'retry-after': '2' });
  const body = render ? String(await render(view)) : `${JSON.stringify(view)}\n`;
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const headers = {
    ...Object.fromEntries(context.res.headers),
    'content-type': render ? 'text/html; charset=utf-8' : 'application/json',
    'cache-control': 'no-cache',
    etag: tag,
  };
  const isKnown =
    context.req
      .header('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(tag) === true;
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
}

function policyPage(view: PolicyView): ReturnType<typeof page> {
  const { operator, version, effective, hash, profile } = view;
  const warning = html`<p class="stop" role="status">Nobody has said yet how to reach ${operator}: the operator sets policy.contact.</p>`;
  return page('Privacy policy', [
    html`<p><b>Version ${version}</b>, in force from ${effective}, of ${operator}. Each sentence names the promises that it
makes; <a href="/trust">what keeps them</a>. Where the software does not, or not yet in full, it says so beside: there ${operator}
alone stands for it.</p>`,
    ...(view.has_contact ? [] : [warning]),
    ...view.sections.map(
      ({ heading, sentences }) => html`<h2>${heading}</h2>
${sentences.map(sentenceOf)}`,
    ),
    keptTable(view.kept),
    ...(view.changes.length === 0 ? [] : [changesOf(view)]),
    html`<h2>Versions</h2><ul>${view.versions.map(
      (each) =>
        html`<li><a href="/legal/privacy/${each.version}">${each.version}</a>, from ${each.effective}${each.material ? ', material' : ''}</li>`,
    )}</ul>
<p><small>Profile ${profile}. Hash <code>${hash}</code>, entered into <a href="/log/entries">the log</a>.
As data: <a href="/legal/privacy/${version}.json">JSON</a>. <a href="/subprocessors">Sub-processors</a>.</small></p>`,
  ]);
}

function sentenceOf({ id, text, promises, not_yet }: ShownSentence): Part {
  const open =
    not_yet.length === 0
      ? ''
      : html` <small><b>Not yet kept by the software in full: ${not_yet.join(', ')}</b></small>`;
  return html`<p id="${id}">${text} <small>${promises.join(', ')}</small>${open}</p>`;
}

function keptTable(kept: readonly KeptData[]): Part {
  return html`<h2>What is kept</h2>
<table><thead><tr><th>Kind</th><th>Used to</th><th>Kept</th><th>Places</th></tr></thead>
<tbody>${kept.map(
    ({ category, purposes, kept: times, places }) =>
      html`<tr><td>${category}</td><td>${purposes.join(', ')}</td><td>${times.join('; ')}</td><td>${places}</td></tr>`,
  )}</tbody></table>
<p>Prompts and answers are not in this list: they are kept nowhere.</p>`;
}

function changesOf({ changes }: PolicyView): Part {
  return html`<h2>What changed in this version</h2><ul>${changes.map((change) => {
    if (change.kind === 'fact') return html`<li>${change.what}${change.material ? ' (material)' : ''}</li>`;
    if (change.kind !== 'reworded') return html`<li>${change.kind}: ${change.text}</li>`;
    const runs = change.words.map(({ kind, text }) => {
      if (kind === 'same') return html`${text} `;
      return kind === 'added' ? html`<ins>${text}</ins> ` : html`<del>${text}</del> `;
    });
    return html`<li>${runs}</li>`;
  })}</ul>`;
}

const stateWords = { kept: '✔ kept', 'in-part': '◐ in part', missing: '✖ not built' } as const;

function trustPage({ counts, promises, log }: TrustView): ReturnType<typeof page> {
  return page('Promises', [
    html`<p><b>${counts.kept} kept</b>, ${counts.in_part} in part, ${counts.missing} not built yet, of ${promises.length}.
Each is a sentence of the <a href="/privacy">privacy policy</a>; a control in the software keeps it, tests prove it, and taking the
control away must turn them red (<code>npm run promises</code>).</p>`,
    log
      ? html`<p>The <a href="/log/head">log of promises</a> has ${log.size} entries, the last from ${log.at}. Keys:
<a href="/.well-known/fairlead-keys.json">JSON</a>.</p>`
      : html`<p>Nothing was entered into the log of promises yet.</p>`,
    html`<table><thead><tr><th>Id</th><th>Promise</th><th>State</th><th>Control and proof</th></tr></thead>
<tbody>${promises.map(
      ({
        id,
        promise,
        state,
      }) => html`<tr id="${id}"><td>${id}</td><td>${promise}</td><td>${stateWords[state.kind]}</td>
<td>${state.kind === 'missing' ? '' : html`${state.control}<br>${state.tests.map((test) => html`<code>${test}</code> `)}<br>`}${
        state.kind === 'kept' ? '' : html`<small>Missing: ${state.missing}</small>`
      }</td></tr>`,
    )}</tbody></table>
<p><small>As data: <a href="/trust.json">JSON</a>.</small></p>`,
  ]);
}

function subProcessorsPage(rows: readonly SubProcessor[]): ReturnType<typeof page> {
  const table = html`<table><thead><tr><th>Who</th><th>What for</th><th>Region</th><th>Keeps data</th><th>Trains on it</th>
<th>Source</th><th>Since</th></tr></thead><tbody>${rows.map(
    ({ name, provider, seller, type, role, region, data, since }) =>
      html`<tr><td>${provider} (${name}${
        seller === 'operator' ? '' : `, of ${seller}`
      })<br><small>${type}</small></td><td>${role}</td><td>${region}</td><td>${
        data.retention_days === 'unknown' ? 'unknown' : `${data.retention_days} days`
      }</td><td>${data.trains === 'unknown' ? 'unknown' : data.trains ? 'yes' : 'no'}</td><td>${data.source || '–'}${
        data.checked ? `, read ${data.checked}` : ''
      }</td><td>${since.slice(0, 10)}</td></tr>`,
  )}</tbody></table>`;
  return page('Sub-processors', [
    html`<p><b>${rows.length}</b> ${rows.length === 1 ? 'organisation gets' : 'organisations get'} data from here. The list is what is
configured now.</p>`,
    ...(rows.length === 0 ? [] : [table]),
    html`<p><small>As data: <a href="/subprocessors.json">JSON</a>.</small></p>`,
  ]);
}
