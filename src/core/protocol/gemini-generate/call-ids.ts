import { Content } from '#core/generation/content.ts';
import { textOf } from '../json-value.ts';
import { memberOf } from './field-names.ts';

type Call = { readonly id: string; readonly name: string; isAnswered: boolean };

/**
 * Links results to calls. Google's callers mostly send no ids: a call then gets one from its place, the same at every
 * turn, and a result answers the first open call of its name.
 */
export class CallIds {
  readonly #calls: Call[] = [];

  called(call: unknown, fromPlace: string): Content {
    const id = idOf(call) ?? fromPlace;
    this.#calls.push({ id, name: textOf(memberOf(call, 'name')) ?? '', isAnswered: false });
    return Content.ofText(id);
  }

  answered(response: unknown, fromPlace: string): Content {
    const id = idOf(response);
    const name = textOf(memberOf(response, 'name')) ?? '';
    const open = this.#calls.filter(({ isAnswered }) => !isAnswered);
    const call =
      (id === undefined ? undefined : open.find((one) => one.id === id)) ?? open.find((one) => one.name === name);
    if (call) call.isAnswered = true;
    return Content.ofText(call?.id ?? id ?? fromPlace);
  }
}

function idOf(value: unknown): string | undefined {
  const id = textOf(memberOf(value, 'id'));
  return id === '' ? undefined : id;
}
