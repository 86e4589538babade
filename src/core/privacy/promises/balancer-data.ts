import { kept, type PromiseRow } from './promise-row.ts';
import {
  activities,
  aggregates,
  analytics,
  cases,
  dataPolicies,
  egress,
  failClosed,
  inspections,
  inventory,
  keptPlaces,
  looks,
  pages,
  policy,
  registers,
  sample,
} from './proofs.ts';

/** What the balancer’s policy promises of the data that it collects: J0a to J11. */
export const balancerData: readonly PromiseRow[] = [
  kept('J0a', 'what the policy covers is everything that is kept', {
    control: 'the inventory classifies every column, journal field, log field, metric label and file',
    tests: [inventory, 'tests/habits/observed.test.ts'],
    sabotages: ['every-column-is-classified'],
  }),
  kept('J0b', 'the policy bears the date of its last change', {
    control: 'policies are versions in the log of promises, each with its day; the page shows the one in force',
    tests: [pages, policy],
    sabotages: ['policy-has-its-day'],
  }),
  kept('J0c', 'labels, verification, region and latency of endpoints are disclosed', {
    control:
      'lists, /endpoints, replies, receipts and the log of promises tell the one registry; waits with their samples; what nobody probed says so',
    tests: ['tests/journeys/receipts.test.ts', dataPolicies, aggregates],
    sabotages: ['log-goes-on-from-what-was-seen', 'replies-tell-the-registry', 'waits-are-those-measured'],
  }),
  kept('J1', 'the policy explains every category of data and its use', {
    control: 'the list on /privacy is made from the inventory',
    tests: [pages, inventory],
    sabotages: ['every-column-is-classified', 'the-annex-is-whole'],
  }),
  kept('J2', 'requests go to supported AI services', {
    control:
      'only configured endpoints that passed the filter can be called; a recorder of every connection sees no address beyond the registry',
    tests: ['tests/habits/eligible-calls.test.ts', failClosed, keptPlaces, egress],
    sabotages: ['filter-holds-for-fallbacks', 'reading-is-no-taking-back', 'nothing-else-is-dialled'],
  }),
  kept('J3', 'we and AI providers process content to answer: the record says who', {
    control: 'each attempt that sent bytes stands in the record and in the receipt of its generation',
    tests: [sample, 'tests/trust/receipts.test.ts'],
    sabotages: ['attempts-are-recorded', 'inclusion-is-checked'],
  }),
  kept('J4', 'processing is for named activities', {
    control: 'a closed list of activities; stages, jobs and the store stand on it; /legal/processing is made from it',
    tests: [activities, registers],
    sabotages: ['the-register-is-whole'],
  }),
  kept('J5', 'no training on content', {
    control:
      'content is a type that nothing can store; who trains, or may, is asked nothing unless the operator accepted it, in public',
    tests: ['tests/architecture.test.ts', failClosed, dataPolicies],
    sabotages: ['filter-holds-for-fallbacks', 'unknown-training-is-refused'],
  }),
  kept('J6', 'account data: name, e-mail, organisation, billing ids, messages', {
    control:
      'names and addresses are sealed under a key of each person, what people wrote under one of each request; of billing the provider’s ids alone; what a form does not ask for is refused',
    tests: ['tests/journeys/team.test.ts', 'tests/journeys/accounts.test.ts', 'tests/store/people.test.ts', cases],
    sabotages: ['names-are-sealed', 'forms-take-what-they-ask', 'what-was-asked-goes-with-its-answer'],
  }),
  kept('J7', 'metadata of requests: key, model, time, latency, status, tokens, cost, error', {
    control:
      'the usage log has exactly its classified columns, no address among them, and faults have words of ours alone',
    tests: [inventory, 'tests/properties/fault.test.ts'],
    sabotages: ['every-column-is-classified', 'foreign-errors-stay-out'],
  }),
  kept('J8', 'use of the site: browser family, device, pages, referrer, country', {
    control:
      'looks are counted by hour, path, host, country, device and family of browser; nothing else is kept of them',
    tests: [analytics],
    sabotages: ['queries-are-not-counted', 'who-wants-none-is-not-counted'],
  }),
  kept('J9', 'no prompts or outputs in operational logs', {
    control:
      'content has no text form; marks in every place of a request are looked for in everything that is written, at every log level, after crashes and out of memory; operators look on their own node, and /trust has the result',
    tests: ['tests/canary/canary.test.ts', 'tests/canary/after-crash.test.ts', 'tests/journeys/verify-privacy.test.ts'],
    sabotages: ['content-stays-out-of-logs', 'dumps-hold-no-memory'],
  }),
  kept('J10', 'content may be inspected in limited cases', {
    control:
      'windows on one workspace, off by default: two persons, an hour, so many requests; sealed under a key that is destroyed a day later; the workspace is asked or told and sees each look, and the log of promises has it',
    tests: [inspections, looks],
    sabotages: [
      'two-persons-open-a-window',
      'windows-end-after-their-minutes',
      'keys-of-windows-are-destroyed',
      'keys-of-windows-last-a-day',
      'windows-have-so-many-requests',
      'windows-are-off-by-default',
      'captures-are-sealed',
      'windows-are-of-one-workspace',
      'looks-are-written-down',
      'who-is-asked-decides',
    ],
  }),
  kept('J11', 'files, prompts and outputs are processed as long as needed', {
    control:
      'requests pass without a file, also when the process is killed in the middle; of a named request keyed hashes are kept for a day',
    tests: [
      'tests/journeys/no-file-calls.test.ts',
      'tests/journeys/killed-upload.test.ts',
      'tests/store/claims.test.ts',
    ],
    sabotages: ['bodies-lie-in-no-file'],
  }),
];
