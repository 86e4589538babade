import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedLine } from '#simulator/served-line.ts';

/** USD per million tokens, as the configuration names them; nano-USD per token is a thousand times that. */
export const price = { input: 0.25, cached_input: 0.025, output: 2 };
const nanoPerToken = { input: 250n, cached: 25n, output: 2_000n };

/** What was asked of the upstream by its own log, and what that is worth at our price: only words that left it. */
export type Served = { readonly input: number; readonly worth: bigint };

export function readUpstreamLog(logFile: string): readonly Served[] {
  const lines = readFileSync(logFile, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { input, cached, sent } = JSON.parse(line) as ServedLine;
    const asked = BigInt(input - cached) * nanoPerToken.input + BigInt(cached) * nanoPerToken.cached;
    return { input, worth: asked + BigInt(sent) * nanoPerToken.output };
  });
}

export function worthOf(served: readonly Served[]): bigint {
  return served.reduce((sum, { worth }) => sum + worth, 0n);
}

/** The upstream has noticed that everybody left, and its log says so. */
export async function untilUpstreamIsIdle(simulatorUrl: string): Promise<void> {
  const until = performance.now() + 10_000;
  let idleTimes = 0;
  while (performance.now() < until) {
    const response = await fetch(`${simulatorUrl}/simulator/stats`);
    const { open } = (await response.json()) as { open: number };
    idleTimes = open === 0 ? idleTimes + 1 : 0;
    if (idleTimes === 3) return;
    await sleep(30);
  }
  throw new Error('the simulator still serves somebody, ten seconds after the kill');
}
