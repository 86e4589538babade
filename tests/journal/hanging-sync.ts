import fs from 'node:fs';

// Preloaded into every thread of a process: no `fdatasync` returns while the file that HANG_WHILE names is there.

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const { fdatasyncSync } = fs;
fs.fdatasyncSync = (file) => {
  while (fs.existsSync(process.env.HANG_WHILE ?? '')) Atomics.wait(sleeper, 0, 0, 10);
  fdatasyncSync(file);
};
