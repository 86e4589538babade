import { type DataClass, metering } from './data-class.ts';

const use = ['lease', 'amount'];

/** Every field of a gateway's journal, by record. `[]` stands for each of a list. */
const journalFields: Readonly<Record<string, readonly string[]>> = {
  begin: [
    ...['kind', 'generation', 'at', 'workspace', 'key', 'model', 'surface', 'hold', 'inputCharge'],
    ...each('holds', use),
  ],
  progress: ['kind', 'generation', 'estimate', 'hold'],
  end: [
    ...['kind', 'generation', 'startedAt', 'at', 'workspace', 'key', 'model', 'surface', 'stream', 'status'],
    ...['endReason', 'fault', 'endpoint', 'priceVersion', 'usageSource', 'disputed', 'hold', 'charge'],
    ...['cost', 'payee'],
    ...['input', 'cachedInput', 'cacheWrite5m', 'cacheWrite1h', 'output', 'reasoning'].map((unit) => `usage.${unit}`),
    ...['audioInput', 'audioOutput', 'audioSeconds', 'images'].map((unit) => `usage.${unit}`),
    ...each('uses', use),
    ...each('losses', ['account', 'amount']),
    ...each('attempts', ['endpoint', 'provider', 'region', 'status', 'verdict', 'ms', 'ownKey']),
    ...each('plan', ['endpoint', 'why', 'by', 'ownKey']),
    ...each('excluded', ['endpoint', 'why']),
    ...['upstreamProtocol', 'dropped[]', 'splices[]', 'firstContentMs', 'clampedTo', 'trimmed'],
    ...['ownKey.id', 'ownKey.upstreamCost'],
  ],
};

export const journalInventory: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = Object.fromEntries(
  Object.entries(journalFields).map(([record, fields]) => [
    record,
    Object.fromEntries(fields.map((field) => [field, metering])),
  ]),
);

function each(list: string, fields: readonly string[]): readonly string[] {
  return fields.map((field) => `${list}[].${field}`);
}
