import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Purse } from '#cli/chaos/play-callers.ts';
import { eventually, type RunningFairlead, toNano } from '../journeys/running-fairlead.ts';

/** What has ended shows after so long. */
const postedMs = 2_500;
const patienceMs = 10_000;

/** A workspace of its own for one question. */
export async function openPurse({ ask }: RunningFairlead, name: string): Promise<Purse> {
  const { id: workspace } = await ask<{ id: string }>('workspace-create', { name, credit_usd: '1.00' });
  const { key } = await ask<{ key: string }>('key-create', { workspace, name });
  return {
    key,
    async spent() {
      await sleep(postedMs);
      return await eventually(async () => {
        const wallet = await ask<{ held_usd: string; spent_usd: string }>('wallet-show', { workspace });
        assert.equal(wallet.held_usd, '0.000000000');
        return toNano(wallet.spent_usd);
      }, patienceMs);
    },
  };
}
