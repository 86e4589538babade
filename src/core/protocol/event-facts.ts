import type { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { EventFacts } from './protocol.ts';

type Found = { -readonly [Field in keyof EventFacts]: EventFacts[Field] };

/** What matters of one upstream event that was decoded for a translation: the same as `read` finds in a spliced one. */
export function factsOfEvents(events: readonly GenerationEvent[]): EventFacts {
  const found: Found = {
    hasContent: false,
    outputBytes: 0,
    finish: undefined,
    usage: undefined,
    isUsageOnly: false,
    isTerminal: false,
    error: undefined,
  };
  for (const event of events) addEvent(found, event);
  found.isUsageOnly = events.length > 0 && events.every(({ kind }) => kind === 'usage');
  return found;
}

function addEvent(found: Found, event: GenerationEvent): void {
  switch (event.kind) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return addContent(found, event.text);
    case 'tool-call-start':
      return addContent(found, event.name);
    case 'tool-call-delta':
      return addContent(found, event.input);
    case 'media':
      return addContent(found, event.data);
    case 'citation':
      // Where a statement comes from is content, but nothing that a model has written.
      found.hasContent = true;
      return;
    case 'foreign':
      return addContent(found, event.item);
    case 'finish':
      found.finish ??= event.reason;
      return;
    case 'usage':
      found.usage = event.usage;
      return;
    case 'error':
      found.error = event.code;
      return;
    case 'end':
      found.isTerminal = true;
      return;
    case 'state':
      // Reasoning that is not shown is billed all the same: its sealed form is what there is to count.
      found.outputBytes += event.state.value.byteLength;
      return;
    case 'start':
    case 'part-end':
    case 'tool-call-end':
    case 'logprobs':
  }
}

function addContent(found: Found, content: Content): void {
  const bytes = content.byteLength;
  if (bytes === 0) return;
  found.hasContent = true;
  found.outputBytes += bytes;
}
