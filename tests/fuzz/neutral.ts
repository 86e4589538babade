import type { DecodeAbout, ReplyAbout } from '#core/protocol/protocol.ts';
import { plainRequest } from '../conformance/features.ts';

const generation = 'gen-01jd2z8h5k0123456789abcdef';

export const decodeAbout: DecodeAbout = { generation, toolNames: new Map() };
export const replyAbout: ReplyAbout = { request: plainRequest, generation, createdAt: 1_790_000_000, wantsUsage: true };
export const streamAbout = { generation, choices: 1 };
