import { parentPort } from 'node:worker_threads';
import { startSimulator } from './simulator.ts';

// The simulator as a thread of a running Fairlead, so that its work is not done on the gateway's.
const simulator = await startSimulator({ port: 0 });
parentPort?.postMessage({ port: simulator.port });
