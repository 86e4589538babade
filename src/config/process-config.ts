import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { readConfig } from './read-config.ts';

/** The configuration of this process: its environment, its working directory, the files that they name. */
export function processConfig(): Promise<Config> {
  return readConfig({ env: process.env, cwd: process.cwd(), readFile: readFileIfThere });
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
