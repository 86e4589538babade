// V14 with the calendar moved, on both engines: account data stays as long as the account is used, and whoever does not come is told
// twice before it goes.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { DormancyPost } from '#console/dormancy/dormancy-post.ts';
import { Letters } from '#console/people/letters.ts';
import { PersonBook } from '#console/people/person-book.ts';
import { PersonVault } from '#console/people/person-vault.ts';
import { PostOffice } from '#console/people/post-office.ts';
import type { CommandContext } from '#keeper/commands/command.ts';
import { runCommand } from '#keeper/commands/table.ts';
import { DormancyJob } from '#keeper/dormancy/dormancy-job.ts';
import { KeyUses } from '#keeper/dormancy/key-uses.ts';
import { PolicyShelf, policySettingsOtherwise } from '#keeper/trust/policy-shelf.ts';
import { TrustDesk } from '#keeper/trust/trust-desk.ts';
import { openStore } from '#store/open-store.ts';
import { openPeople } from '#store/people/people-store.ts';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { freshPlace, newKey, noon, onBoth } from './store-under-test.ts';

const dayMs = 86_400_000;
const pepper = new Uint8Array(32).fill(7);
const months24 = Date.UTC(2028, 10, 2, 12);

async function world(t: TestContext, dormancy?: { readonly months: number; readonly noticeDays: number }) {
  const clock = { now: noon };
  const now = () => clock.now;
  const place = await freshPlace(t);
  const store = await openStore({ ...place, now });
  const people = await openPeople({ ...place, databaseUrl: place.databaseUrl });
  t.after(async () => {
    await people.close();
    await store.close();
  });
  const desk = await TrustDesk.open(store.trust, place, { policy: () => null, endpoint: () => undefined }, noon);
  const policies = await PolicyShelf.open(store);
  await policies.publish(policySettingsOtherwise, { usageDays: 90, dormancy }, desk, noon);
  const operators = await store.accounts.createWorkspace({ name: 'default', creditNano: 0n, now: noon });
  assert.ok(operators !== 'taken');

  const vault = new PersonVault(pepper);
  const smtp = await startSmtpDouble(t);
  const url = /smtp:\/\/[^"]+/.exec(smtp.mail)?.[0] ?? '';
  const context: Partial<CommandContext> = { store, policies, now };
  const post = new PostOffice({ smtp: { url, from: 'Fairlead <no-reply@example.org>' }, now });
  const command = async (name: string, args: unknown) => ({
    value: await runCommand(context as CommandContext, name, args),
  });
  const console = new DormancyPost({
    ...{ command, post, letters: () => new Letters(vault), publicUrl: async () => 'https://ai.example.org' },
    book: async () => new PersonBook(people, vault),
  });
  const job = new DormancyJob({ store, place, policies, holder: 'k_test', log() {}, now });

  /** A person with a workspace of its own and a key. */
  const settle = async (name: string, role: 'owner' | 'viewer' = 'owner') => {
    const person = `person-${name}`;
    const key = vault.newKey(person);
    const sealed = (field: string, text: string) => vault.sealFor(person, { sealedKey: key, field, text });
    await people.add('person_key', { person, sealed: key });
    const email = `${name}@example.org`;
    await people.add('person', {
      ...{ id: person, actor: `per_${name}`, email_hash: vault.lookUp('person.email', email) },
      ...{ email: sealed('email', email), name: sealed('name', name), created_at: noon, changed_at: noon },
    });
    const made = await store.accounts.createWorkspace({ name: `of ${name}`, creditNano: 5_000n, now: noon });
    assert.ok(made !== 'taken');
    await store.members.addMember({ workspace: made.id, person, role, now: noon });
    const { id } = await store.accounts.createKey(newKey(made.id, { hash: `hash of ${name}` }));
    return { person, workspace: made.id, key: id, email };
  };
  /** What the job and the console do on that day: the letters that went out since, as `address: subject`. */
  const on = async (at: number) => {
    clock.now = at;
    const before = smtp.received.length;
    await job.step();
    const taken = await console.write();
    const states = async () => (await store.dormancy.counts()).filter(({ mail }) => mail === 'taken');
    for (let turns = 0; turns < 500 && (await states()).length > 0; turns += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(taken < 50);
    return smtp.received.slice(before).map((letter) => {
      const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(letter)?.[1];
      return `${line('To')}: ${line('Subject')}`;
    });
  };
  const closing = (person: string) => store.erasures.openOf('person', person);
  return { clock, store, settle, on, closing, job, command, smtp };
}

onBoth(
  'whoever neither signs in nor uses a key for 24 months is told twice, and then closed with the grace of every deletion',
  async (t) => {
    const { store, settle, on, closing, smtp } = await world(t);
    const ann = await settle('ann');
    const [bob, cleo] = [await settle('bob'), await settle('cleo')];
    assert.deepEqual(await on(noon), []);
    const use = async (at: number) => {
      await store.dormancy.active(bob.person, at);
      await store.dormancy.usedKeys([{ key: cleo.key, at, network: '203.0.113.0/24' }]);
    };
    await use(months24 - 9 * dayMs);

    assert.deepEqual(await on(months24 - 1), [], 'a day is missing');
    assert.deepEqual(await on(months24), ['ann@example.org: Your account is closed on 2029-01-01']);
    assert.deepEqual(await on(months24), [], 'once');
    assert.deepEqual(await on(months24 + 46 * dayMs - 1), []);
    assert.deepEqual(await on(months24 + 46 * dayMs), [
      'ann@example.org: Once more: your account is closed on 2029-01-01',
    ]);
    assert.deepEqual(await on(months24 + 60 * dayMs - 1), []);
    assert.equal(await closing(ann.person), undefined);

    const end = months24 + 60 * dayMs;
    assert.deepEqual(await on(end), ['ann@example.org: Your account is being closed']);
    assert.match(smtp.received.at(-1) ?? '', /2029-01-15/);
    const open = await closing(ann.person);
    assert.deepEqual([open?.state, open?.askedBy, open?.pseudonym], ['pending', 'dormancy', 'per_ann']);
    assert.equal(open?.purgeAt, end + 14 * dayMs);
    assert.ok(open?.address, 'invitations of its address go too');
    assert.equal(
      (await store.erasures.openOf('workspace', ann.workspace))?.parent,
      open?.id,
      'what it alone owns goes along',
    );
    assert.deepEqual([await closing(bob.person), await closing(cleo.person)], [undefined, undefined]);
    assert.deepEqual(await on(end + dayMs), []);
    const facts = (await store.audit.entries('operator', 0, 50)).map(({ action, target }) => `${action} ${target}`);
    assert.deepEqual(facts, [
      ...['dormant-letter-sent per_ann', 'dormant-letter-sent per_ann', 'dormant-closing per_ann'],
      'dormant-letter-sent per_ann',
    ]);
  },
);

onBoth('a sign-in ends it, also within the grace; so does a request with a key', async (t) => {
  const { store, settle, on, closing, command, clock } = await world(t);
  const [ann, bob] = [await settle('ann'), await settle('bob')];
  await on(noon);
  await on(months24);

  await store.dormancy.usedKeys([{ key: bob.key, at: months24 + dayMs, network: null }]);
  assert.equal((await on(months24 + 46 * dayMs)).length, 1, 'bob is told nothing more');
  assert.equal((await on(months24 + 60 * dayMs)).length, 1);
  assert.equal(await closing(bob.person), undefined);
  assert.ok(await closing(ann.person));

  clock.now = months24 + 70 * dayMs;
  await command('member-of', { person: ann.person });
  assert.ok(await closing(ann.person), 'whoever asks about her is not she');
  const { value } = await command('member-of', { person: ann.person, is_here: 'yes' });
  assert.equal((value as { closing: string | null }).closing, null);
  assert.equal(await closing(ann.person), undefined);
  assert.equal(await store.erasures.openOf('workspace', ann.workspace), undefined);
  assert.deepEqual(await on(months24 + 80 * dayMs), [], 'and it begins anew');
});

onBoth('a closing that an operator takes back begins anew: two years later there are letters again', async (t) => {
  const { store, settle, on, closing, command } = await world(t);
  const ann = await settle('ann');
  await on(noon);
  for (const days of [0, 46, 60]) assert.equal((await on(months24 + days * dayMs)).length, 1);

  await command('erasure-cancel', { id: (await closing(ann.person))?.id });

  assert.equal(await closing(ann.person), undefined);
  assert.deepEqual(
    (await store.dormancy.counts()).map(({ told }) => told),
    [0],
  );
  assert.equal((await on(months24 + 60 * dayMs + 732 * dayMs)).length, 1);
});

onBoth('legal holds, workspaces that others use, operators and whoever is restricted are left alone', async (t) => {
  const { store, settle, on, closing, command } = await world(t);
  const held = await settle('held');
  const shared = await settle('shared');
  const [operator, restricted, active] = [await settle('operator'), await settle('restricted'), await settle('active')];
  await store.retention.hold({
    workspace: held.workspace,
    owner: 'Legal',
    reason: 'case',
    reviewAt: months24,
    now: noon,
  });
  await store.members.addMember({ workspace: shared.workspace, person: active.person, role: 'viewer', now: noon });
  await store.members.addOperatorRole({ person: operator.person, role: 'operator', now: noon });
  await store.rights.restrict({ kind: 'person', subject: restricted.person, workspace: '', activity: 'all' }, noon);
  await on(noon);
  await store.dormancy.active(active.person, months24);

  assert.deepEqual(
    (await on(months24)).toSorted().map((each) => each.split('@')[0]),
    ['held', 'shared'],
  );
  await on(months24 + 46 * dayMs);
  assert.deepEqual(await on(months24 + 60 * dayMs), [], 'something is in the way');
  assert.deepEqual([await closing(held.person), await closing(shared.person)], [undefined, undefined]);
  const { value } = await command('dormancy-show', {});
  assert.deepEqual((value as { waits: unknown }).waits, { 'legal-hold': 1, 'last-owner': 1 });

  const [hold] = await store.retention.holds();
  await store.retention.endHold(hold?.id ?? '', months24 + 61 * dayMs);
  await store.members.changeRole({ workspace: shared.workspace, person: active.person, role: 'owner', now: noon });
  assert.equal((await on(months24 + 61 * dayMs)).length, 2);
  assert.ok((await closing(held.person)) && (await closing(shared.person)));
  assert.equal(await store.erasures.openOf('workspace', shared.workspace), undefined, 'what others own stays');
});

onBoth(
  'nobody is closed who was not written to: letters wait for a server, and the days count from them',
  async (t) => {
    const { store, settle, on, job, clock, closing } = await world(t, { months: 12, noticeDays: 30 });
    const ann = await settle('ann');
    await on(noon);
    const year = Date.UTC(2027, 10, 2, 12);

    for (const day of [0, 100, 200]) {
      clock.now = year + day * dayMs;
      await job.step();
    }
    assert.equal(await closing(ann.person), undefined, 'no console took the letter');
    assert.equal((await on(year + 200 * dayMs)).length, 1);
    assert.deepEqual(await on(year + 215 * dayMs), []);
    assert.equal((await on(year + 216 * dayMs)).length, 1);
    assert.equal((await on(year + 230 * dayMs)).length, 1);
    assert.ok(await closing(ann.person));

    const rows = await store.dormancy.counts();
    assert.deepEqual(
      rows.map(({ told, people }) => [told, people]),
      [[3, 1]],
    );
  },
);

onBoth('who was told once is told again before anything happens, however long nobody could write', async (t) => {
  const { settle, on, closing } = await world(t);
  const ann = await settle('ann');
  await on(noon);
  assert.equal((await on(months24)).length, 1);

  const later = months24 + 90 * dayMs;
  assert.deepEqual(await on(later), ['ann@example.org: Once more: your account is closed on 2029-02-14']);
  assert.equal(await closing(ann.person), undefined);
  assert.deepEqual(await on(later + 14 * dayMs - 1), []);
  assert.equal((await on(later + 14 * dayMs)).length, 1);
  assert.ok(await closing(ann.person));
});

onBoth('a letter whose reader no server knows is tried on five days, and counts then as written', async (t) => {
  const { store, settle, job, clock } = await world(t);
  const ann = await settle('ann');
  clock.now = noon;
  await job.step();
  clock.now = months24;
  await job.step();
  const take = (now: number) => store.dormancy.takeMail({ max: 5, now, againAfterMs: 3_600_000, noticeDays: 60 });

  for (let day = 0; day < 5; day += 1) {
    const at = months24 + day * dayMs;
    const [letter] = await take(at);
    assert.deepEqual(
      [letter?.kind, letter?.closesAt],
      ['first', at + 60 * dayMs],
      'it names a day from when it is written',
    );
    assert.deepEqual(await take(at), [], 'of two consoles one writes it');
    await store.dormancy.mailed(ann.person, 'failed', at);
    assert.deepEqual(await take(at + dayMs - 1), []);
  }
  assert.deepEqual(await take(months24 + 9 * dayMs), []);
  assert.deepEqual(
    (await store.dormancy.counts()).map(({ told, mail }) => [told, mail]),
    [[1, 'failed']],
  );
});

onBoth('a server that takes no letters from us closes nobody, and what it says of a reader counts', async (t) => {
  const { store, settle, on, closing, command, smtp } = await world(t);
  const ann = await settle('ann');
  await on(noon);
  const states = async () => (await store.dormancy.counts()).map(({ told, mail }) => [told, mail]);
  for (const [week, says] of ['554 5.7.1 relaying denied', '550 5.7.1 your password is old'].entries()) {
    smtp.toReader = says;
    for (let day = 0; day < 7; day += 1) assert.deepEqual(await on(months24 + (7 * week + day) * dayMs), []);
    assert.deepEqual(await states(), [[1, 'due']], says);
  }
  assert.deepEqual(await on(months24 + 400 * dayMs), []);
  assert.equal(await closing(ann.person), undefined);

  smtp.toReader = '550 5.1.1 no such user';
  for (let day = 401; day < 406; day += 1) await on(months24 + day * dayMs);
  assert.deepEqual(await states(), [[1, 'failed']]);

  smtp.toReader = '250 fine';
  assert.equal((await on(months24 + 460 * dayMs)).length, 1, 'the second letter');
  smtp.toReader = '554 5.7.1 relaying denied';
  const end = months24 + 475 * dayMs;
  assert.deepEqual(await on(end), []);
  const open = await closing(ann.person);
  assert.ok(open);
  smtp.toReader = '250 fine';
  assert.deepEqual(await on(end + dayMs), ['ann@example.org: Your account is being closed'], 'it is told all the same');
  assert.match(smtp.received.at(-1) ?? '', new RegExp(new Date(open.purgeAt).toISOString().slice(0, 10)));
  await command('member-of', { person: ann.person, is_here: 'yes' });
  assert.equal(await closing(ann.person), undefined);
});

onBoth(
  'the last use of a key stays the last, whichever gateway tells of it first, with the network that is known',
  async (t) => {
    const { store, settle } = await world(t);
    const { key } = await settle('ann');
    const uses = new KeyUses();
    const writing = uses.start(store, () => {});
    uses.saw(key, noon + 5_000, '203.0.113.0/24');
    uses.saw(key, noon + 6_000, null);
    await writing.stop();

    await store.dormancy.usedKeys([{ key, at: noon + 1_000, network: '198.51.100.0/24' }]);
    assert.deepEqual((await store.dormancy.keyUses([key])).get(key), { at: noon + 6_000, network: '203.0.113.0/24' });
  },
);
