// What Fairlead says to its operator: JSON lines on stderr, through closed event names and fields of ids, numbers and
// closed words. There is no function here that takes a text.
import { pino } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export type Log = (event: string, fields?: LogFields) => void;

/** Events that an operator should look at. All others are information. */
const warnings = new Set([
  'upstream-failed',
  'batch-not-settled',
  'batch-line-broken',
  'alert-not-sent',
  'abuse-suspected',
  'object-unrecorded',
  'object-not-erased',
  'limit-nearly-reached',
  'webhook-disabled',
  'endpoint-out',
  'credential-out',
  'credentials-not-read',
  'usage-disputed',
  'stopped-at-limit',
  'caller-stalled',
  'keeper-lost',
  'keeper-message-broken',
  'keeper-posted-late',
  'keeper-record-broken',
  'journal-torn',
  'instance-fenced',
  'gateway-stale',
]);
const errors = new Set([
  'generation-crashed',
  'journal-slow',
  'journal-full',
  'journal-poisoned',
  'journal-died',
  'keeper-died',
  'keeper-refused-start',
  'keeper-task-failed',
  'keeper-post-failed',
  'books-wrong',
  'batch-lost',
  'endpoint-stopped',
  'erasure-late',
  'account-failed',
  'console-died',
  'charge-overran',
  'gateway-fenced',
]);
const details = new Set(['key-refused', 'generation-ended']);

/** The field names that may be logged. One that is not here is left out: the inventory classifies each. */
export const logFields = [
  'again_in_ms',
  'allowance',
  'attempts',
  'crashed',
  'credential',
  'deaths',
  'endpoint',
  'end_reason',
  'fault',
  'generation',
  'instance',
  'key',
  'late',
  'level',
  'ms',
  'open',
  'port',
  'posted',
  'reason',
  'records',
  'request',
  'route',
  'status',
  'task',
  'upstream',
  'verdict',
  'version',
  'where',
  'workspace',
  'wrong',
] as const;

const allowed = new Set<string>(logFields);

export function createLog(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return (event, fields = {}) => {
    const row: Record<string, string | number | boolean | null> = { event };
    for (const [name, value] of Object.entries(fields)) if (allowed.has(name)) row[name] = value;
    if (errors.has(event)) logger.error(row);
    else if (warnings.has(event)) logger.warn(row);
    else if (details.has(event)) logger.debug(row);
    else logger.info(row);
  };
}
