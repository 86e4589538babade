import { say } from './run-result.ts';

// A script whose work is not there yet. It says what is missing and exits 2: it never passes empty.

const missing: Readonly<Record<string, { readonly brings: string; readonly what: string }>> = {
  promises: {
    brings: 'promises kept in code',
    what: 'each promise of the privacy policy with its control, its test and, with --sabotage, the proof that the test can fail',
  },
  soak: {
    brings: 'scale and operation',
    what: 'an hour of load under which memory, descriptors and timers stay flat',
  },
};

const name = process.argv[2] ?? '';
const row = missing[name];
if (row) {
  say(`"${name}" is not here yet. It will hold ${row.what}. It comes with the issue on ${row.brings}.`);
} else {
  say(`"${name}" is not here yet, and no issue is known to bring it.`);
}
process.exitCode = 2;
