// The console's thread: pages and API for people, on a private socket behind the gateway's port.
import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { configJsonSchema } from '#config/json-schema.ts';
import { commandLink } from '#console/command-link.ts';
import { servePeople } from '#http/people/serve-people.ts';

// Written by console/console-thread.ts.
const { socketPath, keeperSocket } = workerData as { socketPath: string; keeperSocket: string };
rmSync(socketPath, { force: true });
await servePeople({ socketPath, command: commandLink(keeperSocket), configSchema: configJsonSchema() });
parentPort?.postMessage('listening');
