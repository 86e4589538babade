// The console's thread: pages and API for people, on a private socket behind the gateway's port.
import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { configJsonSchema } from '#config/json-schema.ts';
import { AccountApi } from '#console/account/account-api.ts';
import { commandLink } from '#console/command-link.ts';
import { servePeople } from '#http/people/serve-people.ts';
import { readOrMakePepper } from '#keeper/pepper.ts';

// Written by console/console-thread.ts.
const { socketPath, keeperSocket, dataDir, pepper, keyPrefix } = workerData as {
  readonly socketPath: string;
  readonly keeperSocket: string;
  readonly dataDir: string;
  readonly pepper: string | undefined;
  readonly keyPrefix: string;
};
const command = commandLink(keeperSocket);
const account = new AccountApi({ command, pepper: readOrMakePepper(dataDir, pepper), keyPrefix, now: Date.now });
rmSync(socketPath, { force: true });
await servePeople({ socketPath, command, account, configSchema: configJsonSchema() });
parentPort?.postMessage('listening');
