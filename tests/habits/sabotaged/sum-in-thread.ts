import { parentPort } from 'node:worker_threads';
import { sum } from './sum.ts';

parentPort?.postMessage(sum(2, 3));
