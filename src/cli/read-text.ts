import { readFileSync } from 'node:fs';
import { ConfigProblem } from '#config/config-problem.ts';

/** The text of a file that a person named. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigProblem(`${path} cannot be read: check the path and its permissions.`);
  }
}
