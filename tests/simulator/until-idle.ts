import type { Simulator } from '#simulator/simulator.ts';

/** Waits until every request has its line in the log. */
export async function untilIdle(simulator: Simulator): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const reply = await fetch(new URL('/simulator/stats', simulator.url));
    const { open } = (await reply.json()) as { open: number };
    if (open === 0) return;
    await new Promise(setImmediate);
  }
}
