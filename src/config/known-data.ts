import type { DataHandling } from '#core/routing/data-handling.ts';
import type { EndpointType } from '#core/routing/endpoint.ts';

const checked = '2026-11-01';

/** What the known providers say they do with API data by default, without an agreement of the operator's own. */
const byProvider: ReadonlyMap<string, DataHandling> = new Map<string, DataHandling>([
  // Abuse monitoring logs for up to 30 days; no training on API data unless opted in.
  [
    'openai',
    {
      ...{ retentionDays: 30, trains: false, humanReview: true, transferBasis: 'standard_clauses', checked },
      source: 'https://developers.openai.com/api/docs/guides/your-data',
      terms: 'https://openai.com/policies/services-agreement/',
      optOut: 'https://platform.openai.com/settings/organization/data-controls/data-retention',
    },
  ],
  // Deleted within 30 days; commercial inputs and outputs are not trained on.
  [
    'anthropic',
    {
      ...{ retentionDays: 30, trains: false, humanReview: true, transferBasis: 'standard_clauses', checked },
      source: 'https://privacy.claude.com/en/articles/7996866-how-long-do-you-store-my-organization-s-data',
      terms: 'https://www.anthropic.com/legal/commercial-terms',
      // Nothing is trained on, so there is nothing to opt out of; no retention needs an agreement of the operator's own.
    },
  ],
  // 55 days for abuse monitoring. Unpaid projects are trained on, paid ones not, and a key does not tell which it is.
  [
    'google',
    {
      ...{ retentionDays: 55, trains: 'unknown', humanReview: true, transferBasis: 'standard_clauses', checked },
      source: 'https://ai.google.dev/gemini-api/docs/usage-policies',
      terms: 'https://ai.google.dev/gemini-api/terms',
      // A project that pays is not trained on.
      optOut: 'https://ai.google.dev/gemini-api/docs/billing',
    },
  ],
  // OpenRouter passes on to providers whose terms differ: what holds depends on the one that answers.
  [
    'openrouter',
    {
      ...{ retentionDays: 'unknown', trains: 'unknown', humanReview: 'unknown', checked },
      source: 'https://openrouter.ai/docs/guides/privacy/provider-logging',
      terms: 'https://openrouter.ai/terms',
      optOut: 'https://openrouter.ai/settings/privacy',
    },
  ],
]);

const ownHandling: DataHandling = {
  ...{ retentionDays: 0, trains: false, humanReview: false },
  ...{ source: declared(), checked: '' },
};
const unknownHandling: DataHandling = { retentionDays: 'unknown', trains: 'unknown', source: '', checked: '' };

/** What holds where the operator says nothing about data. `reachesProvider`: nobody else's machine stands between. */
export function defaultData(at: { provider: string; type: EndpointType; reachesProvider: boolean }): DataHandling {
  if (at.type === 'self_hosted' || at.type === 'sandbox') return ownHandling;
  return (at.reachesProvider ? byProvider.get(at.provider) : undefined) ?? unknownHandling;
}

export function declared(): string {
  return 'declared by the operator';
}
