/**
 * Every sentence that the two policies Fairlead was founded on promise, with the control that keeps it and the tests that
 * prove it. `npm run promises` runs them, /trust shows them, and a row without a control says so.
 */
export type PromiseRow = {
  /** J: the balancer's policy, V: the gateway's. */
  readonly id: string;
  /** What is promised, in short. */
  readonly promise: string;
  readonly state: PromiseState;
};

export type PromiseState =
  | ({ readonly kind: 'kept' } & Proof)
  /** A control keeps some of it; `missing` is the rest. */
  | ({ readonly kind: 'in-part'; readonly missing: string } & Proof)
  | { readonly kind: 'missing'; readonly missing: string };

export type Proof = {
  readonly control: string;
  /** Test files, each of which must pass. */
  readonly tests: readonly string[];
  /** By name, what takes the control away, and must turn its tests red. */
  readonly sabotages: readonly string[];
};

const deletionSaga = 'tests/store/erasure.test.ts';
const deletion = 'tests/journeys/deletion.test.ts';
const inventory = 'tests/store/inventory.test.ts';
const retention = 'tests/store/retention.test.ts';
const failClosed = 'tests/properties/fail-closed.test.ts';
const pages = 'tests/journeys/legal-pages.test.ts';
const policy = 'tests/properties/policy.test.ts';
const dataPolicies = 'tests/journeys/data-policies.test.ts';
const egress = 'tests/journeys/egress.test.ts';
const registers = 'tests/journeys/registers.test.ts';
const activities = 'tests/store/activities.test.ts';
const cases = 'tests/journeys/privacy-cases.test.ts';
const analytics = 'tests/journeys/analytics.test.ts';
const acceptances = 'tests/journeys/acceptances.test.ts';
const aggregates = 'tests/store/aggregates.test.ts';
const inspections = 'tests/store/inspections.test.ts';
const looks = 'tests/journeys/inspections.test.ts';
const notices = 'tests/store/notices.test.ts';
const noticeJourney = 'tests/journeys/notices.test.ts';
const rights = 'tests/rights/rights.test.ts';
const wholeCopy = 'tests/rights/whole-copy.test.ts';
const sample = 'tests/journeys/policy-sample.test.ts';

