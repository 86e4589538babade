// Promise V12: the copy has everything that the inventory says a person gets, and nothing that is about anybody else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Letters } from '#console/people/letters.ts';
import { PersonVault } from '#console/people/person-vault.ts';
import { columnInventory } from '#core/privacy/column-inventory.ts';
import { peopleInventory } from '#core/privacy/people-inventory.ts';
import { seal } from '#keeper/commands/cases.ts';
import { ada, Browser, setUp } from '../journeys/browser.ts';
import { eventually, type RunningFairlead, runFairlead } from '../journeys/running-fairlead.ts';
import { freshPlace, onBoth, openBehind } from '../store/store-under-test.ts';
import { readZip } from './read-zip.ts';
import { type Column, type SeedRow, type SeedSubject, seedRows } from './seed-marks.ts';

const bo = { name: 'Bo Bollard', email: 'bo.bollard@example.org', password: 'ropes and bollards' } as const;

type Copy = {
  readonly id: string;
  readonly state: string;
  readonly sha256: string | null;
  readonly link: string | null;
};

onBoth('a copy has every exportable column of whom it is for, and no mark of anybody else', async (t, engine) => {
  const { databaseUrl } = await freshPlace(t);
  const fairlead = await runFairlead(t, { env: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl } });
  const owner = await setUp(fairlead);
  const guest = await inviteBo(fairlead, owner);
  const [mine, theirs] = [await subjectOf(fairlead, owner, 'ada'), await subjectOf(fairlead, guest, 'bo')];
  const behind = await openBehind(t, databaseUrl === undefined ? fairlead : { ...fairlead, databaseUrl });
  const columns = (await behind.rows(columnsOf[engine])).map(
    ({ owner: table, name, type }): Column => ({
      table: String(table),
      name: String(name),
      isNumber: /int/i.test(String(type)),
    }),
  );
  const rows = { mine: seedRows(mine, columns), theirs: seedRows(theirs, columns) };
  if (engine === 'postgres') await behind.change(withoutReferences);
  // Whoever is here has one already.
  await behind.change('delete from person_activity');
  await behind.tamper([...rows.mine, ...rows.theirs].map(([table, row]) => insertOf(table, row)).join(';\n'));

  const archive = await copyOf(fairlead, owner);

  const files = readZip(archive);
  for (const [table, row] of rows.mine) {
    const lines = textOf(files, `data/${table}.jsonl`).split('\n').filter(Boolean);
    const kept = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const expected = expectedRow(table, row, mine);
    assert.ok(
      kept.some((each) => isEqual(each, expected)),
      `${table} lacks ${JSON.stringify(expected)}\n${lines.join('\n').slice(0, 2_000)}`,
    );
    for (const value of Object.values(expected)) {
      assert.ok(textOf(files, `data/${table}.csv`).includes(String(value).replaceAll('"', '""')), `${table}: ${value}`);
    }
  }
  const person = JSON.parse(textOf(files, 'data/person.jsonl')) as Record<string, unknown>;
  assert.deepEqual([person.name, person.email, person.id], [ada.name, ada.email, mine.person]);
  assert.deepEqual(Object.keys(person).sort(), exportableOf(peopleInventory.person));
  assert.ok(textOf(files, 'data/session.jsonl').includes('Firefox'));

  const foreign = [bo.name, bo.email, theirs.person, theirs.pseudonym, 'of-bo', 'mark-bo'];
  const numbers = [...rows.theirs.values()]
    .flatMap((row) => Object.values(row))
    .filter((each) => typeof each === 'number' && each > 1_000_000);
  for (const [name, content] of files) {
    for (const each of [...foreign, ...numbers.map(String)]) assert.ok(!content.includes(each), `${name} has ${each}`);
  }
  judgeManifest(files);
});

async function inviteBo({ url }: RunningFairlead, owner: Browser): Promise<Browser> {
  const invited = await owner.post('/api/v1/invitations', { email: bo.email, role: 'developer' });
  assert.equal(invited.status, 201, invited.text);
  const token = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const guest = new Browser(url);
  assert.equal((await guest.post('/api/auth/sign-up/email', { ...bo, invitation: token })).status, 200);
  assert.equal((await guest.post('/api/v1/invitations/accept', { token })).status, 200);
  return guest;
}

async function subjectOf(fairlead: RunningFairlead, browser: Browser, mark: string): Promise<SeedSubject> {
  const { person, workspaces } = (await browser.visit('/api/v1/me')).json<{
    person: { id: string; email: string };
    workspaces: { id: string; role: string }[];
  }>();
  const members = await fairlead.ask<{ person: string; role: string }[]>('member-list', {
    workspace: workspaces[0]?.id,
  });
  const key = randomBytes(32);
  const letters = new Letters(new PersonVault(readFileSync(join(fairlead.dataDir, 'secrets/pepper'))));
  return {
    ...{ mark, pseudonym: person.id, emailHash: letters.addressHash(person.email) },
    person: members.find(({ role }) => role === workspaces[0]?.role)?.person ?? '',
    sealedAddress: letters.seal(person.email),
    wrote: {
      sealed: seal(JSON.stringify({ contact: 'x', text: `mark-${mark}-wrote` }), key, randomBytes(12)),
      sealKey: key.toString('base64url'),
    },
  };
}

