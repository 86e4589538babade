import type { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';

export type FoldedCall = { id: string; name: string; form: string; input: string; state: string | undefined };

/** What a stream says in the end, without how it was cut into pieces. */
export type FoldedChoice = {
  text: string;
  refusal: string;
  reasoning: string;
  calls: FoldedCall[];
  states: string[];
  urls: string[];
  images: string[];
  audio: string;
  tokens: string[];
  finish: string | undefined;
};

export type Folded = { model: string | undefined; choices: Record<number, FoldedChoice>; usage: Usage | undefined };

export function foldEvents(events: readonly GenerationEvent[]): Folded {
  const folded: Folded = { model: undefined, choices: {}, usage: undefined };
  for (const event of events) {
    if (event.kind === 'start') folded.model = event.model && textOf(event.model);
    if (event.kind === 'usage') folded.usage = event.usage;
    if (!('choice' in event)) continue;
    const choice = folded.choices[event.choice] ?? newChoice();
    folded.choices[event.choice] = choice;
    addEvent(choice, event);
  }
  return folded;
}

function newChoice(): FoldedChoice {
  return {
    text: '',
    refusal: '',
    reasoning: '',
    calls: [],
    states: [],
    urls: [],
    images: [],
    audio: '',
    tokens: [],
    finish: undefined,
  };
}

function addEvent(choice: FoldedChoice, event: Extract<GenerationEvent, { choice: number }>): void {
  switch (event.kind) {
    case 'text-delta':
      choice.text += textOf(event.text);
      return;
    case 'refusal-delta':
      choice.refusal += textOf(event.text);
      return;
    case 'reasoning-delta':
      choice.reasoning += textOf(event.text);
      return;
    case 'state':
      choice.states.push(stateText(event.state));
      return;
    case 'citation':
      if (event.citation.url) choice.urls.push(textOf(event.citation.url));
      return;
    case 'tool-call-start': {
      const { id, name, form, state } = event;
      const call = { id: textOf(id), name: textOf(name), form, input: '', state: state && stateText(state) };
      choice.calls.push(call);
      return;
    }
    case 'tool-call-delta': {
      const call = choice.calls[event.call];
      if (call) call.input += textOf(event.input);
      return;
    }
    case 'media':
      if (event.medium === 'audio') choice.audio += textOf(event.data);
      else choice.images.push(textOf(event.data));
      return;
    case 'logprobs':
      choice.tokens.push(...event.tokens.map(({ token }) => textOf(token)));
      return;
    case 'finish':
      choice.finish = event.reason;
      return;
    case 'part-end':
    case 'tool-call-end':
    case 'foreign':
  }
}

/** Whose it is and what it says; its kind may change with the place where a dialect can put it. */
function stateText({ family, value }: OpaqueState): string {
  return `${family}:${textOf(value)}`;
}

function textOf(content: Content): string {
  return content.revealText('translate');
}
