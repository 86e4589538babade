import type { Client } from 'pg';
import { changeChannel } from './postgres-statements.ts';

const againMs = 1_000;

/** Calls when somebody changed what gateways must know. Connects again by itself; what it misses, a reader finds each second. */
export function listen(
  connect: () => Promise<Client>,
  onChange: () => void,
): { readonly isUp: boolean; close(): Promise<void> } {
  let client: Client | undefined;
  let isClosed = false;
  let isUp = false;
  let again: NodeJS.Timeout | undefined;
  const start = async (): Promise<void> => {
    try {
      const connected = await connect();
      if (isClosed) return await connected.end();
      client = connected;
      connected.on('notification', onChange);
      connected.once('end', retry);
      await connected.query(`listen ${changeChannel}`);
      isUp = true;
    } catch {
      if (client) await client.end().catch(() => {});
      else retry();
    }
  };
  const retry = (): void => {
    client = undefined;
    isUp = false;
    if (!isClosed) again = setTimeout(start, againMs).unref();
  };
  const started = start();
  return {
    get isUp() {
      return isUp;
    },
    async close() {
      isClosed = true;
      clearTimeout(again);
      await started;
      await client?.end().catch(() => {});
    },
  };
}
