/** What a run of the tests said, as `npm run promises` writes it: never more than was run. */
export type Evidence = {
  /** Of the sources that were tested; with a `+` where something in them was not committed. */
  readonly commit: string;
  readonly tests: Readonly<Record<string, TestEvidence>>;
  /** By name: with its control taken away, `red` as it must be, or still `green`. */
  readonly sabotages: Readonly<Record<string, SabotageEvidence>>;
};

export type TestEvidence = { readonly result: 'passed' | 'failed'; readonly at: string; readonly commit: string };
export type SabotageEvidence = { readonly result: 'red' | 'green'; readonly at: string; readonly commit: string };

export const noEvidence: Evidence = { commit: '', tests: {}, sabotages: {} };

/** What is shown of a control: it passed only where each of its tests ran and did. */
export type Shown = {
  readonly result: 'passed' | 'failed' | 'not-run';
  /** Of the oldest run among its tests; null: one of them never ran. */
  readonly at: string | null;
  readonly commit: string | null;
  /** Tests that failed, or never ran. */
  readonly open: readonly string[];
};

export function judgeEvidence(tests: readonly string[], evidence: Evidence): Shown {
  const runs = tests.map((test) => [test, evidence.tests[test]] as const);
  const failed = runs.filter(([, run]) => run?.result === 'failed').map(([test]) => test);
  const unrun = runs.filter(([, run]) => run === undefined).map(([test]) => test);
  const oldest = runs.flatMap(([, run]) => (run ? [run] : [])).toSorted((a, b) => a.at.localeCompare(b.at))[0];
  const told = { at: oldest?.at ?? null, commit: oldest?.commit ?? null };
  if (failed.length > 0) return { result: 'failed', ...told, open: failed };
  if (unrun.length > 0 || tests.length === 0) return { result: 'not-run', at: null, commit: null, open: unrun };
  return { result: 'passed', ...told, open: [] };
}

const testsMax = 10_000;

/** A parser: a file that somebody wrote. Undefined: it is none. */
export function readEvidence(value: unknown): Evidence | undefined {
  const { commit, tests, sabotages } = fieldsOf(value);
  if (typeof commit !== 'string') return undefined;
  return {
    commit: commit.slice(0, 64),
    tests: rowsOf(tests, ['passed', 'failed']),
    sabotages: rowsOf(sabotages, ['red', 'green']),
  };
}

function rowsOf<Result extends string>(value: unknown, results: readonly Result[]) {
  const rows = Object.entries(fieldsOf(value)).slice(0, testsMax);
  return Object.fromEntries(
    rows.flatMap(([name, row]) => {
      const { result, at, commit } = fieldsOf(row);
      const known = results.find((each) => each === result);
      if (known === undefined || typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(at)) return [];
      return [[name, { result: known, at, commit: String(commit ?? '').slice(0, 64) }]];
    }),
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
