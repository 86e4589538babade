import { html } from 'hono/html';
import type { MeasuresView, ShownEvidence } from '#console/legal/legal-desk.ts';

import { type Part, page } from './page.ts';
import { type Cell, figures, scrollTable } from './site/parts.ts';

const words = { passed: 'Shown', failed: 'Red', 'not-run': 'Not run' } as const;
const kinds = { passed: 'working', failed: 'out', 'not-run': 'some-out' } as const;

export function measuresPage({ measures, evidence }: MeasuresView): ReturnType<typeof page> {
  const count = (result: ShownEvidence['result']) =>
    String(measures.filter(({ shown }) => shown.result === result).length);
  return page(
    'Measures',
    [
      figures([
        ['Shown by tests', html`${count('passed')} <small>of ${measures.length}</small>`],
        ['Red', count('failed')],
        ['Not run', count('not-run')],
      ]),
      html`<p>Technical measures against access, loss, misuse and alteration (GDPR Article 32), with the tests that show each of them and what
these said last. A measure whose tests are red, or did not run, says so. What no test can show, as who may enter a building, is the
operator’s to say.</p>
<p class="small quiet">${evidenceLine(evidence)}</p>`,
      scrollTable(
        'Measures',
        ['Against', 'Measure', 'Last evidence', 'Tests'],
        measures.map(({ area, says, tests, shown }): readonly Cell[] => [
          { head: area },
          says,
          evidenceOf(shown),
          html`${tests.map((test) => html`<small><code>${test}</code></small> `)}`,
        ]),
        'prose',
      ),
    ],
    {
      path: '/legal/measures',
      twin: '/legal/measures.json',
      about: 'Technical measures, with what their tests said last.',
    },
  );
}

/** What a control's tests said, and when; never more than was run. */
export function evidenceOf({ result, at, commit, open }: ShownEvidence): Part {
  const when = at === null ? '' : html`<br><small>${at.slice(0, 10)}, <code>${commit}</code></small>`;
  const which = open.length === 0 ? '' : html`<br><small>${open.map((test) => html`<code>${test}</code> `)}</small>`;
  return html`<span class="state is-${kinds[result]}">${words[result]}</span>${when}${which}`;
}

export function evidenceLine({ commit, runs }: MeasuresView['evidence']): string {
  return runs === 0
    ? 'No results of tests came with this Fairlead: “npm run promises” makes them.'
    : `${runs} test files ran, the last at commit ${commit}.`;
}
