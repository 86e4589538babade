import type { Sabotage } from '../sabotage.ts';

/** Of the store: what keeps several keepers on one database right. */
export const storeSabotages: readonly Sabotage[] = [
  {
    name: 'changes-of-a-key-wait-for-each-other',
    file: 'src/store/sql/key-changes.ts',
    find: 'select id from key where id = :id ${sql.forUpdate}',
    replace: 'select id from key where id = :id',
    breaks: ['tests/store/limits.test.ts'],
  },
  {
    name: 'there-is-one-limit-of-each-kind',
    file: 'src/store/migrations/0012-one-limit-of-each-kind.ts',
    find: 'create unique index allowance_open',
    replace: 'create index allowance_open',
    breaks: ['tests/store/limits.test.ts'],
  },
  {
    name: 'grant-is-conditional',
    file: 'src/store/sql/window-rows.ts',
    find: ' and "limit" - spent - leased >= :give',
    replace: '',
    breaks: ['tests/store/races.test.ts'],
  },
  {
    name: 'windows-are-locked',
    file: 'src/store/postgres/postgres-statements.ts',
    find: "readonly forUpdate = 'for update';",
    replace: "readonly forUpdate = '';",
    breaks: ['tests/store/races.test.ts'],
  },
  {
    name: 'posting-is-idempotent',
    file: 'src/store/sql/settlement-rows.ts',
    find: "otherwise: 'on conflict (generation) do nothing',",
    replace: '',
    breaks: ['tests/store/races.test.ts'],
  },
  {
    name: 'posted-once',
    file: 'src/store/sql/posting-store.ts',
    find: '.filter(([id]) => !settled.has(id))',
    replace: '',
    breaks: ['tests/store/posting.test.ts'],
  },
  {
    name: 'lost-commit-is-asked-after',
    file: 'src/store/postgres/postgres-database.ts',
    find: "if (isAnswer(thrown) || !(await this.#wasCommitted(text(row, 'id')))) throw thrown;",
    replace: 'throw thrown;',
    breaks: ['tests/store/races.test.ts'],
  },
  {
    name: 'recall-before-short',
    file: 'src/keeper/answer.ts',
    find: 'context.recalls.tryAgain(instance, wants, result, askedAt)',
    replace: 'Promise.resolve(result)',
    breaks: ['tests/keeper/recall.test.ts'],
  },
];
