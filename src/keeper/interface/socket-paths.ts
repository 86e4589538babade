import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** Where the parts of one process tree meet: private sockets in a directory named by a hash of the data directory. */
export type SocketPaths = { readonly dir: string; readonly keeper: string; readonly console: string };

/** The kernel's bound on a socket's path is 108 bytes on Linux and 104 on macOS, its closing zero included. */
const socketPathBytesMax = 103;

/** Every process that names the same data directory gets the same paths, without asking anybody. */
export function socketPaths(dataDir: string, base: string = tmpdir()): SocketPaths {
  const hash = createHash('sha256').update(realPath(dataDir)).digest('hex').slice(0, 16);
  const dir = [base, '/tmp'].map((root) => join(root, `fairlead-${hash}`)).find(fits);
  if (dir === undefined) throw new RangeError('no directory with a path short enough for a socket');
  return { dir, keeper: join(dir, 'keeper.sock'), console: join(dir, 'console.sock') };
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, 'console.sock')) <= socketPathBytesMax;
}

/** The same directory reached by a link is the same directory, also before it exists: then its parent decides. */
function realPath(dataDir: string): string {
  const path = resolve(dataDir);
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
