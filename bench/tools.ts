// The two programs that come from Debian. Missing ones are installed when that is possible, and said to be.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Tools = { readonly nginx: string | undefined; readonly wrk: string | undefined };

export function findTools(say: (line: string) => void): Tools {
  const missing = ['nginx', 'wrk'].filter((name) => find(name) === undefined);
  if (missing.length > 0) install(missing, say);
  return { nginx: find('nginx'), wrk: find('wrk') };
}

export function versionOf(file: string | undefined, args: readonly string[], pattern: RegExp): string {
  if (file === undefined) return 'missing';
  const run = spawnSync(file, args, { encoding: 'utf8' });
  return pattern.exec(`${run.stdout}${run.stderr}`)?.[1] ?? 'of unknown version';
}

function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function install(names: readonly string[], say: (line: string) => void): void {
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || find('apt-get') === undefined) {
    say(`${names.join(' and ')} missing. As root on Debian or Ubuntu: ${command}`);
    return;
  }
  say(`${names.join(' and ')} missing; installing from Debian: ${command}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: environment, timeout: 180_000 });
  if (run.status !== 0) say(`The installation failed: ${run.stderr.trim().split('\n').at(-1) ?? 'no reason given'}`);
}
