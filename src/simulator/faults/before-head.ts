import { close, delivered, raw, reset, type Step, stall, wait } from '../step.ts';
import type { FaultCall, FaultMode } from './fault-mode.ts';

// NOTE: A refused connection cannot depend on the model: point an upstream at a port where nobody listens.
export const beforeHeadFaults: readonly FaultMode[] = [
  { mode: 'reset-before-head', what: 'Reads the request, then resets the connection (RST).', play: () => [reset] },
  { mode: 'close-before-head', what: 'Reads the request, then closes the connection (FIN).', play: () => [close] },
  { mode: 'head-never', what: 'Reads the request and never answers.', play: () => [delivered, stall] },
  { mode: 'slow-head', what: 'Sends the head one byte a second, then an honest JSON answer.', play: playSlowHead },
];

function* playSlowHead({ dialect, turn }: FaultCall): Generator<Step> {
  const answer = dialect.writeAnswer(turn);
  const length = Buffer.byteLength(answer);
  const lines = [
    'HTTP/1.1 200 OK',
    `content-type: ${dialect.jsonType}`,
    `content-length: ${length}`,
    'connection: close',
    // Long enough that it does not end by itself while somebody looks whether it was called off.
    'x-reason: whoever has a deadline meets it long before this head is whole',
  ];
  let count = 0;
  for (const letter of `${lines.join('\r\n')}\r\n\r\n`) {
    yield raw(letter);
    yield wait(1000);
    count += 1;
    if (count === 2) yield delivered;
  }
  yield raw(answer, turn.usage.output);
  yield close;
}
