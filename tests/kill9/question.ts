/**
 * Questions that can be told apart by their length alone, which is all that journal and upstream log know of them: each
 * has a number, that many words, and a body that is two bytes longer with each of them.
 */
export type Question = {
  readonly number: number;
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
};

const bodyBytesBase = 512;
const system = 'You are a pilot who knows every rock of the coast';

export function writeQuestion({ number, model, stream, wantsUsage }: Question): Record<string, unknown> {
  const body = (filling: string) => ({
    model: `sim/${model}`,
    messages: [
      { role: 'system', content: `${system}${filling}` },
      { role: 'user', content: Array.from({ length: number }, () => 'a').join(' ') },
    ],
    max_tokens: 100,
    stream,
    ...(stream && wantsUsage ? { stream_options: { include_usage: true } } : {}),
  });
  const missing = bodyBytesBase + 2 * number - JSON.stringify(body('')).length;
  return body('.'.repeat(missing));
}

/** How journal and upstream log show a question, learnt from one whose number is known. */
export type Scale = { readonly number: number; readonly hold: bigint; readonly input: number };

/** Two bytes more are two tokens more of input that is set aside; a token of input costs this many nano-USD. */
const holdPerNumber = 2n * 250n;

export function numberOfHold(hold: bigint, scale: Scale): number {
  const steps = hold - scale.hold;
  if (steps % holdPerNumber !== 0n) throw new Error(`a hold of ${hold} belongs to no question`);
  return scale.number + Number(steps / holdPerNumber);
}

export function numberOfInput(input: number, scale: Scale): number {
  return scale.number + input - scale.input;
}
