import { Fault, type FaultName, faults } from '#core/generation/fault.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { createdAt, generation } from '../ask.ts';
import { plainRequest } from '../features.ts';
import { at, text } from '../oracle/plain.ts';
import { readNamedEvents } from '../oracle/read-sse.ts';
import type { Dialect } from '../oracle/summary.ts';
import type { Verdict } from '../report.ts';
import type { Bench } from './bench.ts';

/** Every fault reads as an error of the caller's own dialect: as a whole body, and at each point of a stream. */
export function checkFaults(bench: Bench, protocol: Protocol): void {
  if (!bench.wanted(protocol.name)) return;
  // The table's own keys.
  for (const name of Object.keys(faults) as FaultName[]) {
    const place = { table: 'faults told', pair: protocol.name, id: name };
    bench.report.check(place, () => checkFault(protocol, new Fault(name, {})));
  }
}

function checkFault(protocol: Protocol, fault: Fault): Verdict {
  const whole = protocol.encodeFault(fault, generation);
  // Anthropic's word for an overload has a status of its own.
  const statuses = protocol.name === 'anthropic-messages' ? [fault.row.status, 529] : [fault.row.status];
  if (!statuses.includes(whole.status)) return { path: 'status', detail: `${whole.status}` };
  const wrong = judgeBody(protocol.name, JSON.parse(whole.body));
  if (wrong) return { path: 'body', detail: wrong };
  const about = { request: { ...plainRequest, stream: true }, generation, createdAt, wantsUsage: true };
  const begun = protocol.openEncoder(about);
  begun.encode({ kind: 'start', model: undefined });
  // What we write ourselves never stops in the middle of an event; what we pass on may.
  const ours = {
    'in a stream that was written': begun.fault(fault),
    'in a stream that was not begun': protocol.openEncoder(about).fault(fault),
  };
  for (const [when, stream] of Object.entries(ours)) {
    const problem = judgeStream(protocol.name, stream);
    if (problem) return { path: when, detail: problem };
  }
  const streams = {
    'before any event': protocol.encodeStreamFault(fault, generation),
    'in a stream that was passed on': protocol.openStream({ generation, choices: 1 }).fault(fault),
  };
  for (const [when, stream] of Object.entries(streams)) {
    const problem = judgeStream(protocol.name, `data: {"half${stream}`);
    if (problem) return { path: when, detail: problem };
  }
  return undefined;
}

function judgeBody(dialect: Dialect, body: unknown): string | undefined {
  const error = at(body, 'error');
  if (text(at(error, 'message')) === '') return 'there is no message';
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return text(at(error, 'type')) && text(at(error, 'code')) ? undefined : 'there is no type or code';
    case 'anthropic-messages':
      if (at(body, 'type') !== 'error') return 'its type is not error';
      return /_error$|^request_too_large$/.test(text(at(error, 'type')))
        ? undefined
        : 'the error has no type of this dialect';
    case 'gemini-generate':
      if (typeof at(error, 'code') !== 'number') return 'its code is no number';
      return /^[A-Z_]+$/.test(text(at(error, 'status'))) ? undefined : 'its status is no word of this dialect';
  }
}

function judgeStream(dialect: Dialect, stream: string): string | undefined {
  const events = readNamedEvents(stream);
  const last = events.at(-1);
  if (!last || !stream.endsWith('\n\n')) return 'it does not end in a whole event';
  if (last.payload.includes('{"half')) return 'a half event swallows it';
  const event: unknown = JSON.parse(last.payload);
  switch (dialect) {
    case 'openai-responses': {
      if (last.name !== at(event, 'type')) return 'its name is not its type';
      if (at(event, 'type') === 'error') return undefined;
      const response = at(event, 'response');
      if (at(event, 'type') !== 'response.failed' || at(response, 'status') !== 'failed')
        return 'it is no failed response';
      if (typeof at(event, 'sequence_number') !== 'number') return 'it has no sequence number';
      return text(at(response, 'error', 'code')) && text(at(response, 'error', 'message'))
        ? undefined
        : 'it has no error';
    }
    case 'anthropic-messages':
      return last.name === 'error' ? judgeBody(dialect, event) : 'its name is not error';
    case 'openai-chat':
    case 'gemini-generate':
      return judgeBody(dialect, event);
  }
}
