import { Hono } from 'hono';
import { html } from 'hono/html';
import type {
  KeptData,
  LegalDesk,
  PolicyView,
  PrivacyCheck,
  ShownSentence,
  SubProcessor,
  TrustView,
} from '#console/legal/legal-desk.ts';
import { agreementPage, contractCell } from './agreement-page.ts';
import { answerPage, both } from './answer-page.ts';
import { evidenceLine, evidenceOf, measuresPage } from './measures-page.ts';
import { type Part, page } from './page.ts';
import { type Cell, dataWords, exact, figures, scrollTable, sourceOf, typeTag } from './site/parts.ts';

/** Public pages about privacy, each with a twin in JSON at the same address and `.json`. No script, no foreign request. */
export function legalRoutes(desk: LegalDesk): Hono {
  const app = new Hono();
  both(app, '/privacy', { look: () => desk.policy(), render: policyPage });
  both(app, '/trust', { look: () => desk.trust(), render: trustPage });
  both(app, '/legal/measures', { look: () => desk.measures(), render: measuresPage });
  both(app, '/legal/dpa', { look: () => desk.agreement(), render: agreementPage });
  both(app, '/subprocessors', { look: () => desk.subProcessors(), render: subProcessorsPage });
  app.get('/legal', (context) => context.redirect('/privacy'));
  app.get('/legal/privacy/:version', async (context) => {
    const [, version, json] = /^(\d{1,6})(\.json)?$/.exec(context.req.param('version')) ?? [];
    if (version === undefined) return context.notFound();
    return await answerPage(context, await desk.policy(Number(version)), json === undefined ? policyPage : undefined);
  });
  return app;
}

function policyPage(view: PolicyView): ReturnType<typeof page> {
  const { operator, version, effective, hash, profile } = view;
  const warning = html`<p class="stop" role="status">Nobody has said yet how to reach ${operator}: the operator sets policy.contact.</p>`;
  const made = view.sections.flatMap(({ sentences }) => sentences);
  const whole = made.filter(({ not_yet }) => not_yet.length === 0).length;
  return page(
    'Privacy policy',
    [
      figures([
        ['Version', String(version)],
        ['In force from', effective],
        ['Kinds of data kept', String(view.kept.length)],
        ['Sentences kept by software', html`${whole} <small>of ${made.length}</small>`],
      ]),
      html`<p>The policy of <b>${operator}</b>. Each sentence names the promises that it makes; <a href="/trust">what keeps them</a>.
Where the software does not, or not yet in full, it says so beside: there ${operator} alone stands for it.</p>`,
      ...(view.has_contact ? [] : [warning]),
      keptTable(view.kept),
      ...view.sections.map(
        ({ heading, sentences }) => html`<h2>${heading}</h2>
${sentences.map(sentenceOf)}`,
      ),
      ...(view.changes.length === 0 ? [] : [changesOf(view)]),
      html`<h2>Versions</h2><ul>${view.versions.map(
        (each) =>
          html`<li><a href="/legal/privacy/${each.version}">${each.version}</a>, from ${each.effective}${each.material ? ', material' : ''}</li>`,
      )}</ul>
<p class="small quiet">Profile ${profile}. Hash <code>${hash}</code>, entered into <a href="/log/entries">the log</a>.</p>`,
    ],
    {
      path: '/privacy',
      twin: `/legal/privacy/${version}.json`,
      about: 'What is kept, for how long, and what keeps each sentence.',
    },
  );
}

function sentenceOf({ id, text, promises, not_yet }: ShownSentence): Part {
  const open =
    not_yet.length === 0
      ? ''
      : html` <small><b>Not yet kept by the software in full: ${not_yet.join(', ')}</b></small>`;
  const links = promises.map((each) => html`<a href="/trust#${each}">${each}</a> `);
  return html`<p id="${id}">${text} <small>${links}</small>${open}</p>`;
}

function keptTable(kept: readonly KeptData[]): Part {
  const rows = kept.map(({ category, purposes, kept: times, places }): readonly Cell[] => [
    { head: category },
    purposes.join(', '),
    times.join('; '),
    { number: String(places) },
  ]);
  return html`<h2 id="kept">What is kept</h2>
${scrollTable('What is kept', ['Kind', 'Used to', 'Kept', { number: 'Places' }], rows, 'prose')}
<p>Prompts and answers stand here as <i>content</i> alone: sealed, where two persons look into single requests; else they are kept nowhere.</p>`;
}

function changesOf({ changes }: PolicyView): Part {
  return html`<h2>What changed in this version</h2>${changeList(changes)}`;
}

/** Word by word. */
export function changeList(changes: PolicyView['changes']): Part {
  return html`<ul>${changes.map((change) => {
    if (change.kind === 'fact') return html`<li>${change.what}${change.material ? ' (material)' : ''}</li>`;
    if (change.kind !== 'reworded') return html`<li>${change.kind}: ${change.text}</li>`;
    const runs = change.words.map(({ kind, text }) => {
      if (kind === 'same') return html`${text} `;
      return kind === 'added' ? html`<ins>${text}</ins> ` : html`<del>${text}</del> `;
    });
    return html`<li>${runs}</li>`;
  })}</ul>`;
}

