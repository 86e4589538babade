import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type FuzzTarget, fuzz, readFuzzArguments } from './fuzz.ts';

// One file's targets, each for its share of the time, and the counts for the last line.

const { seconds, seed } = readFuzzArguments();
const counts = { passed: 0, failed: 0 };

process.stdout.write(`seed ${seed}, ${seconds} s for each group\n`);

export { seed };

/** `share`: the part of a group's time that this target gets. */
export function runTarget(name: string, target: Omit<FuzzTarget, 'seconds' | 'seed'>, share = 1): void {
  try {
    const { inputs, bytes, slowest } = fuzz({ ...target, seconds: seconds * share, seed });
    counts.passed++;
    const slow = `${slowest.ms.toFixed(2)} ms for ${slowest.bytes} B`;
    process.stdout.write(`${name}: ${inputs} inputs, ${(bytes / 1e6).toFixed(0)} MB, slowest ${slow}\n`);
    assert.ok(inputs > 0, 'nothing was tried');
  } catch (problem) {
    counts.failed++;
    throw problem;
  }
}

after(() => {
  // The last line, after what the test runner prints.
  process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`));
});
