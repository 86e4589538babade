// The simulator as a thread of a running Fairlead, so that its work is not done on the gateway's.
import { parentPort } from 'node:worker_threads';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';
import { startSimulator } from '#simulator/simulator.ts';

const simulator = await startSimulator({ port: 0 });
parentPort?.postMessage({ port: simulator.port });
tidyHeapWhenQuiet();
