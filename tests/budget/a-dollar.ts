import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type FairleadProcess,
  freshFolder,
  startFairlead,
  startSimulatorProcess,
} from '../support/fairlead-process.ts';

/** A fresh start: one workspace, one dollar, and models whose every answer can cost a cent. */
export type ADollar = { readonly fairlead: FairleadProcess; readonly key: string; readonly dataDir: string };

/** What one answer may cost: 1,000 tokens at ten dollars per million. */
export const tokensMax = 1_000;
const price = { input: 0, output: 10 };

/** Answers of any length that take their time: a millisecond a word. */
export const paces = [10, 100, 250, 400, 550, 700, 850, 990].map((words) => `pace-1-${words}`);

/** With options of `key create`, the key is one with limits; else the first start's own. */
export async function startWithADollar(t: TestContext, keyOptions: readonly string[] = []): Promise<ADollar> {
  const folder = freshFolder(t);
  const simulator = await startSimulatorProcess({ logFile: join(folder, 'upstream.log') });
  t.after(() => simulator.stop());
  const dataDir = join(folder, 'fairlead', 'data');
  const fairlead = await startFairlead({ dataDir, config: configure(simulator.url) });
  t.after(() => fairlead.kill9());
  if (keyOptions.length === 0) return { fairlead, key: fairlead.key, dataDir };
  const { key } = await fairlead.cli<{ key: string }>('key', 'create', ...keyOptions);
  return { fairlead, key, dataDir };
}

/** An answer of a whole cent that takes a second. */
export const slowCent = 'pace-1-1000';

export function configure(simulatorUrl: string): string {
  const offers = ['fill', 'fill-random', slowCent, ...paces].map((model) => [model, { as: `sim/${model}`, price }]);
  const sim = {
    provider: 'sim',
    protocols: ['openai-chat'],
    base_url: `${simulatorUrl}/v1`,
    data: { trains: false },
    api_key: 'any',
    type: 'self_hosted',
    models: Object.fromEntries(offers),
  };
  // JSON is YAML.
  return JSON.stringify({ upstreams: { sim } });
}
