import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Settled = {
  readonly state: 'settled' | 'released';
  readonly charge: bigint;
  readonly payable: bigint;
  /** Booked to `loss:…` for this generation. */
  readonly loss: bigint;
};

/** The books as they stand, past all of our own code. */
export type Books = {
  readonly settlements: ReadonlyMap<string, Settled>;
  readonly customersPaid: bigint;
  readonly losses: bigint;
  /** Credits less debits of the wallet's entries, and the sum that its account shows. */
  readonly walletEntries: bigint;
  readonly walletBalance: bigint;
  /** Set aside in the windows; by open leases of living gateways; and of gateways that are gone. */
  readonly leased: bigint;
  readonly leasedAlive: bigint;
  readonly leasedDead: bigint;
  readonly credited: bigint;
};

export function readBooks(dataDir: string): Books {
  using db = openBooks(dataDir);
  const settlements = new Map<string, Settled>();
  const rows = db.all(
    `select generation, state, charge, payable,
       (select coalesce(sum(amount), 0) from settlement_loss where settlement_loss.generation = settlement.generation) as loss
     from settlement`,
  );
  for (const { generation, state, charge, payable, loss } of rows) {
    settlements.set(String(generation), {
      state: state === 'settled' ? 'settled' : 'released',
      charge: BigInt(charge ?? 0),
      payable: BigInt(payable ?? 0),
      loss: BigInt(loss ?? 0),
    });
  }
  const leasedBy = (state: string) =>
    db.sum(`select sum(granted - posted) from lease join instance on instance.id = lease.instance
            where lease.state = 'open' and instance.state ${state}`);
  return {
    settlements,
    customersPaid: db.sum('select sum(payable) from settlement'),
    losses: db.sum('select sum(amount) from settlement_loss'),
    walletEntries: db.sum(`select sum(amount) from entry where account like 'wallet:%'`),
    walletBalance: db.sum(`select sum(balance) from account where kind = 'wallet'`),
    leased: db.sum('select sum(leased) from allowance_window'),
    leasedAlive: leasedBy(`= 'alive'`),
    leasedDead: leasedBy(`<> 'alive'`),
    credited: db.sum(`select sum(amount) from transfer where kind = 'credit'`),
  };
}

type Row = Readonly<Record<string, bigint | string | null>>;

function openBooks(dataDir: string) {
  const database = new DatabaseSync(join(dataDir, 'main.db'), { readOnly: true });
  const all = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    // A parser: integers come as bigint, and no column asked for is a blob or a real.
    return statement.all() as Row[];
  };
  return {
    all,
    sum: (sql: string) => BigInt(Object.values(all(sql)[0] ?? {})[0] ?? 0n),
    [Symbol.dispose]: () => database.close(),
  };
}
