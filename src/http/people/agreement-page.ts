import { html } from 'hono/html';
import type { AgreementView, SubProcessor } from '#console/legal/legal-desk.ts';
import { type Part, page } from './page.ts';
import { type Cell, figures, scrollTable } from './site/parts.ts';

/** The agreement on processing, with its annexes as they are now. */
export function agreementPage(view: AgreementView): ReturnType<typeof page> {
  const { version, hash, day, operator, annexes, annexes_hash, can_be_accepted } = view;
  const { processed, sub_processors: others, measures } = annexes;
  const lacking = others.filter(({ contract }) => contract === null).length;
  const unnamed = html`<p class="stop" role="status">It cannot be accepted yet: the operator has not said who it is and how to reach it
(policy.operator, policy.contact).</p>`;
  return page(
    'Agreement on processing',
    [
      figures([
        ['Version', version],
        ['Of', day],
        ['Sub-processors', String(others.length)],
        ['Without a contract on record', String(lacking)],
      ]),
      html`<p>Between <b>${operator}</b> and each workspace whose owner accepts it, on the page Privacy of the dashboard (GDPR Article 28).</p>`,
      ...(can_be_accepted ? [] : [unnamed]),
      ...view.clauses.map(({ id, heading, text }) => html`<h2 id="${id}">${heading}</h2><p>${text}</p>`),
      html`<h2>Annex 1: what is processed</h2>`,
      scrollTable(
        'What is processed',
        ['What', 'Is'],
        processed.map(({ what, says }): readonly Cell[] => [{ head: what }, says]),
        'prose',
      ),
      html`<h2>Annex 2: sub-processors</h2>`,
      others.length === 0 ? 'Nobody: the sandbox and machines of the operator’s own answer here.' : partyTable(others),
      html`<h2>Annex 3: measures</h2><p><a href="/legal/measures">What the tests of each said last</a>.</p>`,
      scrollTable(
        'Measures',
        ['Against', 'Measure'],
        measures.map(({ area, says }): readonly Cell[] => [{ head: area }, says]),
        'prose',
      ),
      html`<p class="small quiet">Hash of the clauses <code>${hash}</code>, of annex 2 as it is now <code>${annexes_hash}</code>.</p>`,
    ],
    {
      path: '/legal/dpa',
      twin: '/legal/dpa.json',
      about: 'The agreement on processing, with sub-processors and measures.',
    },
  );
}

function partyTable(others: readonly SubProcessor[]): Part {
  return scrollTable(
    'Sub-processors',
    ['Who', 'What for', 'Gets', 'Region', 'Contract'],
    others.map((row): readonly Cell[] => [
      { head: html`${row.provider}<br><small class="quiet">${row.name}</small>` },
      row.role,
      row.receives,
      row.region,
      contractCell(row),
    ]),
    'prose',
  );
}

/** A contract that is missing is said as plainly as one that is there. */
export function contractCell({ contract, needs_contract }: SubProcessor): Part {
  if (!needs_contract) return html`<small class="quiet">own machines</small>`;
  if (contract === null) return html`<b class="stop">None on record</b>`;
  const { what, date, link, basis } = contract;
  const name = link === null ? what : html`<a href="${link}" rel="nofollow noreferrer">${what}</a>`;
  const more = [
    date === null ? 'day not said' : `from ${date}`,
    basis === null ? 'ground not said' : basis.replace('_', ' '),
  ];
  return html`${name}<br><small class="quiet">${more.join(', ')}</small>`;
}
