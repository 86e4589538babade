// Everything that the bench finds out, as data: the report, the budgets and the JSON file are made from it.
import type { CandidateName } from './candidate.ts';
import type { CpuMicros } from './cpu.ts';
import type { DialectName } from './dialects.ts';
import type { ScenarioName } from './options.ts';

export type Measure = 'p50' | 'p99' | 'delayP50' | 'delayP99' | 'together';

export type Sample = {
  readonly units: number;
  readonly perSecond: number;
  readonly failed: number;
  readonly cpu: CpuMicros; // per unit
  readonly sum: number; // µs per unit
  readonly measures: Readonly<Partial<Record<Measure, number>>>;
};

// One place per round, so that the same place of two rows is a pair; a run that failed leaves its place empty.
export type Row = {
  readonly name: CandidateName;
  readonly samples: readonly (Sample | undefined)[];
  readonly notes: readonly string[];
};

export type ScenarioFigures = {
  readonly name: ScenarioName;
  readonly title: string;
  readonly unit: 'request' | 'chunk';
  readonly rows: readonly Row[];
};

export type IdleFigures = {
  readonly firstStartMs: number;
  readonly laterStartMs: number;
  readonly idleMegabytes: number;
  readonly afterVisitMegabytes: number;
  readonly visitStatus: number;
};

export type CrowdFigures = {
  readonly name: CandidateName;
  readonly beforeMegabytes: number;
  readonly duringMegabytes: number;
  readonly streams: number;
  readonly failed: number;
  readonly microsPerChunk: number;
  readonly delayP50: number;
  readonly delayP99: number;
};

/** A stream of one upstream's dialect, as callers of one dialect get it; bare: through the bare relay, untouched. */
export type TranslatedCell = {
  readonly upstream: DialectName;
  readonly caller: DialectName | 'bare';
  /** µs per chunk on the gateway thread, a place for each round. */
  readonly micros: readonly (number | undefined)[];
  readonly notes: readonly string[];
};

/** A request of 40 KB from one dialect into another, in µs, of many runs in one process. */
export type ConversionFigure = {
  readonly from: DialectName;
  readonly to: string;
  readonly bytes: number;
  readonly median: number;
  readonly p99: number;
};

export type TranslatedFigures = {
  readonly cells: readonly TranslatedCell[];
  readonly conversions: readonly ConversionFigure[];
};

/** CPU of one plan over 500 endpoints. */
/** µs of the keeper's CPU for each generation: reading it, its receipt, all of posting (the receipt in it). */
export type PostingFigure = {
  readonly batch: number;
  readonly read: number;
  readonly receipts: number;
  readonly posting: number;
};

export type PlanningFigure = { readonly what: string; readonly micros: number };

export type Absent = { readonly name: CandidateName; readonly why: string };

export type Figures = {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly seconds: number;
  readonly pinned: boolean;
  readonly absent: readonly Absent[];
  readonly scenarios: readonly ScenarioFigures[];
  readonly idle: IdleFigures | Absent | undefined;
  readonly crowd: readonly (CrowdFigures | Absent)[] | undefined;
  readonly translated: TranslatedFigures | Absent | undefined;
  readonly planning: readonly PlanningFigure[] | undefined;
  readonly posting: readonly PostingFigure[] | undefined;
  readonly tookSeconds: number;
};
