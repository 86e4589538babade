import { Content } from '#core/generation/content.ts';
import type { AssistantPart, Citation, ReasoningPart } from '#core/generation/parts.ts';
import type { GenerationReply } from '#core/generation/reply.ts';
import { fieldOf, isObject, listOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { toFinish } from './finish-reason.ts';
import { contentOf, hasCalls } from './read-reply.ts';
import { toUsage } from './usage.ts';

export function decodeReply(body: Uint8Array, { toolNames }: DecodeAbout): GenerationReply {
  const reply = parseForeignObject(body);
  const content = contentOf(reply) ?? [];
  const reason = textOf(fieldOf(reply, 'stopReason'));
  const finish = reason === undefined ? undefined : toFinish(reason, hasCalls(content));
  const choice = { index: 0, parts: content.flatMap((block) => decodeBlock(block, toolNames)), finish };
  return {
    // Converse does not say it.
    model: undefined,
    choices: [{ ...choice, stopSequence: stopSequenceOf(fieldOf(reply, 'additionalModelResponseFields')) }],
    usage: toUsage(fieldOf(reply, 'usage')),
  };
}

/** Which sequence it was; a stream says it one step deeper. */
export function stopSequenceOf(fields: unknown): Content | undefined {
  const stop = textOf(fieldOf(fields, 'stop_sequence')) ?? textOf(fieldOf(fieldOf(fields, 'delta'), 'stop_sequence'));
  return stop === undefined ? undefined : Content.ofText(stop);
}

function decodeBlock(block: unknown, toolNames: DecodeAbout['toolNames']): AssistantPart[] {
  const text = textOf(fieldOf(block, 'text'));
  if (text !== undefined) return text === '' ? [] : [{ kind: 'text', text: Content.ofText(text) }];
  const call = fieldOf(block, 'toolUse');
  if (isObject(call)) {
    const id = Content.ofText(textOf(call.toolUseId) ?? '');
    const input = Content.ofText(JSON.stringify(call.input ?? {}));
    return [{ kind: 'tool-call', id, name: callerName(textOf(call.name) ?? '', toolNames), form: 'function', input }];
  }
  const reasoning = fieldOf(block, 'reasoningContent');
  if (isObject(reasoning)) return [decodeReasoning(reasoning)];
  return decodeCited(fieldOf(block, 'citationsContent'));
}

/** The name that the caller knows the tool by. */
export function callerName(name: string, toolNames: DecodeAbout['toolNames']): Content {
  return Content.ofText(toolNames.get(name) ?? name);
}

/** A signature is Anthropic's; what is redacted may be any maker's, and only Converse can take it back. */
function decodeReasoning(reasoning: unknown): ReasoningPart {
  const shown = fieldOf(reasoning, 'reasoningText');
  const text = Content.ofText(textOf(fieldOf(shown, 'text')) ?? '');
  const signature = textOf(fieldOf(shown, 'signature'));
  const redacted = textOf(fieldOf(reasoning, 'redactedContent'));
  const state = signature ? signatureOf(signature) : redacted ? redactedOf(redacted) : undefined;
  return { kind: 'reasoning', text, isSummary: false, state };
}

export function signatureOf(signature: string) {
  return { family: 'anthropic', kind: 'signature', value: Content.ofText(signature) } as const;
}

export function redactedOf(redacted: string) {
  return { family: 'other', kind: 'redacted', value: Content.ofText(redacted) } as const;
}

function decodeCited(cited: unknown): AssistantPart[] {
  const pieces = listOf(fieldOf(cited, 'content')).map((piece) => textOf(fieldOf(piece, 'text')) ?? '');
  const text = pieces.join('');
  if (text === '') return [];
  const citations = listOf(fieldOf(cited, 'citations')).map(decodeCitation);
  return [{ kind: 'text', text: Content.ofText(text), citations: citations.length > 0 ? citations : undefined }];
}

export function decodeCitation(citation: unknown): Citation {
  const said = (value: unknown) => (typeof value === 'string' && value !== '' ? Content.ofText(value) : undefined);
  const quotes = listOf(fieldOf(citation, 'sourceContent')).map((piece) => textOf(fieldOf(piece, 'text')) ?? '');
  return {
    title: said(fieldOf(citation, 'title')),
    url: said(fieldOf(fieldOf(fieldOf(citation, 'location'), 'web'), 'url')),
    quote: said(quotes.join('')),
    family: 'other',
    item: Content.ofJson(citation),
  };
}
