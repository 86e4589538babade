/** The first of the problems that a check would find; it looks no further. */
export function firstProblem<T>(problems: Iterable<T>): T | undefined {
  for (const problem of problems) return problem;
  return undefined;
}
