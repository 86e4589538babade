import { type CleanedWhere, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters';
import type { Condition, PeopleStore, PeopleTable } from '#store/people/people-store.ts';
import { deviceOf } from './device.ts';
import type { PersonVault } from './person-vault.ts';

const sessionsMax = 50;

type Given = Readonly<Record<string, unknown>>;
type Stored = Record<string, string | number | bigint | null>;
type Where = readonly Pick<CleanedWhere, 'field' | 'operator' | 'value' | 'connector'>[];

/**
 * How a field of the sign-in library lies in a column: as it is, as an instant, as 0 or 1, by its keyed hash alone, sealed, or
 * both hashed and sealed so that it can be found and read.
 */
type Kept =
  | 'plain'
  | 'instant'
  | 'flag'
  | 'hashed'
  | 'sealed'
  | 'for-person'
  | 'found-for-person'
  | 'device'
  | 'nothing';

type Model = {
  readonly table: PeopleTable;
  readonly fields: Readonly<Record<string, readonly [column: string, Kept]>>;
};

const stamps = { createdAt: ['created_at', 'instant'], updatedAt: ['changed_at', 'instant'] } as const;

const models: Readonly<Record<string, Model>> = {
  user: {
    table: 'person',
    fields: {
      id: ['id', 'plain'],
      name: ['name', 'for-person'],
      email: ['email', 'found-for-person'],
      emailVerified: ['email_verified', 'flag'],
      image: ['', 'nothing'],
      twoFactorEnabled: ['two_factor', 'flag'],
      actor: ['actor', 'plain'],
      termsVersion: ['terms_version', 'plain'],
      acceptedAt: ['accepted_at', 'instant'],
      ...stamps,
    },
  },
  session: {
    table: 'session',
    fields: {
      id: ['id', 'plain'],
      userId: ['person', 'plain'],
      token: ['token_hash', 'hashed'],
      userAgent: ['device', 'device'],
      ipAddress: ['', 'nothing'],
      expiresAt: ['expires_at', 'instant'],
      provedAt: ['proved_at', 'instant'],
      ...stamps,
    },
  },
  account: {
    table: 'sign_in',
    fields: {
      id: ['id', 'plain'],
      userId: ['person', 'plain'],
      providerId: ['provider', 'plain'],
      accountId: ['subject', 'plain'],
      password: ['secret', 'plain'],
      ...stamps,
    },
  },
  verification: {
    table: 'proof',
    fields: {
      id: ['id', 'plain'],
      identifier: ['identifier_hash', 'hashed'],
      value: ['sealed', 'sealed'],
      expiresAt: ['expires_at', 'instant'],
      ...stamps,
    },
  },
  twoFactor: {
    table: 'second_factor',
    fields: {
      id: ['id', 'plain'],
      userId: ['person', 'plain'],
      secret: ['secret', 'plain'],
      backupCodes: ['recovery', 'plain'],
      verified: ['verified', 'flag'],
      failedVerificationCount: ['failures', 'plain'],
      lockedUntil: ['locked_until', 'instant'],
    },
  },
};

/** The sign-in library's way to people.db. What it hands over in the clear lies there sealed or hashed, and is found all the same. */
export function peopleAdapter(options: AdapterOptions) {
  const rows = new PeopleRows(options);
  // The library's types ask for generics that only a cast can answer: what goes in and out is judged above.
  const adapter = {
    create: (ask: { model: string; data: Given }) => rows.create(ask.model, ask.data),
    findOne: async (ask: { model: string; where: Where }) =>
      (await rows.find(ask.model, ask.where, { limit: 1 }))[0] ?? null,
    findMany: (ask: FindMany) => rows.findMany(ask),
    update: (ask: { model: string; where: Where; update: Given }) => rows.update(ask.model, ask.where, ask.update),
    updateMany: (ask: { model: string; where: Where; update: Given }) =>
      rows.updateMany(ask.model, ask.where, ask.update),
    delete: async (ask: { model: string; where: Where }) => void (await rows.remove(ask.model, ask.where)),
    deleteMany: (ask: { model: string; where: Where }) => rows.remove(ask.model, ask.where),
    consumeOne: (ask: { model: string; where: Where }) => rows.take(ask.model, ask.where),
    count: (ask: { model: string; where?: Where | undefined }) => rows.count(ask.model, ask.where ?? []),
  } as unknown as CustomAdapter;
  return createAdapterFactory({
    config: { adapterId: 'fairlead', adapterName: 'people.db', supportsNumericIds: false, transaction: false },
    adapter: () => adapter,
  });
}

export type AdapterOptions = {
  readonly store: PeopleStore;
  readonly vault: PersonVault;
  now(): number;
  /** What stands for a person in logs of changes: nobody's name. */
  newActor(): string;
};

type FindMany = {
  readonly model: string;
  readonly where?: Where | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly sortBy?: { readonly field: string; readonly direction: 'asc' | 'desc' } | undefined;
};

class PeopleRows {
  readonly #store: PeopleStore;
  readonly #vault: PersonVault;
  readonly #options: AdapterOptions;

  constructor(options: AdapterOptions) {
    this.#store = options.store;
    this.#vault = options.vault;
    this.#options = options;
  }

  async create(name: string, data: Given): Promise<Given> {
    const model = modelOf(name);
    const id = String(data.id);
    if (name === 'user') {
      const sealed = this.#vault.newKey(id);
      await this.#store.add('person_key', { person: id, sealed });
      const row = this.#toRow(model, data, { person: id, sealed });
      await this.#store.add('person', { ...row, actor: this.#options.newActor() });
      return data;
    }
    const proved = name === 'session' ? { proved_at: this.#options.now() } : {};
    await this.#store.add(model.table, { ...proved, ...this.#toRow(model, data, undefined) });
    if (name === 'session') await this.#endOldest(String(data.userId));
    return data;
  }

  async find(name: string, where: Where, rows: { readonly limit: number }): Promise<readonly Given[]> {
    return await this.#read(
      name,
      where,
      await this.#store.find(modelOf(name).table, this.#conditions(name, where), rows),
    );
  }

  async findMany({ model: name, where = [], limit, offset, sortBy }: FindMany): Promise<readonly Given[]> {
    const { table } = modelOf(name);
    const order = sortBy && { column: columnOf(name, sortBy.field), down: sortBy.direction === 'desc' };
    const found = await this.#store.find(table, this.#conditions(name, where), { order, limit, offset });
    return await this.#read(name, where, found);
  }

  async update(name: string, where: Where, change: Given): Promise<Given | null> {
    const [before] = await this.find(name, where, { limit: 1 });
    if (!before) return null;
    return (await this.#change(name, { before, where }, change)) > 0 ? { ...before, ...change } : null;
  }

  async updateMany(name: string, where: Where, change: Given): Promise<number> {
    const all = await this.find(name, where, { limit: 1_000 });
    let changed = 0;
    for (const before of all) changed += await this.#change(name, { before, where }, change);
    return changed;
  }

  /** Whoever signs in again and again has no endless list of sessions: those used longest ago go. */
  async #endOldest(person: string): Promise<void> {
    const isHis = { column: 'person', is: 'eq', value: person, join: 'and' } as const;
    const order = { column: 'changed_at', down: true };
    const rest = await this.#store.find('session', [isHis], { order, offset: sessionsMax, limit: 1_000 });
    const value = rest.map(({ id }) => String(id));
    if (value.length > 0) await this.#store.remove('session', [{ column: 'id', is: 'in', value, join: 'and' }]);
  }

  async remove(name: string, where: Where): Promise<number> {
    return await this.#store.remove(modelOf(name).table, this.#conditions(name, where));
  }

  async take(name: string, where: Where): Promise<Given | null> {
    const row = await this.#store.take(modelOf(name).table, this.#conditions(name, where));
    return row ? ((await this.#read(name, where, [row]))[0] ?? null) : null;
  }

  async count(name: string, where: Where): Promise<number> {
    return await this.#store.count(modelOf(name).table, this.#conditions(name, where));
  }

  /** What was asked for holds still when the row is changed: of two that saw it so, one changes it. */
  async #change(name: string, { before, where }: { before: Given; where: Where }, change: Given): Promise<number> {
    const model = modelOf(name);
    const id = String(before.id);
    const key = name === 'user' ? await this.#keyOf(id) : undefined;
    const values = this.#toRow(model, change, key);
    if (Object.keys(values).length === 0) return 1;
    const guard = this.#conditions(name, where);
    return await this.#store.change(
      model.table,
      [...guard, { column: 'id', is: 'eq', value: id, join: 'and' }],
      values,
    );
  }

  async #keyOf(person: string): Promise<PersonKey> {
    const [row] = await this.#store.find('person_key', [{ column: 'person', is: 'eq', value: person, join: 'and' }]);
    return { person, sealed: String(row?.sealed) };
  }

  #toRow({ table, fields }: Model, data: Given, key: PersonKey | undefined): Stored {
    const row: Stored = {};
    for (const [field, value] of Object.entries(data)) {
      const kept = fields[field];
      if (kept) Object.assign(row, this.#toColumns({ table, field, kept, value, key }));
    }
    return row;
  }

  #toColumns({ table, field, kept: [column, kind], value, key }: Writing): Stored {
    if (kind === 'nothing') return {};
    if (kind === 'device') return { [column]: deviceOf(typeof value === 'string' ? value : '') };
    if (value === null || value === undefined) return { [column]: null };
    switch (kind) {
      case 'plain':
        return { [column]: typeof value === 'number' ? value : String(value) };
      case 'instant':
        return { [column]: toInstant(value) };
      case 'flag':
        return { [column]: value === true ? 1 : 0 };
      case 'hashed':
        return { [column]: this.#vault.lookUp(`${table}.${field}`, String(value)) };
      case 'sealed':
        return { [column]: this.#vault.seal(`${table}.${field}`, String(value)) };
      case 'for-person':
        return { [column]: this.#sealFor(key, field, String(value)) };
      case 'found-for-person': {
        const text = String(value).toLowerCase();
        return {
          [`${column}_hash`]: this.#vault.lookUp(`${table}.${field}`, text),
          [column]: this.#sealFor(key, field, text),
        };
      }
    }
  }

  #sealFor(key: PersonKey | undefined, field: string, text: string): string {
    if (!key) throw new Error('only a person has what is sealed for one');
    return this.#vault.sealFor(key.person, { sealedKey: key.sealed, field, text });
  }

  #conditions(name: string, where: Where): readonly Condition[] {
    const { table, fields } = modelOf(name);
    return where.map(({ field, operator = 'eq', value, connector }) => {
      const [column, kind] = fields[field] ?? ['', 'nothing'];
      const one = (each: unknown) => this.#sought(table, field, kind, each);
      const isList = Array.isArray(value);
      if (operator === 'contains' || operator === 'starts_with' || operator === 'ends_with' || kind === 'nothing') {
        throw new Error('people are not searched by parts of what is sealed');
      }
      return {
        column: kind === 'found-for-person' ? `${column}_hash` : column,
        is: operator,
        value: isList ? value.map((each) => String(one(each))) : one(value),
        join: connector === 'OR' ? 'or' : 'and',
      };
    });
  }

  #sought(table: string, field: string, kind: Kept, value: unknown): string | number | null {
    if (value === null || value === undefined) return null;
    if (kind === 'instant') return toInstant(value);
    if (kind === 'flag') return value === true ? 1 : 0;
    if (kind === 'plain') return typeof value === 'number' ? value : String(value);
    const text = kind === 'found-for-person' ? String(value).toLowerCase() : String(value);
    return this.#vault.lookUp(`${table}.${field}`, text);
  }

  /** A hash cannot be read: who asked by the true value gets it back, and nobody else does. */
  async #read(name: string, where: Where, found: readonly Given[]): Promise<readonly Given[]> {
    const { table, fields } = modelOf(name);
    const asked = new Map(where.flatMap(({ field, operator, value }) => (operator === 'eq' ? [[field, value]] : [])));
    return await Promise.all(
      found.map(async (row) => {
        const key = name === 'user' ? await this.#keyOf(String(row.id)) : undefined;
        const read = Object.entries(fields).map(([field, [column, kind]]) => {
          if (kind === 'hashed') return [field, asked.get(field) ?? ''];
          return [
            field,
            kind === 'nothing' ? null : this.#fromColumn({ table, field, kind, stored: row[column], key }),
          ];
        });
        return Object.fromEntries(read);
      }),
    );
  }

  #fromColumn({ table, field, kind, stored, key }: Reading): unknown {
    if (stored === null || stored === undefined) return null;
    if (kind === 'instant') return new Date(Number(stored));
    if (kind === 'flag') return Number(stored) === 1;
    if (kind === 'sealed') return this.#vault.open(`${table}.${field}`, String(stored));
    if (kind === 'for-person' || kind === 'found-for-person') {
      return this.#vault.openFor(key?.person ?? '', { sealedKey: key?.sealed ?? '', field, sealed: String(stored) });
    }
    return typeof stored === 'bigint' ? Number(stored) : stored;
  }
}

type PersonKey = { readonly person: string; readonly sealed: string };

type Writing = {
  readonly table: string;
  readonly field: string;
  readonly kept: readonly [column: string, Kept];
  readonly value: unknown;
  readonly key: PersonKey | undefined;
};

type Reading = {
  readonly table: string;
  readonly field: string;
  readonly kind: Kept;
  readonly stored: unknown;
  readonly key: PersonKey | undefined;
};

function modelOf(name: string): Model {
  const model = models[name];
  if (!model) throw new Error('the sign-in library asks for a table that there is not');
  return model;
}

function columnOf(name: string, field: string): string {
  return modelOf(name).fields[field]?.[0] ?? '';
}

function toInstant(value: unknown): number {
  return value instanceof Date ? value.getTime() : new Date(String(value)).getTime();
}
