import type { Sabotage } from '../sabotage.ts';

const breaks = ['tests/store/dormancy.test.ts'];

/** Of accounts that nobody uses. */
export const dormancySabotages: readonly Sabotage[] = [
  {
    name: 'keys-in-use-keep-accounts',
    file: 'src/store/sql/dormancy-rows.ts',
    find: 'and key_use.at > :dormantSince)',
    replace: 'and 1 = 0)',
    breaks,
  },
  {
    name: 'the-dormant-are-told-twice',
    file: 'src/store/sql/dormancy-rows.ts',
    find: 'where told = 2 and ${isWritten}',
    replace: 'where told in (1, 2) and ${isWritten}',
    breaks,
  },
  {
    name: 'only-who-was-told-is-closed',
    file: 'src/store/sql/dormancy-rows.ts',
    find: "const isWritten = `mail in ('sent', 'failed')`;",
    replace: 'const isWritten = `closes_at >= 0`;',
    breaks,
  },
  {
    name: 'silent-servers-close-nobody',
    file: 'src/console/dormancy/dormancy-post.ts',
    find: "hasReader ? 'unsent' : 'failed'",
    replace: "'failed'",
    breaks,
  },
  {
    name: 'coming-back-takes-it-back',
    file: 'src/keeper/commands/members.ts',
    find: 'open?.askedBy === askedByDormancy',
    replace: 'open === undefined',
    breaks,
  },
  {
    name: 'what-others-use-keeps-its-owner',
    file: 'src/keeper/commands/dormancy.ts',
    find: 'await store.dormancy.hasActiveOthers(workspace, person, since)',
    replace: 'false',
    breaks,
  },
];
