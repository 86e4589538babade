import type { PostOffice } from '../people/post-office.ts';

const everyMs = 60_000;

/**
 * Has letters written at once and each minute. Where no mail server is configured none is taken from the keeper, so that they go out
 * when there is one.
 */
export function writeEachMinute({ sends }: Pick<PostOffice, 'sends'>, write: () => Promise<number>): void {
  if (!sends) return;
  const turn = () => void write().catch(() => {});
  // The keeper says so when it is away; what was taken is taken again an hour later.
  setInterval(turn, everyMs).unref();
  turn();
}
