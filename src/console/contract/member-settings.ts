/** The settings of a workspace that its own people change: how requests are routed, who may serve them, and from where keys may be used. Pure data. */
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
  'addresses',
] as const;

export type MemberSetting = (typeof memberSettings)[number];
