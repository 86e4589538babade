import type { Sabotage } from '../sabotage.ts';

const copy = 'tests/rights/whole-copy.test.ts';
const journey = 'tests/rights/rights.test.ts';
const store = 'tests/store/rights.test.ts';

/** What people may ask of what is kept about them. */
export const rightsSabotages: readonly Sabotage[] = [
  {
    name: 'tries-are-counted-each',
    file: 'src/store/sql/case-rows.ts',
    find: ' and closed_at is null and sealed = :before',
    replace: ' and closed_at is null and :before = :before',
    breaks: ['tests/store/case-rows.test.ts'],
  },
  {
    name: 'end-users-under-way-are-waited-for',
    file: 'src/store/rights/end-user-erasure.ts',
    find: "if (await isHeld(sql, allowances)) return 'busy';",
    replace: '',
    breaks: ['tests/store/end-users.test.ts'],
  },
  {
    name: 'copies-have-every-column',
    file: 'src/store/rights/subject-rows.ts',
    find: '.filter(([, { exportable }]) => exportable)',
    replace: ".filter(([name, { exportable }]) => exportable && name !== 'tags')",
    breaks: [copy],
  },
  {
    name: 'copies-have-nobody-elses-rows',
    file: 'src/store/rights/subject-ways.ts',
    find: "where member.person = :person and member.role = 'owner')`;",
    replace: "where (member.person = :person or 1 = 1) and member.role = 'owner')`;",
    breaks: [copy],
  },
  {
    name: 'copies-are-opened-for-their-person',
    file: 'src/core/privacy/people-inventory.ts',
    find: "...classify(sealedNames, 'email name'),",
    replace: "...classify({ ...sealedNames, category: 'identifier' }, 'email name'),",
    breaks: [copy],
  },
  {
    name: 'one-copy-a-day',
    file: 'src/store/rights/copy-rows.ts',
    find: "and created_at > :since and state <> 'failed')",
    replace: "and created_at > :since + 999999999999 and state <> 'failed')",
    breaks: [store],
  },
  {
    name: 'copies-go-with-evidence',
    file: 'src/store/rights/copy-rows.ts',
    find: 'await addEvidence(sql, copy);',
    replace: '',
    breaks: [store],
  },
  {
    name: 'copies-need-a-fresh-proof',
    file: 'src/console/contract/privacy-rows.ts',
    find: "path: '/api/v1/privacy/copies/:id', needs: 'person', proof: true }",
    replace: "path: '/api/v1/privacy/copies/:id', needs: 'person' }",
    breaks: [journey],
  },
  {
    name: 'a-new-address-holds-copies',
    file: 'src/console/rights/copies-api.ts',
    find: 'const heldMs = 7 * 86_400_000;',
    replace: 'const heldMs = 0;',
    breaks: [journey],
  },
  {
    name: 'copies-are-their-persons',
    file: 'src/store/rights/copy-rows.ts',
    find: 'from privacy_copy where person = :person order by created_at desc',
    replace: 'from privacy_copy where person = :person or 1 = 1 order by created_at desc',
    breaks: [journey],
  },
  {
    name: 'restricted-keys-are-refused',
    file: 'src/keeper/peers/answer.ts',
    find: "if (found.isRestricted) return { state: 'restricted' };",
    replace: '',
    breaks: [journey],
  },
  {
    name: 'restrictions-are-told-at-once',
    file: 'src/store/rights/restriction-rows.ts',
    find: "for (const row of rows) await announce(sql, 'workspace', text(row, 'workspace'), now);",
    replace: "for (const row of rows) text(row, 'workspace');",
    breaks: [store, journey],
  },
  {
    name: 'restricted-end-users-are-refused',
    file: 'src/gateway/caller/refuse-restricted.ts',
    find: 'if (restrictedEndUsers === undefined) return;',
    replace: 'return;',
    breaks: [journey],
  },
  {
    name: 'reports-leave-restricted-rows-out',
    file: 'src/store/reports/usage-by.ts',
    find: "`usage.workspace not in ${leftOutOf('explain')}`",
    replace: "'1 = 1'",
    breaks: [journey],
  },
  {
    name: 'letters-show-whose-an-address-is',
    file: 'src/keeper/rights/identity.ts',
    find: 'return isIt && now - (identity?.askedAt ?? 0) < linkMs ? found : undefined;',
    replace: 'return isIt || now > 0 ? found : undefined;',
    breaks: ['tests/rights/identity-ladder.test.ts'],
  },
  {
    name: 'facts-are-guessed-three-times',
    file: 'src/keeper/rights/identity.ts',
    find: 'const triesMax = 3;',
    replace: 'const triesMax = 300;',
    breaks: ['tests/rights/identity-ladder.test.ts'],
  },
];
