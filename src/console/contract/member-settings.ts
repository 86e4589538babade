/** The settings of a workspace that its own people change: how requests are routed, and who may serve them. Pure data. */
export const memberSettings = [
  'strategy',
  'providers',
  'providers_denied',
  'regions',
  'endpoint_types',
  'data_collection',
  'zdr',
  'strict',
  'delivery',
  'hold',
  'hedging',
  'detectors',
] as const;

export type MemberSetting = (typeof memberSettings)[number];
