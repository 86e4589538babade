/** The known name that somebody most likely meant, or undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const name = written.toLowerCase().replaceAll('-', '_');
  const bound = Math.max(1, Math.floor(name.length / 3));
  let nearest: string | undefined;
  let least = bound + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate.replaceAll('-', '_'));
    if (distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** Insertions, deletions, replacements and swaps of neighbours. Names are short; a long one is cut, it is no typing error. */
function editDistance(source: string, target: string): number {
  const from = source.slice(0, 64);
  const into = target.slice(0, 64);
  let older: number[] = [];
  let previous = Array.from({ length: into.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= into.length; column += 1) {
      const same = from[row - 1] === into[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === into[column - 2] && from[row - 2] === into[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    older = previous;
    previous = current;
  }
  return previous[into.length] ?? 0;
}
