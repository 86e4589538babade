import { adjustedShare } from './adjusted-share.ts';
import { classicInverseSquare } from './classic-inverse-square.ts';
import { latency } from './latency.ts';
import { order } from './order.ts';
import { price } from './price.ts';
import type { Strategy } from './strategy.ts';
import type { StrategyName } from './strategy-names.ts';
import { throughput } from './throughput.ts';
import { toolQuality } from './tool-quality.ts';
import { weighted } from './weighted.ts';

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  order,
  'adjusted-share': adjustedShare,
  'classic-inverse-square': classicInverseSquare,
  price,
  latency,
  throughput,
  'tool-quality': toolQuality,
  weighted,
};
