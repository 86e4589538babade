import { faults } from '#core/generation/fault.ts';

/** docs/reference/faults.md, made from the table in code. */
export function renderFaultsPage(): string {
  const rows = Object.entries(faults).map(
    ([name, { status, code, type, blame, says }]) =>
      `| \`${name}\` | ${status} | \`${code}\` | \`${type}\` | ${blame} | ${says} |`,
  );
  return `${[...preface, ...rows, ...afterword].join('\n')}\n`;
}

const preface = [
  '# Faults',
  '',
  '<!-- Made from src/core/generation/fault.ts. Do not edit: run `node tests/habits/write-faults-page.ts`. -->',
  '',
  "Everything that a caller can be told went wrong. To callers of OpenAI's dialects a fault looks like this, to others as",
  '[dialects.md](dialects.md#errors) says:',
  '',
  '```json',
  '{ "error": { "message": "…", "type": "…", "param": null, "code": "…" } }',
  '```',
  '',
  '`status` is the HTTP status while no byte was sent. Once a stream has begun, its status is 200 and the fault comes',
  'inside the stream, in the same shape. `{name}` in a sentence takes a number or an id, never a text that somebody else wrote.',
  '',
  '| fault | status | `code` | `type` | whose doing | what the caller reads |',
  '|---|---|---|---|---|---|',
];

const afterword = [
  '',
  '- **caller**: the request, its key or its money. Sending it again unchanged gives the same answer.',
  '- **operator**: the configuration of this Fairlead.',
  '- **upstream**: the endpoints that were tried. Such a fault counts against their health.',
  '- **gateway**: Fairlead itself.',
  '',
  'A key that is missing, malformed, unknown, disabled or expired gets one and the same answer; the log at `LOG_LEVEL=debug` knows which.',
  'Refusals carry `Retry-After` where waiting helps.',
];
