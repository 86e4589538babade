import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import { endIsSaid } from '../attempt/end-is-said.ts';
import type { Gateway } from '../gateway.ts';
import type { Asker, KeptReply } from './ask-kept.ts';

const refusedBytesMax = 256 * 1024;
/** However slowly it comes, and however large it is. */
const readMsMax = 3_600_000;

export type ReadAsk = {
  readonly endpoint: EligibleEndpoint;
  /** Below the upstream's base URL. */
  readonly path: string;
  /** Nothing more is read until it has taken a piece. What it throws ends the reading. */
  readonly take: (bytes: Uint8Array) => void | Promise<void>;
  readonly outlivesCaller?: boolean | undefined;
};

/**
 * What an upstream keeps, read piece by piece, so that it may be of any size. Gives the status, with the body of a refusal;
 * rejects when it breaks off: a file of which the end was not said is none.
 */
export function readKept(call: Asker, { endpoint, path, take, outlivesCaller }: ReadAsk, gateway: Gateway) {
  const { promise, resolve, reject } = Promise.withResolvers<KeptReply>();
  const waiting: Buffer[] = [];
  const refused: Buffer[] = [];
  let refusedBytes = 0;
  let status = 0;
  let [saysItsEnd, isTaking, hasEnded, isOver] = [false, false, false, false];
  const over = () => {
    isOver = true;
    clearTimeout(stall);
    clearTimeout(whole);
    leave();
  };
  const stop = (thrown: unknown) => {
    if (isOver) return;
    over();
    exchange.abort();
    reject(thrown);
  };
  const broken = () => stop(new Fault('upstream-unavailable', { attempts: 1, last: 'reset' }));
  const late = () => stop(new Fault('upstream-timeout', { attempts: 1, last: 'stalled' }));
  const drained = () => stop(new Fault('draining'));
  const finish = () => {
    if (isOver || isTaking || !hasEnded) return;
    if (status === 200 && !saysItsEnd) return broken();
    over();
    resolve({ status, body: Buffer.concat(refused) });
  };
  const takeAll = async () => {
    for (let next = waiting.shift(); next && !isOver; next = waiting.shift()) await take(next);
  };
  const exchange = gateway.providers.call(
    {
      ...{ endpoint, method: 'GET', path, body: undefined, stream: false, protocol: call.protocol.name },
      credential: gateway.health.credentialOf(endpoint.upstream.name),
      passedHeaders: [...call.passedHeaders, 'accept', '*/*'],
    },
    {
      head(given, headers) {
        status = given;
        saysItsEnd = endIsSaid(headers);
        stall.refresh();
      },
      data(bytes) {
        stall.refresh();
        if (status !== 200) {
          refusedBytes += bytes.length;
          if (refusedBytes > refusedBytesMax) broken();
          else refused.push(bytes);
          return;
        }
        waiting.push(bytes);
        if (isTaking) return;
        isTaking = true;
        exchange.pause();
        takeAll().then(() => {
          isTaking = false;
          if (isOver) return;
          stall.refresh();
          if (hasEnded) finish();
          else exchange.resume();
        }, stop);
      },
      end() {
        hasEnded = true;
        finish();
      },
      failed: broken,
    },
  );
  const stall = setTimeout(late, gateway.deadlines.firstContentMs);
  const whole = setTimeout(late, readMsMax);
  const leave = gateway.onForcedDrain.enter({ drain: drained });
  if (!outlivesCaller) call.reply.onLeft(broken);
  return promise;
}
