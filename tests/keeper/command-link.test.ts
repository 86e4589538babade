// The console's way to the keeper: one kept connection, deadlines, and another connection when one is lost.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandLink } from '#console/command-link.ts';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

type Command = Extract<ToKeeper, { kind: 'command' }>;
type Keeper = { readonly path: string; readonly sockets: Socket[]; close(): Promise<void> };

/** A keeper that answers with what `answer` says; undefined: with nothing. */
async function keeperThat(
  t: TestContext,
  answer: (command: Command, socket: Socket) => FromKeeper | undefined,
  folder = mkdtempSync(join(tmpdir(), 'link-')),
): Promise<Keeper & { readonly folder: string }> {
  const path = join(folder, 'k.sock');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const reader = new FrameReader();
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (const frame of reader.push(bytes)) {
        const said = answer(frame as Command, socket);
        if (said) socket.write(encodeFrame(said));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  t.after(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, sockets, close, folder };
}

const echo = ({ ask, name }: Command): FromKeeper => ({ kind: 'result', ask, value: name });

test('a hundred commands are one connection, and each gets its own answer; reports have another one', async (t) => {
  const { path, sockets } = await keeperThat(t, echo);
  const run = commandLink(path);

  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => run(`c${index}`, {})));

  assert.deepEqual(
    answers,
    Array.from({ length: 100 }, (_, index) => ({ value: `c${index}` })),
  );
  assert.equal(sockets.length, 1);
  assert.deepEqual(await run('usage', {}), { value: 'usage' });
  assert.equal(sockets.length, 2);
});

test('nobody waits for a payment provider that hangs, not even another payment', async (t) => {
  // A keeper answers one command of a connection after the other: what comes behind one that hangs is never answered.
  const hung = new Set<Socket>();
  const serial = await keeperThat(t, (command, socket) => {
    const { amount } = command.args as { readonly amount?: string };
    if (amount === 'hangs') hung.add(socket);
    return hung.has(socket) ? undefined : echo(command);
  });
  const run = commandLink(serial.path, 5_000);

  void run('checkout-create', { amount: 'hangs' });

  assert.deepEqual(await run('key-show', {}), { value: 'key-show' });
  assert.deepEqual(await run('checkout-create', {}), { value: 'checkout-create' });
  assert.deepEqual(await run('payment-event', {}), { value: 'payment-event' });
});

test('when the keeper hangs up, what waits is told so and not asked again; the next command connects anew', async (t) => {
  const asked: string[] = [];
  const { path, sockets } = await keeperThat(t, (command, socket) => {
    asked.push(command.name);
    if (command.name !== 'last-words') return echo(command);
    socket.destroy();
    return undefined;
  });
  const run = commandLink(path);
  assert.deepEqual(await run('first', {}), { value: 'first' });

  const [lost, beside] = await Promise.all([run('last-words', {}), run('beside', {})]);
  const after = await run('after', {});

  assert.ok('refused' in lost && /hung up|cannot be reached/.test(lost.refused));
  assert.ok('refused' in beside || beside.value === 'beside');
  assert.deepEqual(after, { value: 'after' });
  assert.equal(asked.filter((name) => name === 'last-words').length, 1);
  assert.equal(sockets.length, 2);
});

test('without a keeper a command is refused at once, and works as soon as there is one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'link-'));
  const run = commandLink(join(folder, 'k.sock'));

  assert.ok('refused' in (await run('early', {})));
  await keeperThat(t, echo, folder);

  assert.deepEqual(await run('late', {}), { value: 'late' });
});

test('who is not answered is told so after the deadline, and what waits is bounded', async (t) => {
  const { path } = await keeperThat(t, ({ ask, name }) =>
    name === 'quick' ? { kind: 'result', ask, value: 1 } : undefined,
  );
  const run = commandLink(path, 300);
  const waiting = Array.from({ length: 256 }, () => run('slow', {}));

  const beyond = await run('quick', {});
  const answers = await Promise.all(waiting);

  assert.ok('refused' in beyond && /Too much/.test(beyond.refused));
  assert.ok(answers.every((answer) => 'refused' in answer && /did not answer/.test(answer.refused)));
  assert.deepEqual(await run('quick', {}), { value: 1 });
});
