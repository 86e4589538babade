import fs from 'node:fs';

/**
 * The journal thread's disk. Synchronous only: libuv's helper threads are shared by all threads of the process, and a
 * sync queued behind eight password hashes was measured at 220 ms.
 */
export type FileIo = {
  makeDirectory(path: string): void;
  list(path: string): readonly string[];
  create(path: string): number;
  read(path: string, at: number, length: number): Buffer;
  readAll(path: string): Buffer;
  /** Writes all of it or throws. */
  write(file: number, bytes: Uint8Array, position: number): void;
  sync(file: number): void;
  close(file: number): void;
  /** Makes creation and deletion of its entries durable. */
  syncDirectory(path: string): void;
  remove(path: string): void;
  removeDirectory(path: string): void;
};

export const fileIo: FileIo = {
  makeDirectory: (path) => void fs.mkdirSync(path, { recursive: true, mode: 0o700 }),
  list: (path) => fs.readdirSync(path),
  // 'wx': a segment is never written by two.
  create: (path) => fs.openSync(path, 'wx', 0o600),
  read: (path, at, length) =>
    withFile(path, (file) => {
      const bytes = Buffer.allocUnsafe(length);
      const count = fs.readSync(file, bytes, 0, length, at);
      return bytes.subarray(0, count);
    }),
  readAll: (path) => fs.readFileSync(path),
  write: (file, bytes, position) => {
    for (let done = 0; done < bytes.length; ) {
      done += fs.writeSync(file, bytes, done, bytes.length - done, position + done);
    }
  },
  sync: (file) => fs.fdatasyncSync(file),
  close: (file) => fs.closeSync(file),
  syncDirectory: (path) => withFile(path, (file) => fs.fsyncSync(file)),
  remove: (path) => fs.unlinkSync(path),
  removeDirectory: (path) => fs.rmdirSync(path),
};

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = fs.openSync(path, 'r');
  try {
    return use(file);
  } finally {
    fs.closeSync(file);
  }
}
