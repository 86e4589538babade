import type { CallerProtocolName, ProtocolName } from '#core/routing/endpoint.ts';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse/bedrock-converse.ts';
import { geminiGenerate } from './gemini-generate/gemini-generate.ts';
import { openaiChat } from './openai-chat/openai-chat.ts';
import { openaiResponses } from './openai-responses/openai-responses.ts';
import type { Protocol, UpstreamProtocol } from './protocol.ts';

/** Every dialect that we speak: a folder and a row. */
const protocols: Readonly<Record<CallerProtocolName, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
};

export function protocolOf(name: CallerProtocolName): Protocol {
  return protocols[name];
}

/** As it is spoken with an upstream. */
export function upstreamProtocolOf(name: ProtocolName): UpstreamProtocol {
  return name === 'bedrock-converse' ? bedrockConverse : protocols[name];
}
