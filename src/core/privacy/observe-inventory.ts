import { type DataClass, metering, operation } from './data-class.ts';

/** What a log line may tell about: ids of ours, counts and closed words. The operator decides how long logs are kept. */
const aboutKeys: DataClass = {
  ...metering,
  purpose: 'operate',
  retention: '90-days',
  exportable: false,
  erasable: false,
};

const logFields: Readonly<Record<string, DataClass>> = {
  ...Object.fromEntries(['allowance', 'generation', 'key', 'workspace'].map((field) => [field, aboutKeys])),
  ...Object.fromEntries(
    [
      ...[
        'again_in_ms',
        'attempts',
        'crashed',
        'credential',
        'deaths',
        'endpoint',
        'end_reason',
        'fault',
        'instance',
        'late',
        'level',
        'ms',
      ],
      ...[
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
        'wrong',
      ],
    ].map((field) => [field, operation]),
  ),
};

/** Every field that a log line may have. */
export const logInventory: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = { line: logFields };

/** Every label of every metric: closed words and names from the operator's own configuration. */
export const metricInventory: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  fairlead_generations_total: { end_reason: operation, attribution: operation, upstream: operation },
  fairlead_input_tokens_total: { upstream: operation },
  fairlead_output_tokens_total: { upstream: operation },
  fairlead_attempts_failed_total: { upstream: operation, verdict: operation },
  fairlead_answers_held_total: { outcome: operation },
  fairlead_stopped_at_limit_total: { upstream: operation },
  fairlead_endpoint_outages_total: { endpoint: operation, why: operation },
  fairlead_refusals_total: { fault: operation },
  fairlead_alarms_total: { alarm: operation },
  fairlead_content_byte_seconds_total: { stage: operation },
};
