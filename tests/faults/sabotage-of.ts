import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Cell, failsOver, outcomeOf } from '#cli/chaos/cells.ts';
import { isSilent } from '#cli/chaos/expected.ts';
import { repository } from '../support/run-result.ts';
import { sabotages } from '../support/sabotage.ts';

/** What a part of the product is taken out for, and which cells must see that it is gone. */
export type FaultSabotage = {
  readonly name: string;
  readonly takesOut: string;
  readonly isDependent: (cell: Cell) => boolean;
  /** For the Fairlead under test; the file `witness` shows that the sabotage was met. */
  environment(witness: string): Readonly<Record<string, string>>;
};

const kinds: Readonly<Record<string, Pick<FaultSabotage, 'takesOut' | 'isDependent'>>> = {
  retries: { takesOut: 'further attempts', isDependent: failsOver },
  'terminal-error': { takesOut: 'the terminal error', isDependent: (cell) => outcomeOf(cell).kind === 'after' },
  abort: {
    takesOut: 'aborting an upstream that is not needed any more',
    // At a door nobody can tell.
    isDependent: ({ expected, way, tongue }) => isSilent(expected) && !expected.isDoor && way.tongue === tongue,
  },
};

/** `npm run faults -- --sabotage retries`. Undefined: nothing is taken out, or by somebody else. */
export function sabotageOf(name: string | undefined): FaultSabotage | undefined {
  if (name === undefined || name.startsWith('{')) return undefined;
  const kind = kinds[name];
  const row = sabotages.find((each) => each.name === `faults-${name}`);
  if (!kind || !row) throw new Error(`There is no sabotage "${name}": choose ${Object.keys(kinds).join(', ')}.`);
  const hooks = pathToFileURL(join(repository, 'tests/support/sabotage-hooks.ts')).href;
  return {
    ...{ name, ...kind },
    environment: (witness) => ({
      NODE_OPTIONS: `--import=${hooks}`,
      FAIRLEAD_TEST_SABOTAGE: JSON.stringify({ ...row, witness }),
    }),
  };
}
