import { DatabaseSync } from 'node:sqlite';
import { migrate } from '#store/migrate.ts';
import { makeAccountStore } from '#store/sql/account-store.ts';
import { makeLeaseStore } from '#store/sql/lease-store.ts';
import { makePostingStore } from '#store/sql/posting-store.ts';
import type { Sql } from '#store/sql/sql.ts';
import { SqliteDatabase } from '#store/sqlite/sqlite-database.ts';
import type { Store } from '#store/store.ts';

/** What is away: nothing happens; or its answer is: everything happens, and nobody is told. */
export type StoreFault = 'before' | 'after';

/** The real SQLite store in memory. Its statements are the product's; its transactions fail when they are told to. */
export class MemoryStore {
  readonly database: FailingDatabase;
  readonly store: Pick<Store, 'leases' | 'postings' | 'accounts'>;
  readonly #db: DatabaseSync;
  #made = 0;

  private constructor(now: () => number) {
    this.#db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    this.database = new FailingDatabase(this.#db, () => this.#db);
    // The same seed makes the same ids.
    const newId = (prefix: string) => `${prefix}_${(++this.#made).toString(36)}`;
    this.store = {
      leases: makeLeaseStore(this.database),
      postings: makePostingStore(this.database, { now, newId }),
      accounts: makeAccountStore(this.database, newId),
    };
  }

  static async open(now: () => number): Promise<MemoryStore> {
    const made = new MemoryStore(now);
    await migrate(made.database, { engine: 'sqlite', now, backUp() {} });
    return made;
  }

  close(): void {
    this.#db.close();
  }
}

class FailingDatabase extends SqliteDatabase {
  #faults: StoreFault[] = [];

  /** The next transactions fail, each in its way. */
  failNext(faults: readonly StoreFault[]): void {
    this.#faults = [...faults];
  }

  override async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const fault = this.#faults.shift();
    if (fault === 'before') throw new Error('the store is away');
    const result = await super.transaction(work);
    if (fault === 'after') throw new Error('the answer of a commit is lost');
    return result;
  }

  /** There is one connection: what is read is what is there. */
  override snapshot<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return super.transaction(work);
  }
}