/** Ordered, waited for and fetched as the page does it. */
async function copyOf({ url }: RunningFairlead, browser: Browser): Promise<Buffer> {
  const ordered = await browser.post('/api/v1/privacy/copies');
  assert.equal(ordered.status, 202, ordered.text);
  const again = await browser.post('/api/v1/privacy/copies');
  assert.equal(again.status, 429, again.text);
  const { id } = ordered.json<{ data: { id: string } }>().data;
  const copy = await eventually(async () => {
    const { data } = (await browser.visit('/api/v1/privacy/copies')).json<{ data: Copy[] }>();
    const found = data.find((each) => each.id === id);
    assert.equal(found?.state, 'ready');
    return found;
  }, 30_000);
  const reply = await fetch(`${url}${copy.link}`, { headers: { cookie: browser.cookies } });
  assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'application/zip']);
  const archive = Buffer.from(await reply.arrayBuffer());
  assert.equal(createHash('sha256').update(archive).digest('hex'), copy.sha256);
  return archive;
}

function expectedRow(table: string, row: SeedRow, { mark }: SeedSubject): Readonly<Record<string, unknown>> {
  const shown = Object.fromEntries(exportableOf(columnInventory[table]).map((column) => [column, row[column]]));
  if (table === 'invitation') return { ...shown, email: ada.email };
  return table === 'privacy_case' ? { ...shown, sealed: `mark-${mark}-wrote` } : shown;
}

/** Each file as its hash says, and another program reads the archive. */
function judgeManifest(files: ReadonlyMap<string, Buffer>): void {
  const manifest = JSON.parse(textOf(files, 'manifest.json')) as Record<string, unknown> & {
    files: { name: string; sha256: string; bytes: number }[];
  };
  assert.deepEqual([...manifest.files.map(({ name }) => name), 'manifest.json'], [...files.keys()]);
  for (const { name, sha256, bytes } of manifest.files) {
    const content = files.get(name) ?? Buffer.alloc(0);
    assert.deepEqual([createHash('sha256').update(content).digest('hex'), content.length], [sha256, bytes], name);
  }
  for (const fact of ['data', 'recipients', 'transfers', 'sources', 'rights', 'automated_decisions', 'operator']) {
    assert.ok(fact in manifest, fact);
  }
  assert.match(textOf(files, 'index.html'), /A copy of your data/);
}

test('an archive is one to other programs, too', {
  skip: existsSync('/usr/bin/unzip') ? false : 'no unzip here',
}, async (t) => {
  const { ZipWriter } = await import('#console/rights/zip-writer.ts');
  const { temporaryFolder } = await import('../support/temporary-folder.ts');
  const pieces: Uint8Array[] = [];
  const zip = new ZipWriter(async (bytes) => void pieces.push(bytes));
  await zip.add('data/lantern-ä.txt', ['one\n', 'two\n'.repeat(100_000)]);
  await zip.add('empty', []);
  await zip.end();
  const path = join(
    temporaryFolder((last) => t.after(last)),
    'a.zip',
  );
  writeFileSync(path, Buffer.concat(pieces));

  assert.match(execFileSync('/usr/bin/unzip', ['-t', path], { encoding: 'utf8' }), /No errors detected/);
});

function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  const content = files.get(name);
  assert.ok(content, `${name} is missing; there are ${[...files.keys()].join(', ')}`);
  return content.toString('utf8');
}

function exportableOf(columns: Readonly<Record<string, { readonly exportable: boolean }>> = {}): string[] {
  return Object.keys(columns)
    .filter((name) => columns[name]?.exportable)
    .sort();
}

function isEqual(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => a[name] === b[name]);
}

const columnsOf = {
  sqlite: `select tables.name as owner, columns.name as name, columns.type as type
    from sqlite_schema as tables join pragma_table_info(tables.name) as columns
    where tables.type = 'table' and tables.name not like 'sqlite_%'`,
  postgres: `select table_name as owner, column_name as name, data_type as type from information_schema.columns
    where table_schema = 'fairlead'`,
};

/** Rows that hang in the air are seeded: the database's own joints are off for them. */
const withoutReferences = `do $body$ declare each record; begin
  for each in select conrelid::regclass::text as owner, conname from pg_constraint
    where contype = 'f' and connamespace = 'fairlead'::regnamespace loop
    execute format('alter table %s drop constraint %I', each.owner, each.conname);
  end loop; end $body$`;

function insertOf(table: string, row: SeedRow): string {
  const values = Object.values(row).map((value) =>
    typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`,
  );
  return `insert into ${table} (${Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ')}) values (${values.join(', ')})`;
}
