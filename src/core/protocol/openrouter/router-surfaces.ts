import { audioSpeech, audioTranscriptions } from '../openai-audio/openai-audio.ts';
import { openaiCompletions } from '../openai-completions/openai-completions.ts';
import { readRequest } from '../openai-completions/read-request.ts';
import { openaiEmbeddings } from '../openai-embeddings/openai-embeddings.ts';
import { ImageStream } from '../openai-images/image-stream.ts';
import { imageGenerations } from '../openai-images/openai-images.ts';
import type { Protocol } from '../protocol.ts';
import { rerank } from '../rerank/rerank.ts';
import { encodeRouterFault, encodeRouterImageFault, encodeRouterTextFault, processingComment } from './encode-fault.ts';
import { formOfRecording, readJsonRecording } from './json-recording.ts';

// What is not a chat, as OpenRouter's callers speak it: the same bytes with errors and heartbeats of its own.

export const routerEmbeddings: Protocol = { ...openaiEmbeddings, encodeFault: encodeRouterFault };

export const routerRerank: Protocol = { ...rerank, encodeFault: encodeRouterFault };

export const routerImages: Protocol = {
  ...imageGenerations,
  openStream: ({ choices, generation }) =>
    new ImageStream(choices, (fault) => encodeRouterImageFault(fault, generation), 'data: [DONE]\n\n'),
  encodeFault: encodeRouterFault,
  encodeStreamFault: encodeRouterImageFault,
  heartbeat: processingComment,
};

export const routerSpeech: Protocol = { ...audioSpeech, encodeFault: encodeRouterFault };

/** A form, or JSON that becomes one on its way up. */
export const routerTranscriptions: Protocol = {
  ...audioTranscriptions,
  readRequest: (body, address) =>
    isForm(address.contentType) ? audioTranscriptions.readRequest(body, address) : readJsonRecording(body),
  spliceRequest: (body, facts, ask) =>
    facts.media?.isForm ? audioTranscriptions.spliceRequest(body, facts, ask) : formOfRecording(body, ask),
  encodeFault: encodeRouterFault,
};

function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(contentType ?? '');
}

export const routerCompletions: Protocol = {
  ...openaiCompletions,
  // OpenRouter's callers who name no limit get what the endpoint gives, not OpenAI's sixteen tokens.
  readRequest: (body) => readRequest(body, undefined),
  openStream(about) {
    const stream = openaiCompletions.openStream(about);
    return {
      read: (event) => stream.read(event),
      end: () => stream.end(),
      fault: (fault) => encodeRouterTextFault(fault, about.generation),
      endAtLimit: (end) => stream.endAtLimit?.(end) ?? '',
    };
  },
  encodeFault: encodeRouterFault,
  encodeStreamFault: encodeRouterTextFault,
  heartbeat: processingComment,
};
