import { appendFileSync } from 'node:fs';
import { Server, Socket } from 'node:net';

// Loaded with `--import` into the processes and threads of a Fairlead under test: writes down every address that any of its
// code dials, whichever library does it, and every port on which it listens itself.

const file = process.env.FAIRLEAD_TEST_EGRESS;
if (file === undefined) throw new Error('record-egress.ts is loaded without a file to write to');

const { connect } = Socket.prototype;
Socket.prototype.connect = function recorded(this: Socket, ...given: unknown[]) {
  this.once('connect', () => {
    if (this.remotePort !== undefined) appendFileSync(file, `dialled ${this.remoteAddress}:${this.remotePort}\n`);
  });
  const wanted = targetOf(given.flat()[0], given.flat()[1]);
  if (wanted !== undefined) appendFileSync(file, `asked ${wanted}\n`);
  return Reflect.apply(connect, this, given);
};

const { listen } = Server.prototype;
Server.prototype.listen = function recorded(this: Server, ...given: unknown[]) {
  this.once('listening', () => {
    const address = this.address();
    if (typeof address === 'object' && address !== null) appendFileSync(file, `own 127.0.0.1:${address.port}\n`);
  });
  return Reflect.apply(listen, this, given);
};

function targetOf(first: unknown, second: unknown): string | undefined {
  if (typeof first === 'number') return `${String(second ?? '127.0.0.1')}:${first}`;
  if (typeof first !== 'object' || first === null || !('port' in first) || first.port == null) return undefined;
  const host = 'host' in first && typeof first.host === 'string' ? first.host : '127.0.0.1';
  return `${host}:${String(first.port)}`;
}
