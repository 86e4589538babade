import type { UpstreamProtocol } from '../protocol.ts';
import { ConverseDecoder } from './decode-events.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { readErrorCode, readReply } from './read-reply.ts';

/** Bedrock's Converse and ConverseStream. An upstream's dialect alone: no caller has an address where it is spoken. */
export const bedrockConverse: UpstreamProtocol = {
  name: 'bedrock-converse',
  family: 'anthropic',
  endsByClosing: false,
  upstreamPath: (model, stream) =>
    `/model/${encodeURIComponent(model.toWellFormed())}/${stream ? 'converse-stream' : 'converse'}`,
  encodeRequest,
  readReply,
  decodeReply,
  openDecoder: (about) => new ConverseDecoder(about),
  readErrorCode,
};
