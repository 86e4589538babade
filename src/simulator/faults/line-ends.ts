import { eventsOf, type Spoken, toUnit, type Unit, wrappingOf } from './fault-mode.ts';

/**
 * The same answer with other ends of its lines. Frames have no lines but those of their JSON, which is spread over some
 * for it.
 */
export function withLineEnds(spoken: Spoken, units: readonly Unit[], lineEnd: (index: number) => string): Unit[] {
  if (wrappingOf(spoken) === 'frames') {
    return eventsOf(spoken).map((event, index) => {
      const lines = JSON.stringify(JSON.parse(event.data), null, 1).split('\n');
      return toUnit(spoken, { ...event, data: lines.join(lineEnd(index)) });
    });
  }
  return units.map((unit, index) => ({
    ...unit,
    bytes: Buffer.from(unit.bytes.toString().replaceAll(/\r?\n/g, lineEnd(index))),
  }));
}
