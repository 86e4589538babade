import type { Config } from '#config/config.ts';
import { ConfigProblem } from '#config/config-problem.ts';
import { readConfig } from '#config/read-config.ts';

export type Given = {
  /** The content of ./fairlead.yaml; undefined: there is none. */
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further files, by absolute path; an Error stands for one that cannot be read. */
  readonly files?: Readonly<Record<string, string | Error>>;
};

const cwd = '/srv/fairlead';

export function configFrom({ yaml, env = {}, files = {} }: Given): Promise<Config> {
  const all: Record<string, string | Error | undefined> = { [`${cwd}/fairlead.yaml`]: yaml, ...files };
  const readFile = (path: string) => {
    const content = all[path];
    if (content instanceof Error) throw content;
    return content;
  };
  return readConfig({ env, cwd, readFile, now: new Date('2026-11-24T00:00:00Z') });
}

/** The sentence that refuses it. */
export async function refusalOf(given: Given): Promise<string> {
  try {
    await configFrom(given);
  } catch (thrown) {
    if (thrown instanceof ConfigProblem) return thrown.message;
    throw thrown;
  }
  return '(accepted)';
}

/** A file with one upstream `a` that has these lines besides its address, and one model with these. */
export function oneUpstream(lines: readonly string[] = [], model = 'm: { as: x/m, price: free }'): string {
  const head = ['upstreams:', '  a:', '    base_url: https://a.example/v1', `    models: { ${model} }`];
  return [...head, ...lines.map((line) => `    ${line}`), ''].join('\n');
}
