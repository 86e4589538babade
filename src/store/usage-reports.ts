import type { Nano } from '#core/money/nano.ts';

/** Usage, added up. */
export type ReportStore = ReportReads & {
  /** Makes the hours and the day of this one anew from the records of its generations. */
  rebuildUsage(day: number): Promise<void>;
};

export type KeySum = {
  readonly requests: number;
  readonly failed: number;
  readonly charge: Nano;
  readonly ownKeyCost: Nano;
};

export type KeyUsage = Readonly<Record<'total' | 'day' | 'week' | 'month', KeySum>>;

/** What only reads, and may be done beside the keeper: it can take a while. */
export type ReportReads = {
  usageOfKeys(keys: readonly string[], now: number): Promise<ReadonlyMap<string, KeyUsage>>;
  usage(ask: UsageAsk): Promise<readonly UsageSum[]>;
  /** Days, since 1970, of which all records are there. */
  recordedDays(): Promise<readonly number[]>;
  /** How many sums of this day are not what its records add up to, and how many there are. */
  checkUsage(day: number): Promise<{ readonly sums: number; readonly differing: number }>;
};

export type UsageAsk = {
  /** Undefined: of all. */
  readonly workspace: string | undefined;
  readonly key: string | undefined;
  readonly by: readonly UsageQuestion[];
  /** Hours since 1970, the second one not included. */
  readonly fromHour: number;
  readonly untilHour: number;
  /** Who stands behind each upstream, by its name. */
  readonly providers: Readonly<Record<string, string>>;
};

/** What usage can be added up by: each is a file of `store/reports/`. */
export const usageQuestions = ['hour', 'day', 'workspace', 'key', 'tag', 'model', 'endpoint', 'provider'] as const;
export type UsageQuestion = (typeof usageQuestions)[number];

/** A report has no more rows than this: one that would is asked for in parts. */
export const reportRowsMax = 100_000;

/**
 * What was asked for stands beside its sums; a day is a number of them since 1970; an endpoint that nobody was, and what has no
 * tag, is ''. With `tag` a generation counts for each tag of its key.
 */
export type UsageSum = Readonly<Partial<Record<UsageQuestion, string | number>>> & UsageCounts;

export type UsageCounts = {
  readonly requests: number;
  /** Of these, the ones that others broke. */
  readonly failed: number;
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  readonly audioSeconds: number;
  readonly images: number;
  readonly charge: Nano;
  /** What workspaces' own keys are likely to have paid their providers, beside what was charged. */
  readonly ownKeyCost: Nano;
};