const stateWords = { kept: 'Kept', 'in-part': 'In part', missing: 'Not built' } as const;
const stateKinds = { kept: 'working', 'in-part': 'some-out', missing: 'out' } as const;

/** What was looked through for content, and when: also where something was found. */
function checkOf(check: PrivacyCheck | null): Part {
  if (!check)
    return html`<p>Nobody has looked through this installation for content yet: <code>fairlead verify privacy</code> does.</p>`;
  const { day, version, requests, surfaces, faults, files, rows, answers, found, place } = check;
  const result = check.ok
    ? html`<b>nothing of them was found</b>`
    : html`<b>found in ${exact(found)} ${found === 1 ? 'place' : 'places'}</b>`;
  return html`<p id="check">On ${day} ${exact(requests)} marked requests went through ${exact(surfaces)} surfaces and
${exact(faults)} faults of this installation (release ${version}). Then ${exact(files)} files, ${exact(rows)} rows, ${exact(answers)}
answers${check.log ? ' and the log' : ''} were searched for the marks in ${exact(check.forms)} forms: ${result}. Entry ${place} of the
<a href="/log/entries?from=${place}">log</a>, which is signed.</p>`;
}

function trustPage({ counts, promises, evidence, log, check }: TrustView): ReturnType<typeof page> {
  return page(
    'Promises',
    [
      figures([
        ['Kept', html`${counts.kept} <small>of ${promises.length}</small>`],
        ['In part', String(counts.in_part)],
        ['Not built yet', String(counts.missing)],
        ['Entries in the log', log ? exact(log.size) : '–'],
      ]),
      html`<p>Each is a sentence of the <a href="/privacy">privacy policy</a>. A control in the software keeps it, tests prove it, and
taking the control away must turn them red (<code>npm run promises</code>). ${evidenceLine(evidence)} What is true of the machines and people behind it:
<a href="/legal/measures">measures</a>.</p>`,
      log
        ? html`<p>The <a href="/log/head">log of promises</a> was last written on ${log.at.slice(0, 10)}; what stands in it cannot be
taken back. Its <a href="/.well-known/fairlead-keys.json">keys</a> and <a href="/docs/reference/receipts">how to check it
offline</a>.</p>`
        : html`<p>Nothing was entered into the log of promises yet.</p>`,
      checkOf(check),
      scrollTable(
        'Promises',
        ['Id', 'Promise', 'State', 'Last evidence', 'Control and proof'],
        promises.map(({ id, promise, state, shown }): readonly Cell[] => [
          html`<span id="${id}">${id}</span>`,
          promise,
          html`<span class="state is-${stateKinds[state.kind]}">${stateWords[state.kind]}</span>`,
          state.kind === 'missing' ? '–' : evidenceOf(shown),
          html`${state.kind === 'missing' ? '' : html`${state.control}<br>${state.tests.map((test) => html`<small><code>${test}</code></small> `)}`}${
            state.kind === 'kept' ? '' : html`<br><small class="quiet">Missing: ${state.missing}</small>`
          }`,
        ]),
        'prose promises',
      ),
    ],
    {
      path: '/trust',
      twin: '/trust.json',
      about: 'Each promise of the privacy policy, what keeps it, and its evidence.',
    },
  );
}

function reviewWords({ human_review }: SubProcessor): string {
  if (human_review === 'unknown') return 'whether people there read it is unknown';
  return human_review ? 'people there may read it' : 'nobody there reads it';
}

const linkWords: Readonly<Record<string, string>> = { terms: 'Terms', opt_out: 'Opt out', source: 'Data handling' };

/** Those that do not answer say so: the operator looks for the new address. */
function linkList({ links }: SubProcessor): Part {
  return links.length === 0
    ? '–'
    : html`${links.map(({ what, url, state }) => {
        const name = html`<a href="${url}" rel="nofollow noreferrer">${linkWords[what] ?? what}</a>`;
        return state === 'broken' ? html`${name} <b class="stop">does not answer</b><br>` : html`${name}<br>`;
      })}`;
}

function subProcessorsPage(rows: readonly SubProcessor[]): ReturnType<typeof page> {
  const table = scrollTable(
    'Sub-processors',
    ['Who', 'What for', 'Type', 'Region', 'Data', 'Contract', 'Source', 'Links', 'Since'],
    rows.map((row): readonly Cell[] => [
      {
        head: html`${row.provider}<br><small class="quiet">${row.name}${row.seller === 'operator' ? '' : `, of ${row.seller}`}</small>`,
      },
      row.role,
      typeTag(row.type),
      row.region,
      html`${dataWords(row)}<br><small class="quiet">${reviewWords(row)}</small>`,
      contractCell(row),
      sourceOf(row),
      linkList(row),
      row.since.slice(0, 10),
    ]),
  );
  return page(
    'Sub-processors',
    [
      figures([
        [rows.length === 1 ? 'Organisation that gets data' : 'Organisations that get data', String(rows.length)],
      ]),
      'The list is what is configured now.',
      ...(rows.length === 0 ? [] : [table]),
    ],
    { path: '/subprocessors', twin: '/subprocessors.json', about: 'Who gets data from here, what for, and where.' },
  );
}
