import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeeperEvent } from '#keeper/keeper-log.ts';
import { PostQueue } from '#keeper/posting/post-queue.ts';
import type { PostingStore } from '#store/store.ts';
import { endRecord } from './end-record.ts';

test('nobody hears of a commit that failed; it is tried again until it succeeds', async () => {
  const told: number[] = [];
  const events: KeeperEvent[] = [];
  const { postings, batches } = unreliablePostings(2);
  const queue = new PostQueue(postings, Date.now, (event) => events.push(event));

  queue.add([record(1)], () => told.push(1));
  queue.add([record(2)], () => told.push(2));
  await queue.flush();

  assert.deepEqual(told, [1, 2]);
  assert.deepEqual(batches, [2]);
  assert.deepEqual(events, ['keeper-post-failed', 'keeper-post-failed']);
});

test('a batch holds at most 500 records, and a large message is answered when its last one is committed', async () => {
  const told: number[] = [];
  const { postings, batches } = unreliablePostings(0);
  const queue = new PostQueue(postings, Date.now, () => {});

  queue.add(
    Array.from({ length: 1_201 }, (_, index) => record(index)),
    () => told.push(batches.length),
  );
  queue.add([], () => told.push(batches.length));
  await queue.flush();

  assert.deepEqual(batches, [500, 500, 201]);
  assert.deepEqual(told, [3, 3]);
});

test('a queue that was closed says nothing of what it had not committed', async () => {
  const told: number[] = [];
  const { postings } = unreliablePostings(1_000_000);
  const queue = new PostQueue(postings, Date.now, () => {});

  queue.add([record(1)], () => told.push(1));
  void queue.flush();
  await new Promise((resolve) => setTimeout(resolve, 30));
  queue.close();
  await new Promise((resolve) => setTimeout(resolve, 300));

  assert.deepEqual(told, []);
});

/** A store's postings that fail so many times first. */
function unreliablePostings(failures: number) {
  const batches: number[] = [];
  let left = failures;
  const postings: Pick<PostingStore, 'post'> = {
    async post(records) {
      if (left-- > 0) throw new Error('disk full');
      batches.push(records.length);
      return { posted: records.length, late: 0, wrong: 0 };
    },
  };
  return { postings, batches };
}

function record(index: number) {
  const generation = `gen-${String(index).padStart(26, '0')}`;
  return endRecord({ generation, workspace: 'ws', key: 'key', lease: 'lease', charge: '1' });
}
