import { Content } from '#core/generation/content.ts';
import { textOf } from '../json-value.ts';
import { memberOf } from './field-names.ts';

type Call = { readonly id: string; isAnswered: boolean };

/**
 * Links results to calls. Google's callers mostly send no ids: a call then gets one from its place, the same at every
 * turn, and a result answers the first open call of its name.
 */
export class CallIds {
  readonly #byId = new Map<string, Call[]>();
  readonly #byName = new Map<string, Call[]>();

  called(call: unknown, fromPlace: string): Content {
    const id = idOf(call) ?? fromPlace;
    const one: Call = { id, isAnswered: false };
    queueOf(this.#byId, id).push(one);
    queueOf(this.#byName, nameOf(call)).push(one);
    return Content.ofText(id);
  }

  answered(response: unknown, fromPlace: string): Content {
    const id = idOf(response);
    const named = id === undefined ? undefined : firstOpen(this.#byId.get(id));
    const call = named ?? firstOpen(this.#byName.get(nameOf(response)));
    if (call) call.isAnswered = true;
    return Content.ofText(call?.id ?? id ?? fromPlace);
  }
}

function queueOf(queues: Map<string, Call[]>, key: string): Call[] {
  const known = queues.get(key);
  if (known) return known;
  const made: Call[] = [];
  queues.set(key, made);
  return made;
}

/** What was answered leaves the front, so that thousands of calls of one name are looked at once each. */
function firstOpen(queue: Call[] | undefined): Call | undefined {
  while (queue?.[0]?.isAnswered) queue.shift();
  return queue?.[0];
}

function nameOf(value: unknown): string {
  return textOf(memberOf(value, 'name')) ?? '';
}

function idOf(value: unknown): string | undefined {
  const id = textOf(memberOf(value, 'id'));
  return id === '' ? undefined : id;
}
