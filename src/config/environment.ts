import { resolve } from 'node:path';
import { ConfigProblem } from './config-problem.ts';

export type EnvironmentInput = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Undefined when there is no such file; throws when there is one that cannot be read. */
  readonly readFile: (path: string) => string | undefined;
};

export type Environment = {
  /** An empty variable counts as one that is not set: compose files set many of them so. */
  readonly read: (name: string) => string | undefined;
  /** The same, or the content of the file that NAME_FILE names. */
  readonly readSecret: (name: string) => string | undefined;
};

export function openEnvironment({ env, cwd, readFile }: EnvironmentInput): Environment {
  const read = (name: string) => (Object.hasOwn(env, name) && env[name] !== '' ? env[name] : undefined);
  const readSecret = (name: string) => {
    const value = read(name);
    const file = read(`${name}_FILE`);
    if (file === undefined) return value;
    if (value !== undefined) {
      throw new ConfigProblem(`environment: ${name} and ${name}_FILE are both set: keep one of them.`);
    }
    const content = readOrNothing(readFile, resolve(cwd, file))?.replace(/(\r?\n)+$/, '');
    if (content === undefined) {
      throw new ConfigProblem(
        `environment: ${name}_FILE names a file that cannot be read: check its path and its permissions, or set ${name} instead.`,
      );
    }
    if (content === '') {
      throw new ConfigProblem(
        `environment: ${name}_FILE names an empty file: write the value into it, or remove ${name}_FILE.`,
      );
    }
    return content;
  };
  return { read, readSecret };
}

/** Why a file could not be read says more about the machine than the operator needs; that it could not be is the fact. */
function readOrNothing(readFile: EnvironmentInput['readFile'], path: string): string | undefined {
  try {
    return readFile(path);
  } catch {
    return undefined;
  }
}
