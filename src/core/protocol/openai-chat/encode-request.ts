import type { GenerationRequest } from '#core/generation/request.ts';
import type { EncodedRequest, UpstreamAsk } from '../protocol.ts';
import type { Losses } from './decode-parts.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeFormat, encodeReasoningAsk, encodeSampling, encodeService } from './encode-options.ts';
import type { EncodeAbout } from './encode-parts.ts';
import { encodeTools } from './encode-tools.ts';
import { quirksOf } from './quirks.ts';
import { ToolNames } from './upstream-names.ts';

/** The request as this upstream takes it. What it cannot take is named, never left out in silence. */
export function encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest {
  const losses: Losses = new Set();
  const names = new ToolNames(namesIn(request));
  const about: EncodeAbout = { quirks: quirksOf(ask.endpoint.upstream.provider), losses, names };
  const outputLimit = Math.min(ask.outputLimit, request.outputTokensMax ?? ask.outputLimit);
  const body = {
    model: ask.model,
    messages: encodeMessages(request.messages, about),
    ...encodeTools(request, about),
    ...encodeFormat(request.outputFormat, about),
    ...encodeReasoningAsk(request.reasoning, outputLimit, about),
    ...encodeSampling(request, about),
    [about.quirks.limitField]: outputLimit,
    ...encodeService(request, ask, about),
    ...(request.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  return { body: JSON.stringify(body), dropped: [...losses], toolNames: names.changed };
}

/** A history may name tools that are offered no more. */
function namesIn(request: GenerationRequest): readonly string[] {
  const offered = request.tools.flatMap((tool) => (tool.kind === 'hosted' ? [] : [tool.name]));
  const called = request.messages.flatMap((message) =>
    message.role === 'assistant' ? message.parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : [])) : [],
  );
  return [...offered, ...called].map((name) => name.revealText('translate'));
}
