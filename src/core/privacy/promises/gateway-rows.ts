import { kept, type PromiseRow } from './promise-row.ts';
import {
  activities,
  aggregates,
  analytics,
  cases,
  dataPolicies,
  deletion,
  deletionSaga,
  inventory,
  pages,
  policy,
  registers,
  retention,
  rights,
  sample,
  wholeCopy,
} from './proofs.ts';

/** What the gateway’s policy promises: V0 to V18. */
export const gatewayRows: readonly PromiseRow[] = [
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
    tests: [analytics, registers, 'tests/browser/no-trace.test.ts'],
    sabotages: ['salts-are-forgotten', 'who-wants-none-is-not-counted', 'pages-set-no-cookie'],
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
  kept('V14', 'account data as long as the account is active', {
    control:
      'whoever neither signs in nor uses a key for 24 months is written to twice and then deleted with grace; coming back ends it, legal holds and what others use stay, and who was not written to is not closed',
    tests: ['tests/store/dormancy.test.ts', 'tests/properties/dormancy.test.ts'],
    sabotages: [
      'keys-in-use-keep-accounts',
      'the-dormant-are-told-twice',
      'only-who-was-told-is-closed',
      'silent-servers-close-nobody',
      'coming-back-takes-it-back',
      'what-others-use-keeps-its-owner',
    ],
  }),
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
