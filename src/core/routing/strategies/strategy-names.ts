/** How the endpoints of a model may be put in order. `order` is the file's. */
export const strategyNames = [
  'order',
  'adjusted-share',
  'classic-inverse-square',
  'price',
  'latency',
  'throughput',
  'tool-quality',
  'weighted',
] as const;

export type StrategyName = (typeof strategyNames)[number];
