import { kept, type PromiseRow } from './promise-row.ts';
import {
  acceptances,
  cases,
  deletion,
  deletionSaga,
  noticeJourney,
  notices,
  pages,
  policy,
  registers,
  rights,
  wholeCopy,
} from './proofs.ts';

/** What the balancer’s policy promises of keys, rights and changes: J26 to J32. */
export const balancerRights: readonly PromiseRow[] = [
  kept('J26', 'users protect their keys', {
    control:
      'keys have a role, an end, limits of dollars and requests, addresses that they may be used from, and show their last use and its network; one that leaked is stopped by its finder, or by a notice that GitHub signed, and who leads the workspace is told',
    tests: [
      'tests/journeys/account-api.test.ts',
      'tests/journeys/leaks.test.ts',
      'tests/journeys/key-addresses.test.ts',
      'tests/store/dormancy.test.ts',
    ],
    sabotages: [
      'management-keys-ask-no-model',
      'notices-of-leaks-are-signed',
      'who-leads-is-told-of-leaks',
      'keys-stay-at-their-addresses',
    ],
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
  kept('J31', 'a material change has a date and a notice', {
    control:
      'a material change takes effect 30 days after its notice, which every member and every webhook gets once; a configuration that wants it sooner stops the start',
    tests: [policy, pages, notices, noticeJourney, 'tests/store/webhooks.test.ts', 'tests/journeys/webhooks.test.ts'],
    sabotages: [
      ...['longer-is-material', 'versions-wait-for-their-notice', 'nobody-is-told-twice'],
      ...['webhooks-hear-of-notices', 'webhooks-are-signed'],
    ],
  }),
  kept('J32', 'there is a channel of contact', {
    control: 'the channel stands on the policy, in security.txt and in every refusal; without one health is degraded',
    tests: [registers, pages],
    sabotages: ['a-missing-channel-is-told', 'refusals-tell-the-channel'],
  }),
];
