import type { Nano } from '#core/money/nano.ts';

/** Usage, added up. */
export type ReportStore = {
  usageOfKey(
    key: string,
    now: number,
  ): Promise<
    Readonly<
      Record<
        'total' | 'day' | 'week' | 'month',
        { readonly requests: number; readonly failed: number; readonly charge: Nano; readonly ownKeyCost: Nano }
      >
    >
  >;
  usage(ask: UsageAsk): Promise<readonly UsageSum[]>;
};

export type UsageAsk = {
  /** Undefined: of all. */
  readonly workspace: string | undefined;
  readonly key: string | undefined;
  readonly by: readonly ('hour' | 'day' | 'workspace' | 'key' | 'model' | 'endpoint')[];
  /** Hours since 1970, the second one not included. */
  readonly fromHour: number;
  readonly untilHour: number;
};

/** What was asked for stands beside its sums; a day is a number of them since 1970, an endpoint that nobody was is ''. */
export type UsageSum = {
  readonly hour?: number;
  readonly day?: number;
  readonly workspace?: string;
  readonly key?: string;
  readonly model?: string;
  readonly endpoint?: string;
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
