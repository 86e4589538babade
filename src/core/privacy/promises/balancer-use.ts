import { kept, type PromiseRow } from './promise-row.ts';
import {
  acceptances,
  activities,
  aggregates,
  cases,
  dataPolicies,
  egress,
  failClosed,
  inventory,
  keptPlaces,
  noticeJourney,
  notices,
  pages,
  registers,
  retention,
} from './proofs.ts';

/** What the balancer’s policy promises of use, of who else gets it, how long it stays and how it is kept safe: J12 to J25. */
export const balancerUse: readonly PromiseRow[] = [
  kept('J12', 'data is used to provide, maintain, secure, debug, monitor, improve', {
    control:
      'each part of the store and each job has an activity; every statement says it, and learning touches nobody',
    tests: [activities],
    sabotages: ['statements-say-what-for', 'learning-is-about-nobody'],
  }),
  kept('J13', 'data is used for access, limits, costs, support, abuse, law, news', {
    control:
      'each purpose is an activity of its own; letters of the service come always, news by mail only to who agreed to the words shown, with their version and instant, until one click ends it; nothing else depends on it',
    tests: [activities, 'tests/store/news.test.ts', 'tests/journeys/news.test.ts'],
    sabotages: [
      'statements-say-what-for',
      'news-need-consent',
      'consent-is-of-its-words',
      'one-click-ends-news',
      'the-restricted-get-no-news',
    ],
  }),
  kept('J14', 'third parties help: AI, cloud, analytics, security, e-mail', {
    control:
      '/subprocessors is made from what is configured now, each with its contract or that none is on record; a new one is told of 30 days ahead, and who objects is not sent there; owners accept an agreement whose annexes are that list and the measures',
    tests: [pages, notices, noticeJourney, failClosed, 'tests/journeys/agreement.test.ts'],
    sabotages: [
      'objections-are-kept',
      'new-ones-wait-for-their-day',
      'decisions-are-questions-of-their-own',
      'missing-contracts-are-said',
      'agreements-are-in-the-words-shown',
    ],
  }),
  kept('J15', 'providers get what they need and no more', {
    control: 'heads are made anew from a list, and an end user leaves as a pseudonym of the workspace',
    tests: ['tests/protocols/splices.test.ts', egress],
    sabotages: ['heads-are-made-anew'],
  }),
  kept('J16', 'retention and training differ by provider, type and configuration', {
    control:
      'each upstream has its data handling with source and day, unknown after 90 days; requests, keys and workspaces demand what they want of it, fail-closed',
    tests: ['tests/properties/provider-rules.test.ts', failClosed, keptPlaces, dataPolicies],
    sabotages: [
      'zero-retention-is-kept',
      'old-data-policies-are-unknown',
      'batches-ask-anew',
      'files-go-where-they-may',
    ],
  }),
  kept('J17', 'no sensitive data before its terms are accepted', {
    control:
      'detectors in this process warn, redact, block or route, as a workspace says; what is blocked passes under accepted terms alone, to who keeps nothing',
    tests: ['tests/journeys/detectors.test.ts'],
    sabotages: ['older-terms-open-nothing', 'what-is-found-is-redacted', 'check-digits-are-checked'],
  }),
  kept('J18', 'customers are responsible for their use', {
    control:
      'what a workspace accepted stands for good, with the hash of the text and who accepted it; an evidence pack shows it',
    tests: [acceptances],
    sabotages: ['the-first-acceptance-stays', 'acceptances-name-the-text'],
  }),
  kept('J19', 'processing may be in other countries', {
    control:
      'where each endpoint serves and keeps is declared, told in replies and receipts, and can be demanded by request, key and workspace',
    tests: ['tests/properties/provider-rules.test.ts', failClosed, dataPolicies],
    sabotages: ['regions-are-kept', 'keys-demand-no-less-than-workspaces'],
  }),
  kept('J20', 'transfers are understood', {
    control:
      '/legal/transfers shows where data goes and on which ground, from the configuration; a missing ground is said',
    tests: [registers],
    sabotages: ['transfers-need-a-ground'],
  }),
  kept('J21', 'records are kept as long as needed, and no longer', {
    control: 'every class has an end, and every purpose its legal basis; legal holds have owner, reason and review',
    tests: [retention, inventory, activities],
    sabotages: ['what-is-held-stays', 'usage-goes-on-day-91', 'the-register-is-whole'],
  }),
  kept('J22', 'metadata is kept for analytics, billing, security, reliability', {
    control:
      'the usage log ends after 90 days, the rows of invoices stay without key or person, views over all need five workspaces',
    tests: [retention, aggregates],
    sabotages: ['usage-goes-on-day-91', 'five-workspaces-make-a-view'],
  }),
  kept('J23', 'handling of raw content is limited', {
    control:
      'how long content lives in memory is measured by stage; no byte outlives its request; after thousands of requests the heap holds none of them',
    tests: ['tests/journeys/content-life.test.ts', 'tests/journeys/content-in-memory.test.ts'],
    sabotages: ['content-is-let-go', 'stages-are-timed', 'no-copy-is-kept'],
  }),
  kept('J24', 'reasonable technical and organisational measures', {
    control:
      '/legal/measures shows each measure with what its tests said last; one that is red, or did not run, says so',
    tests: ['tests/journeys/evidence.test.ts'],
    sabotages: ['red-shows-as-red', 'what-did-not-run-is-not-shown'],
  }),
  kept('J25', 'no service is perfectly secure', {
    control: 'a register of incidents with the timer of 72 hours, reminders, and whom an incident reached',
    tests: [cases],
    sabotages: ['incidents-have-72-hours'],
  }),
];
