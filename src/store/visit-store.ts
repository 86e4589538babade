import type { PageView } from '#core/privacy/page-view.ts';

/** Counts of looks at pages: about nobody. */
export type VisitStore = {
  add(rows: readonly PageViewCount[]): Promise<void>;
  /** Added up by these words, between two hours since 1970, the second one not included; the most first. */
  sums(
    by: readonly PageViewWord[],
    span: { readonly from: number; readonly until: number },
    max: number,
  ): Promise<readonly PageViewSum[]>;
  /** Drops what is older than this hour. */
  forget(before: number): Promise<void>;
};

export type PageViewCount = PageView & { readonly views: number; readonly visitors: number };

export const pageViewWords = ['hour', 'path', 'referrer', 'country', 'device', 'browser'] as const;

export type PageViewWord = (typeof pageViewWords)[number];

export type PageViewSum = Readonly<Partial<Record<PageViewWord, string | number>>> & {
  readonly views: number;
  readonly visitors: number;
};
