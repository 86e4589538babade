import type { Protocol } from '#core/protocol/protocol.ts';
import type { Dialect } from '../oracle/summary.ts';
import type { Report } from '../report.ts';
import type { Schemas } from '../schema/schemas.ts';

/** What all checks work with. */
export type Bench = {
  readonly protocols: ReadonlyMap<Dialect, Protocol>;
  readonly report: Report;
  /** Undefined where the recorded data are not there. */
  readonly schemas: Schemas | undefined;
  /** Checks of a pair run only where one of its sides is asked for. */
  readonly wanted: (dialect: Dialect) => boolean;
};

export function pairOf(from: Dialect, to: Dialect): string {
  return `${from} → ${to}`;
}

/** The others that a dialect is translated to, as far as they are there and asked for; of no dialect of callers: all. */
export function* partnersOf(bench: Bench, dialect: Dialect | undefined): Generator<Protocol> {
  for (const [name, protocol] of bench.protocols) {
    if (name !== dialect && (bench.wanted(name) || (dialect !== undefined && bench.wanted(dialect)))) yield protocol;
  }
}
