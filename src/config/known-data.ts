import type { DataHandling, EndpointType } from '#core/routing/endpoint.ts';

const checked = '2026-11-01';

/** What the known providers say they do with API data by default, without an agreement of the operator's own. */
const byProvider: ReadonlyMap<string, DataHandling> = new Map<string, DataHandling>([
  // Abuse monitoring logs for up to 30 days; no training on API data unless opted in.
  [
    'openai',
    { retentionDays: 30, trains: false, source: 'https://developers.openai.com/api/docs/guides/your-data', checked },
  ],
  // Deleted within 30 days; commercial inputs and outputs are not trained on.
  [
    'anthropic',
    {
      retentionDays: 30,
      trains: false,
      source: 'https://privacy.claude.com/en/articles/7996866-how-long-do-you-store-my-organization-s-data',
      checked,
    },
  ],
  // 55 days for abuse monitoring. Unpaid projects are trained on, paid ones not, and a key does not tell which it is.
  [
    'google',
    { retentionDays: 55, trains: 'unknown', source: 'https://ai.google.dev/gemini-api/docs/usage-policies', checked },
  ],
  // OpenRouter passes on to providers whose terms differ: what holds depends on the one that answers.
  [
    'openrouter',
    {
      retentionDays: 'unknown',
      trains: 'unknown',
      source: 'https://openrouter.ai/docs/guides/privacy/provider-logging',
      checked,
    },
  ],
]);

const ownHandling: DataHandling = { retentionDays: 0, trains: false, source: declared(), checked: '' };
const unknownHandling: DataHandling = { retentionDays: 'unknown', trains: 'unknown', source: '', checked: '' };

/** What holds where the operator says nothing about data. */
export function defaultData(at: { provider: string; type: EndpointType; ownAddress: boolean }): DataHandling {
  if (at.type === 'self_hosted' || at.type === 'sandbox') return ownHandling;
  return (at.ownAddress ? byProvider.get(at.provider) : undefined) ?? unknownHandling;
}

export function declared(): string {
  return 'declared by the operator';
}
