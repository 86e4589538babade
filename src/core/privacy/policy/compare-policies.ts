import type { PolicyDocument, PolicyFacts, PolicyNumbers } from './compose-policy.ts';

/** What differs from one version to the next. */
export type PolicyChange =
  | { readonly kind: 'added' | 'removed'; readonly sentence: string; readonly text: string }
  | { readonly kind: 'reworded'; readonly sentence: string; readonly words: readonly WordRun[] }
  /** A fact that the sentences lean on; `material` by rule. */
  | { readonly kind: 'fact'; readonly what: string; readonly material: boolean };

export type WordRun = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string };

export function comparePolicies(before: PolicyDocument, after: PolicyDocument): readonly PolicyChange[] {
  const old = textsOf(before);
  const now = textsOf(after);
  const changes: PolicyChange[] = [];
  for (const [sentence, text] of now) {
    const was = old.get(sentence);
    if (was === undefined) changes.push({ kind: 'added', sentence, text });
    else if (was !== text) changes.push({ kind: 'reworded', sentence, words: diffWords(was, text) });
  }
  for (const [sentence, text] of old) if (!now.has(sentence)) changes.push({ kind: 'removed', sentence, text });
  return [...changes, ...factChanges(before.facts, after.facts)];
}

/**
 * By rule: a new kind of data, purpose or class of retention, a longer time, a shorter notice, or a promise that is gone.
 * A person may call a change material that the rule does not (policy-revisions.ts), and never the other way round.
 */
export function isMaterial(changes: readonly PolicyChange[]): boolean {
  return changes.some((change) => change.kind === 'removed' || (change.kind === 'fact' && change.material));
}

function factChanges(before: PolicyFacts, after: PolicyFacts): readonly PolicyChange[] {
  const news = (['categories', 'purposes', 'retentions'] as const).flatMap((list) => [
    ...after[list].filter((each) => !before[list].includes(each)).map((each) => fact(`new in ${list}: ${each}`, true)),
    ...before[list]
      .filter((each) => !after[list].includes(each))
      .map((each) => fact(`no more in ${list}: ${each}`, false)),
  ]);
  return [...news, ...numberChanges(before.numbers, after.numbers)];
}

/** What an operator's configuration may change. */
export function numberChanges(before: PolicyNumbers, after: PolicyNumbers): readonly PolicyChange[] {
  // The type has no other names.
  const names = Object.keys(after) as readonly (keyof PolicyNumbers)[];
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    // What a version before said nothing of is new in its words, and is judged there.
    if (was === undefined || is === undefined || was === is) return [];
    return [fact(`${name} ${is} instead of ${was}`, matters[name](is - was))];
  });
}

const isMore = (more: number): boolean => more > 0;
const isLess = (more: number): boolean => more < 0;

/** Which way a number must go for it to be told before. An account may neither stay longer nor go sooner in silence. */
const matters: Readonly<Record<keyof PolicyNumbers, (more: number) => boolean>> = {
  ...{ usage_days: isMore, deletion_days: isMore, answer_days: isMore, notice_days: isLess },
  ...{ dormant_months: () => true, dormant_notice_days: isLess },
};

function fact(what: string, material: boolean): PolicyChange {
  return { kind: 'fact', what, material };
}

function textsOf({ sections }: PolicyDocument): ReadonlyMap<string, string> {
  return new Map(sections.flatMap(({ sentences }) => sentences.map(({ id, text }) => [id, text])));
}

/** The longest common words stay; a sentence is short, so the plain table will do. */
export function diffWords(before: string, after: string): readonly WordRun[] {
  const [old, now] = [before.split(' '), after.split(' ')];
  const common = commonLengths(old, now);
  const runs: { kind: WordRun['kind']; words: string[] }[] = [];
  const push = (kind: WordRun['kind'], word: string | undefined): void => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.words.push(word ?? '');
    else runs.push({ kind, words: [word ?? ''] });
  };
  let [from, to] = [0, 0];
  while (from < old.length || to < now.length) {
    if (from < old.length && to < now.length && old[from] === now[to]) {
      push('same', old[from]);
      from += 1;
      to += 1;
    } else if (
      to >= now.length ||
      (from < old.length && (common[from + 1]?.[to] ?? 0) >= (common[from]?.[to + 1] ?? 0))
    ) {
      push('removed', old[from]);
      from += 1;
    } else {
      push('added', now[to]);
      to += 1;
    }
  }
  return runs.map(({ kind, words }) => ({ kind, text: words.join(' ') }));
}

/** How many words the rests from each pair of places have in common. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let from = old.length - 1; from >= 0; from -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const row = table[from] ?? [];
      const below = table[from + 1] ?? [];
      row[to] = old[from] === now[to] ? (below[to + 1] ?? 0) + 1 : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
    }
  }
  return table;
}
