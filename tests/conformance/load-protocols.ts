import type { Protocol } from '#core/protocol/protocol.ts';
import { type Dialect, dialects } from './oracle/summary.ts';

export type LoadedProtocols = {
  readonly protocols: ReadonlyMap<Dialect, Protocol>;
  /** Why the others are not there. */
  readonly missing: ReadonlyMap<Dialect, string>;
};

/** Each on its own, so that one that cannot be loaded does not hide the others. */
export async function loadProtocols(): Promise<LoadedProtocols> {
  const protocols = new Map<Dialect, Protocol>();
  const missing = new Map<Dialect, string>();
  for (const name of dialects) {
    try {
      const module: Readonly<Record<string, unknown>> = await import(`../../src/core/protocol/${name}/${name}.ts`);
      const found = Object.values(module).find((value) => isProtocol(value, name));
      if (found) protocols.set(name, found);
      else missing.set(name, 'its folder exports no protocol of this name');
    } catch (error) {
      missing.set(name, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  return { protocols, missing };
}

function isProtocol(value: unknown, name: Dialect): value is Protocol {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name;
}
