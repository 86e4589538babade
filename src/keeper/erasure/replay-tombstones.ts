import { purgedBy } from '#core/privacy/erasure/erasure-clock.ts';
import { erasurePlan } from '#core/privacy/erasure/erasure-plan.ts';
import type { NewErasure } from '#store/erasure-store.ts';
import { openPeopleErasure, type PeopleErasure } from '#store/people/people-erasure.ts';
import type { ErasureContext } from './erasure-job.ts';
import { addToTombstoneFile, readTombstoneFile } from './tombstones.ts';

type Replay = Pick<ErasureContext, 'store' | 'place' | 'stones' | 'now'>;

/**
 * Before anything is served: whoever was deleted, and is back since a backup was restored, is deleted again, without a grace. Keys
 * work no more, and nobody signs in, from this instant on; the rest is the job's. Gives how many came back.
 */
export async function replayTombstones(replay: Replay): Promise<number> {
  const { store, place } = replay;
  const stones = [...readTombstoneFile(place.dataDir), ...(await store.erasures.tombstones())];
  if (stones.length === 0) return 0;
  await store.erasures.addTombstones(stones);
  addToTombstoneFile(place.dataDir, stones);
  const hashes = new Set(stones.map(({ hash }) => hash));
  return (await workspacesBack(replay, hashes)) + (await personsBack(replay, hashes));
}

async function workspacesBack({ store, stones, now }: Replay, hashes: ReadonlySet<string>): Promise<number> {
  const living = await store.erasures.livingWorkspaces();
  const back = living.filter((id) => hashes.has(stones.hashOf('workspace', id)));
  for (const subject of back) {
    await store.erasures.open(atOnce({ kind: 'workspace', subject, pseudonym: pseudonymOf(subject) }, now()));
  }
  return back.length;
}

async function personsBack({ store, place, stones, now }: Replay, hashes: ReadonlySet<string>): Promise<number> {
  const people = await openPeopleErasure(place);
  if (!people) return 0;
  try {
    const back = (await people.persons()).filter((id) => hashes.has(stones.hashOf('person', id)));
    for (const subject of back) {
      const pseudonym = (await people.pseudonymOf(subject)) ?? '';
      await store.erasures.open(atOnce({ kind: 'person', subject, pseudonym }, now()));
      await shutOut(people, { subject, pseudonym, address: '' }, now());
    }
    return back.length;
  } finally {
    await people.close();
  }
}

/** Without the key nobody reads the name, and without sessions and passwords nobody signs in. */
async function shutOut(
  people: PeopleErasure,
  ids: { subject: string; pseudonym: string; address: string },
  now: number,
) {
  const first = new Set(['person_key', 'session', 'sign_in']);
  for (const table of erasurePlan('person')) {
    if (table.place === 'people' && first.has(table.table)) await people.erase(table, ids, { max: 10_000, now });
  }
}

/** What stays in books instead of a workspace's name. */
export function pseudonymOf(workspace: string): string {
  return `deleted-${workspace}`;
}

function atOnce(who: Pick<NewErasure, 'kind' | 'subject' | 'pseudonym'>, now: number): NewErasure {
  return {
    ...who,
    address: '',
    askedBy: 'restore',
    parent: null,
    askedAt: now,
    purgeAt: now,
    dueAt: purgedBy(now),
    facts: {},
  };
}
