// Whether an address can be reached: for who looks after the machine, without a credential and without anybody's content.
import { connect } from 'node:net';

export type Reached = {
  readonly answers: boolean;
  /** How far its clock is ahead of ours, in milliseconds; undefined: it does not say. */
  readonly clockAheadMs: number | undefined;
};

/** Any answer will do: what counts is that somebody is there. */
export async function reachHttp(url: string, timeoutMs: number): Promise<Reached> {
  try {
    const startedAt = Date.now();
    const reply = await fetch(new URL('/', url), {
      method: 'HEAD',
      redirect: 'manual',
      headers: { 'user-agent': 'fairlead' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = Date.parse(reply.headers.get('date') ?? '');
    // Its clock shows whole seconds, and the answer took its time.
    const here = (startedAt + Date.now()) / 2;
    return { answers: true, clockAheadMs: Number.isNaN(said) ? undefined : said + 500 - here };
  } catch {
    return { answers: false, clockAheadMs: undefined };
  }
}

export function reachPort(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const say = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
    socket.setTimeout(timeoutMs, () => say(false));
  });
}
