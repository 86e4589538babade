// The command line of the bench.
import { parseArgs } from 'node:util';

export const scenarioNames = [
  'json-1k',
  'json-40k',
  'streams',
  'latency',
  'idle',
  'streams-1000',
  'translated',
  'planning',
  'posting',
  'unpaced',
  'reports',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export type Options = {
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: ReadonlySet<ScenarioName>;
  readonly budgets: boolean;
  readonly jsonFile: string | undefined;
  /** Made for the reports. */
  readonly generations: number;
};

export const usage = `npm run bench -- [options]
  --rounds N          rounds of each scenario, every candidate once in each (7)
  --seconds S         length of one run (3)
  --quick             3 rounds of 2 s
  --only NAME[,NAME]  ${scenarioNames.join(', ')}
  --streams-1000      also the memory of 1,000 open streams
  --budgets           compare with the budgets, met or not met; includes streams-1000, translated, planning, posting
  --generations N     how many are made for "reports", which runs alone (10000000)
  --json FILE         write all figures
`;

export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'streams-1000': { type: 'boolean', default: false },
      budgets: { type: 'boolean', default: false },
      json: { type: 'string' },
      generations: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    rounds: readCount('rounds', values.rounds, values.quick ? 3 : 7),
    seconds: readCount('seconds', values.seconds, values.quick ? 2 : 3),
    scenarios: chooseScenarios(values.only, { crowd: values['streams-1000'], budgets: values.budgets }),
    budgets: values.budgets,
    jsonFile: values.json,
    generations: readGenerations(values.generations),
  };
}

function readGenerations(text = '10000000'): number {
  if (!/^[1-9]\d{2,8}$/.test(text)) throw new Error('--generations takes a number from 100 on');
  return Number(text);
}

function readCount(name: string, text: string | undefined, otherwise: number): number {
  const count = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100) throw new Error(`--${name} takes a number from 1 to 100`);
  return count;
}

type More = { readonly crowd: boolean; readonly budgets: boolean };

function chooseScenarios(only: string | undefined, { crowd, budgets }: More): ReadonlySet<ScenarioName> {
  if (only !== undefined) return new Set(only.split(',').map(readScenario));
  const always: ScenarioName[] = ['json-1k', 'json-40k', 'streams', 'latency', 'idle'];
  return new Set([
    ...always,
    ...(crowd || budgets ? (['streams-1000'] as const) : []),
    ...(budgets ? (['translated', 'planning', 'posting'] as const) : []),
  ]);
}

function readScenario(name: string): ScenarioName {
  const known = scenarioNames.find((scenario) => scenario === name);
  if (known === undefined) throw new Error(`no scenario "${name}"; there are ${scenarioNames.join(', ')}`);
  return known;
}
