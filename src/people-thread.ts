// The console's thread: pages and API for people, on a private socket behind the gateway's port.
import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { configJsonSchema } from '#config/json-schema.ts';
import { AccountApi } from '#console/account/account-api.ts';
import { PersonApi } from '#console/account/person-api.ts';
import { commandLink } from '#console/command-link.ts';
import type { ConsoleData } from '#console/console-thread.ts';
import { People } from '#console/people/people.ts';
import { publicUrlOf } from '#console/people/public-url.ts';
import { servePeople } from '#http/people/serve-people.ts';
import { readOrMakePepper } from '#keeper/pepper.ts';

// Written by console/console-thread.ts.
const { socketPath, keeperSocket, dataDir, databaseUrl, publicUrl, signUp, ...data } = workerData as ConsoleData;
const command = commandLink(keeperSocket);
const now = Date.now;
const pepper = readOrMakePepper(dataDir, data.pepper);
const people = new People({
  ...{ dataDir, databaseUrl, pepper, signUp, now },
  publicUrl: publicUrlOf(command, { configured: publicUrl, now }),
});
const account = new AccountApi({ command, people, pepper, keyPrefix: data.keyPrefix, now });
const person = new PersonApi(command, people);
rmSync(socketPath, { force: true });
await servePeople({ socketPath, command, account, people, person, configSchema: configJsonSchema() });
parentPort?.postMessage('listening');
