import { Content } from '#core/generation/content.ts';
import { isObject, textOf } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { memberOf } from './field-names.ts';

/** Ids and names of a reply's calls: Google gives no ids mostly, and knows some tools by a changed name. */
export class ReplyCalls {
  readonly #about: DecodeAbout;
  #count = 0;

  constructor(about: DecodeAbout) {
    this.#about = about;
  }

  /** `call_` with the generation's 26 characters and the call's number in it. */
  idOf(call: unknown): Content {
    const place = this.#count++;
    const given = textOf(memberOf(call, 'id'));
    return Content.ofText(given ? given : `call_${this.#about.generation.replace(/^gen-/, '')}_${place}`);
  }

  nameOf(call: unknown): Content {
    const name = textOf(memberOf(call, 'name')) ?? '';
    return Content.ofText(this.#about.toolNames.get(name) ?? name);
  }
}

/** Whole arguments as JSON text. */
export function inputOf(call: unknown): Content {
  const args = memberOf(call, 'args');
  return Content.ofText(JSON.stringify(isObject(args) ? args : {}));
}
