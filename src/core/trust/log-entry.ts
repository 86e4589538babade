import { canonicalJson, type SignedValue } from './canonical-json.ts';

/** What goes into the log of promises. It tells of the operator and of upstreams; of people it may name pseudonyms alone. */
export const logKinds = [
  'key',
  'policy',
  'endpoint',
  'data-policy',
  'acceptance',
  'inspection',
  'sub-processor',
  'check',
] as const;

export type LogKind = (typeof logKinds)[number];

export type LogEntry = {
  /** From 0, in the order in which they came. */
  readonly place: number;
  readonly at: number;
  readonly kind: LogKind;
  /** What it is about: a key's id, an endpoint's, an upstream's name. */
  readonly subject: string;
  readonly body: SignedValue;
};

/** What somebody wants to enter: where and when is the log's to say. */
export type NewLogEntry = Pick<LogEntry, 'kind' | 'subject' | 'body'>;

/** The bytes that the entry's leaf is the hash of. */
export function logEntryText({ place, at, kind, subject, body }: LogEntry): string {
  return canonicalJson({ at, body, kind, place, subject });
}
