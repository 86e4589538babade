import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { openEnvironment } from './environment.ts';
import { readProcessSettings } from './process-settings.ts';
import { readConfig } from './read-config.ts';

/** The configuration of this process: its environment, its working directory, the files that they name. */
export function processConfig(): Promise<Config> {
  return readConfig({ env: process.env, cwd: process.cwd(), readFile: readFileIfThere });
}

/** Where the data of this process lies: all that a command needs of the configuration while a server runs. */
export function processDataDir(): string {
  const cwd = process.cwd();
  const environment = openEnvironment({ env: process.env, cwd, readFile: readFileIfThere });
  return readProcessSettings(environment, cwd).dataDir;
}

/** What a command is told in NAME, or in the file of NAME_FILE. */
export function processSecret(name: string): string | undefined {
  return openEnvironment({ env: process.env, cwd: process.cwd(), readFile: readFileIfThere }).readSecret(name);
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
