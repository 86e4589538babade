import { Buffer } from 'node:buffer';
import { Agent, request } from 'undici';
import type { PostForm } from './access-tokens.ts';

const replyBytesMax = 64 * 1024;
const waitMs = 10_000;

/** A socket to token endpoints alone: no redirect is followed, and a reply is short and comes soon. */
export function openPostForm(deadlines: { readonly connectMs: number }): {
  readonly post: PostForm;
  close(): Promise<void>;
} {
  const agent = new Agent({ connections: 1, pipelining: 1, connect: { timeout: deadlines.connectMs } });
  const post: PostForm = async (url, form) => {
    const reply = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': 'fairlead',
      },
      body: form,
      signal: AbortSignal.timeout(waitMs),
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of reply.body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > replyBytesMax) throw new Error('too long for a token');
    }
    if (reply.statusCode !== 200) throw new Error('no token was given');
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  };
  return { post, close: () => agent.destroy() };
}