export const promises: readonly PromiseRow[] = [
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
    tests: ['tests/habits/eligible-calls.test.ts', failClosed, egress],
    sabotages: ['filter-holds-for-fallbacks', 'nothing-else-is-dialled'],
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
  kept('J12', 'data is used to provide, maintain, secure, debug, monitor, improve', {
    control:
      'each part of the store and each job has an activity; every statement says it, and learning touches nobody',
    tests: [activities],
    sabotages: ['statements-say-what-for', 'learning-is-about-nobody'],
  }),
  missing(
    'J13',
    'data is used for access, limits, costs, support, abuse, law, news',
    'a module for each purpose; mail by kind',
  ),
  inPart('J14', 'third parties help: AI, cloud, analytics, security, e-mail', {
    control:
      '/subprocessors is made from what is configured now; a new one is told of 30 days ahead, and who objects is not sent there',
    tests: [pages, notices, noticeJourney, failClosed],
    sabotages: ['objections-are-kept', 'new-ones-wait-for-their-day', 'decisions-are-questions-of-their-own'],
    missing: 'contracts',
  }),
  kept('J15', 'providers get what they need and no more', {
    control: 'heads are made anew from a list, and an end user leaves as a pseudonym of the workspace',
    tests: ['tests/protocols/splices.test.ts', egress],
    sabotages: ['heads-are-made-anew'],
  }),
  kept('J16', 'retention and training differ by provider, type and configuration', {
    control:
      'each upstream has its data handling with source and day, unknown after 90 days; requests, keys and workspaces demand what they want of it, fail-closed',
    tests: ['tests/properties/provider-rules.test.ts', failClosed, dataPolicies],
    sabotages: ['zero-retention-is-kept', 'old-data-policies-are-unknown'],
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
  inPart('J26', 'users protect their keys', {
    control: 'keys have a role, an end, limits of dollars and requests, and a leaked one can be stopped by its finder',
    tests: ['tests/journeys/account-api.test.ts'],
    sabotages: ['management-keys-ask-no-model'],
    missing: 'lists of addresses, last use, passkeys',
  }),
  kept('J27', 'people may access, correct, delete, restrict, export', {
    control:
      'each right is a button and an address; deletion is a saga with its dates, each other one a case with its clocks; restricted keys are refused in every dialect within a second, and no report has their rows',
    tests: [rights, 'tests/store/rights.test.ts', wholeCopy, deletionSaga, deletion],
    sabotages: [
      'restricted-keys-are-refused',
      'restrictions-are-told-at-once',
      'restricted-end-users-are-refused',
      'reports-leave-restricted-rows-out',
      'rows-go-before-what-finds-them',
    ],
  }),
  kept('J28', 'people may ask for help with privacy', {
    control: 'a public intake, mail taken once, a due date at once, a page for each request, reminders, and an end',
    tests: [cases, 'tests/properties/due-dates.test.ts'],
    sabotages: ['one-mail-is-one-request', 'what-was-asked-goes-with-its-answer'],
  }),
  kept('J29', 'identity may be verified first', {
    control:
      'a session with fresh proof, else a letter to the address and facts of the account, else by hand in closed words; no document is asked for, and what showed it goes with the answer; no copy leaves without proof, within seven days of a new address, or to another person',
    tests: [rights, 'tests/rights/identity-ladder.test.ts'],
    sabotages: [
      'copies-need-a-fresh-proof',
      'a-new-address-holds-copies',
      'copies-are-their-persons',
      'letters-show-whose-an-address-is',
      'facts-are-guessed-three-times',
    ],
  }),
  kept('J30', 'the policy may change', {
    control:
      'each version stands whole in an append-only log; a changed text needs a revision; workspaces accept versions',
    tests: [policy, acceptances],
    sabotages: ['policy-has-its-day', 'acceptances-name-the-text'],
  }),
  inPart('J31', 'a material change has a date and a notice', {
    control:
      'a material change takes effect 30 days after its notice, which every member gets once; a configuration that wants it sooner stops the start',
    tests: [policy, pages, notices, noticeJourney],
    sabotages: ['longer-is-material', 'versions-wait-for-their-notice', 'nobody-is-told-twice'],
    missing: 'notices by webhook',
  }),
  kept('J32', 'there is a channel of contact', {
    control: 'the channel stands on the policy, in security.txt and in every refusal; without one health is degraded',
    tests: [registers, pages],
    sabotages: ['a-missing-channel-is-told', 'refusals-tell-the-channel'],
  }),
  kept('V0', 'the policy bears its date', {
    control: 'policies are versions in the log of promises, each with its day; the page shows the one in force',
    tests: [pages, policy],
    sabotages: ['policy-has-its-day'],
  }),
  kept('V1', 'e-mail, name and payment at sign-up', {
    control:
      'names and addresses lie sealed; cards are the payment provider’s alone, and every field refuses their numbers',
    tests: ['tests/journeys/card-numbers.test.ts', inventory],
    sabotages: ['card-numbers-are-refused'],
  }),
  kept('V2', 'call logs, tokens, model and address are collected to provide and improve', {
    control: 'the usage log has exactly its classified columns, no address among them; each statement says what for',
    tests: [inventory, activities],
    sabotages: ['every-column-is-classified', 'statements-say-what-for'],
  }),
  kept('V3', 'analytics of our own: no cookies, no third parties', {
    control:
      'counts without script and cookie; the salt of a day is in memory alone and gone after the second; DNT and GPC hold',
    tests: [analytics, registers],
    sabotages: ['salts-are-forgotten', 'who-wants-none-is-not-counted'],
  }),
  kept('V4', 'data is used to operate, bill, support, improve', {
    control: 'each part of the store and each job has an activity, and every statement says it',
    tests: [activities, registers],
    sabotages: ['statements-say-what-for', 'the-register-is-whole'],
  }),
  kept('V5', 'patterns are analysed in aggregate to route better', {
    control:
      'what is learnt is about endpoints and credentials alone, and its statements can touch nothing else; views over all need five workspaces',
    tests: ['tests/store/hints.test.ts', inventory, activities, aggregates],
    sabotages: ['every-column-is-classified', 'learning-is-about-nobody', 'five-workspaces-make-a-view'],
  }),
  kept('V6', 'no content beyond its processing, no training', {
    control:
      'no part of this software keeps content but sealed in a window that its workspace sees, and nothing is stored at an upstream unless the caller asks and the workspace allows it',
    tests: ['tests/journeys/stored-responses.test.ts', 'tests/journeys/killed-upload.test.ts', inventory, dataPolicies],
    sabotages: ['store-leaves-as-false', 'bodies-lie-in-no-file', 'unknown-training-is-refused'],
  }),
  kept('V7', "upstreams' own policies apply, with their opt-outs", {
    control:
      '/subprocessors shows retention, training, reading by people, terms and opt-out of each, links that are asked every week, and what is known grows old; "store" leaves as false',
    tests: ['tests/journeys/stored-responses.test.ts', 'tests/journeys/upstream-links.test.ts', dataPolicies],
    sabotages: ['store-leaves-as-false', 'broken-links-are-told', 'old-data-policies-are-unknown'],
  }),
  kept('V8', 'requests are shared with providers solely to answer them', {
    control: 'the bytes of a request reach the endpoints of its record and no other; asking two at once is opt-in',
    tests: [sample, 'tests/journeys/hedging.test.ts'],
    sabotages: ['attempts-are-recorded', 'hedges-have-a-budget'],
  }),
  kept('V9', 'personal data is not sold', {
    control:
      'the register of sales is empty and can hold nothing; no dependency tracks, our pages have no script and ask nothing of others',
    tests: ['tests/habits/dependencies.test.ts', pages, registers],
    sabotages: ['nothing-is-sold'],
  }),
  kept('V10', 'disclosure where law demands it', {
    control: 'nothing is disclosed outside of an open entry of the register of legal requests; the counts are public',
    tests: [cases],
    sabotages: ['no-disclosure-without-an-entry'],
  }),
  kept('V11', 'access, correct, delete at any time', {
    control:
      'the page Privacy shows what is kept, hands a copy over, corrects and closes the account, without asking anybody',
    tests: [rights, wholeCopy, deletionSaga, deletion],
    sabotages: ['copies-need-a-fresh-proof', 'copies-have-every-column', 'rows-go-before-what-finds-them'],
  }),
  kept('V12', 'a copy of all data', {
    control:
      'the copy walks the inventory: every column that a person gets, opened for it alone, with hashes and the facts of Article 15; sealed for seven days',
    tests: [wholeCopy, 'tests/store/rights.test.ts'],
    sabotages: [
      'copies-have-every-column',
      'copies-have-nobody-elses-rows',
      'copies-are-opened-for-their-person',
      'one-copy-a-day',
      'copies-go-with-evidence',
    ],
  }),
  kept('V13', 'closing the account deletes it', {
    control:
      'people close their accounts, owners delete workspaces, operators do both: one saga of steps made from the inventory, each looked at again',
    tests: [deletionSaga, deletion],
    sabotages: ['rows-go-before-what-finds-them'],
  }),
  missing('V14', 'account data as long as the account is active', 'dormant accounts'),
  kept('V15', 'usage logs for 90 days', {
    control: 'a job drops what was recorded on a day when day 91 begins, with evidence; nothing older is shown',
    tests: [retention, 'tests/journeys/ninety-days.test.ts'],
    sabotages: ['usage-goes-on-day-91', 'usage-stays-for-90-days', 'drops-leave-evidence'],
  }),
  kept('V16', 'deleted data is gone within 30 days', {
    control:
      '14 days to take it back, gone by day 28; people’s keys lie in no backup and go from beside it, and a restored one deletes again',
    tests: [deletionSaga, deletion],
    sabotages: ['keys-go-from-beside-backups', 'rows-go-before-what-finds-them'],
  }),
  kept('V17', 'there is a contact for privacy', {
    control: 'the channel stands on the policy, in security.txt and in every refusal; without one health is degraded',
    tests: [registers, pages],
    sabotages: ['a-missing-channel-is-told'],
  }),
  kept('V18', 'an answer within 30 business days', {
    control:
      'clocks by policy, GDPR and CCPA, with the days off of the country; the earliest is due; reminders at 50, 75, 90 %',
    tests: ['tests/properties/due-dates.test.ts', cases],
    sabotages: ['the-earliest-clock-is-due', 'days-off-do-not-count'],
  }),
];

function kept(id: string, promise: string, proof: Proof): PromiseRow {
  return { id, promise, state: { kind: 'kept', ...proof } };
}

function inPart(id: string, promise: string, proof: Proof & { readonly missing: string }): PromiseRow {
  return { id, promise, state: { kind: 'in-part', ...proof } };
}

function missing(id: string, promise: string, what: string): PromiseRow {
  return { id, promise, state: { kind: 'missing', missing: what } };
}
