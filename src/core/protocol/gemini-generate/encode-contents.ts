import type { AssistantPart, ToolResult } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { encodeModelPart, encodeUserPart, type GeminiPart, type PartWork } from './encode-parts.ts';
import { encodeResults } from './encode-results.ts';
import { type ModelQuirks, unsignedCallMark } from './model-quirks.ts';

type Work = PartWork & { readonly quirks: ModelQuirks };

/** A turn on its way up. `opensTurn`: it holds the user's own words, and nothing else. */
type Turn = { readonly role: 'user' | 'model'; parts: GeminiPart[]; opensTurn: boolean };

/** The system's first words stand apart; what follows alternates between user and model. */
export function encodeContents(messages: readonly Message[], work: Work) {
  const leading = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const systemCount = leading < 0 ? messages.length : leading;
  const system = messages.slice(0, systemCount).flatMap((message) => systemParts(message, work));
  const turns: Turn[] = [];
  addMessages(turns, messages.slice(systemCount), work);
  if (work.quirks.needsSignedCalls) signCurrentCalls(turns);
  const contents = turns.map(({ role, parts }) => ({ role, parts }));
  // Google wants at least one turn: the only words there are become the user's.
  if (contents.length === 0)
    return { contents: [{ role: 'user', parts: system.length > 0 ? system : [{ text: '' }] }] };
  return { contents, systemInstruction: system.length > 0 ? { parts: system } : undefined };
}

function systemParts(message: Message, { losses }: Work): readonly GeminiPart[] {
  if (message.role !== 'system' && message.role !== 'developer') return [];
  if (message.name) losses.add('message_name');
  return message.parts.flatMap(({ text, cache }) => {
    if (cache) losses.add('cache_control');
    return text.byteLength > 0 ? [{ text: text.revealText('translate') }] : [];
  });
}

type Calls = Extract<AssistantPart, { kind: 'tool-call' }>[];

/** Each turn with calls is followed by exactly their results: Google counts. */
function addMessages(turns: Turn[], messages: readonly Message[], work: Work): void {
  let calls: Calls = [];
  let results: ToolResult[] = [];
  const answer = (): void => {
    if (calls.length > 0 || results.length > 0) {
      addTurn(turns, { role: 'user', parts: encodeResults(calls, results, work), opensTurn: false });
    }
    calls = [];
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      for (const result of message.results) results.push(result);
      continue;
    }
    // Calls that two messages of the model hold one after the other are one set.
    if (message.role !== 'assistant' || results.length > 0) answer();
    if (message.role === 'assistant') for (const part of message.parts) if (part.kind === 'tool-call') calls.push(part);
    addTurn(turns, turnOf(message, work));
  }
  answer();
}

function turnOf(message: Exclude<Message, { role: 'tool' }>, work: Work): Turn {
  if (message.name) work.losses.add('message_name');
  switch (message.role) {
    case 'system':
    case 'developer': {
      const parts = systemParts({ ...message, name: undefined }, work).map(reminderOf);
      return { role: 'user', parts, opensTurn: false };
    }
    case 'user':
      return { role: 'user', parts: message.parts.flatMap((part) => encodeUserPart(part, work)), opensTurn: true };
    case 'assistant':
      return { role: 'model', parts: message.parts.flatMap((part) => encodeModelPart(part, work)), opensTurn: false };
  }
}

/** Words of the system in the middle of a conversation, which has no place for them. */
function reminderOf(part: GeminiPart): GeminiPart {
  return { text: `<system-reminder>\n${String(part.text)}\n</system-reminder>` };
}

function addTurn(turns: Turn[], turn: Turn): void {
  if (turn.parts.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== turn.role) {
    turns.push(turn);
    return;
  }
  for (const part of turn.parts) last.parts.push(part);
  last.opensTurn &&= turn.opensTurn;
}

/**
 * The newer models refuse a function call of the current turn that has no signature: one that another model made gets
 * Google's placeholder. Of calls made together only the first is signed.
 */
function signCurrentCalls(turns: readonly Turn[]): void {
  const start = turns.findLastIndex(({ opensTurn }) => opensTurn);
  for (const turn of turns.slice(start + 1)) {
    const at = turn.parts.findIndex((part) => 'functionCall' in part);
    const call = turn.parts[at];
    if (turn.role !== 'model' || !call || 'thoughtSignature' in call) continue;
    turn.parts = turn.parts.with(at, { ...call, thoughtSignature: unsignedCallMark });
  }
}
