/**
 * What is known not to come out equal, each with its reason. None may stand in text, tool arguments, usage or finish,
 * and no table may have more than one in a hundred.
 */
export type Exception = {
  readonly table: string;
  /** Undefined: every pair. */
  readonly pair?: string;
  readonly ids: readonly string[];
  /** Where the difference begins. */
  readonly path: string;
  readonly reason: string;
};

export const exceptions: readonly Exception[] = [];

/** Places in which no exception is allowed. */
const neverExcepted = /(^|\.)(text|input|output|usage|finish)\b/;
const shareMax = 0.01;

/** What is wrong with the exceptions themselves, if anything. */
export function judgeExceptions(
  tables: ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<'passed' | 'failed' | 'excepted', number>>>>,
  used: ReadonlySet<Exception>,
): string[] {
  const wrong = exceptions.flatMap((exception) => {
    if (neverExcepted.test(exception.path)) return [`${exception.path} may not be excepted`];
    return used.has(exception) ? [] : [`nothing needs the exception of ${exception.path} in "${exception.table}"`];
  });
  for (const [table, rows] of tables) {
    const counts = [...rows.values()];
    const excepted = counts.reduce((sum, row) => sum + row.excepted, 0);
    const all = counts.reduce((sum, row) => sum + row.passed + row.failed + row.excepted, 0);
    if (excepted > all * shareMax) wrong.push(`${excepted} of ${all} are excepted in "${table}"`);
  }
  return wrong;
}
