// What one stranger may take of what everybody needs: letters, places in the queue of hashes, the line to the mail server.
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { HashTurns } from '#console/people/hash-turns.ts';
import { LetterLimits } from '#console/people/letter-limits.ts';
import { type Letter, PostOffice } from '#console/people/post-office.ts';
import { eventually } from '../journeys/running-fairlead.ts';

test('who asks for letters to an address elsewhere stops nobody who asks for his own; an address gets few in all', () => {
  const limits = new LetterLimits(() => 0);
  const ask = (network: string, device?: string) => limits.link({ network, account: 'ada', device });

  const strange = Array.from({ length: 20 }, () => ask('far'));

  assert.equal(strange.filter((each) => each === undefined).length, 10);
  assert.equal(ask('home'), undefined);
  const many = Array.from({ length: 50 }, (_, index) => ask(`net ${index}`));
  assert.equal(many.filter((each) => each === undefined).length, 19);
  assert.equal(ask('home', 'laptop'), undefined);
});

test('invitations that are taken back at once count: for an address, a workspace, and whoever invites', () => {
  const limits = new LetterLimits(() => 0);
  const sent = (each: (index: number) => { actor: string; workspace: string; address: string }) =>
    Array.from({ length: 150 }, (_, index) => limits.invitation(each(index))).filter((late) => late === undefined)
      .length;

  assert.equal(
    sent((index) => ({ actor: `a${index}`, workspace: `w${index}`, address: 'bombed' })),
    5,
  );
  assert.equal(
    sent((index) => ({ actor: 'eve', workspace: `w${index}`, address: `x${index}` })),
    50,
  );
  assert.equal(
    sent((index) => ({ actor: `b${index}`, workspace: 'one', address: `y${index}` })),
    100,
  );
});

test('one person has two places in the queue of hashes and one network half of it; a place comes back', () => {
  const turns = new HashTurns();
  const own = Array.from({ length: 4 }, () => turns.take({ person: 'eve', network: 'far' }));
  const near = Array.from({ length: 40 }, (_, index) => turns.take({ person: `p${index}`, network: 'far' }));

  assert.equal(own.filter(Boolean).length, 2);
  assert.equal(near.filter(Boolean).length, 14);
  assert.ok(turns.take({ person: 'ada', network: 'home' }));
  own[0]?.();
  assert.ok(turns.take({ person: 'eve', network: 'far' }));
});

test("a letter that must wait stands in nobody's way; what is refused for good is tried once", async (t) => {
  const heard: string[] = [];
  const server = createServer((socket) => speak(socket, (line) => heard.push(line)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const smtp = { url: `smtp://127.0.0.1:${address.port}`, from: 'no-reply@example.org' };
  const office = new PostOffice({ smtp, retryMs: [900_000], now: Date.now });
  const stateOf = (name: string) => office.outbox.find(({ to }) => to.startsWith(name))?.state;

  for (const name of ['later', 'never', 'taken']) office.post(letterTo(`${name}@example.org`));

  await eventually(async () => assert.equal(stateOf('taken'), 'sent'), 20_000);
  assert.deepEqual([stateOf('later'), stateOf('never')], ['waiting', 'failed']);
  assert.equal(heard.filter((line) => line.includes('never@')).length, 1);
});

function letterTo(to: string): Letter {
  return { kind: 'invitation', to, subject: 'hello', text: 'hello' };
}

/** A mail server that takes one address, has no room for another, and never heard of a third. */
function speak(socket: Socket, hear: (line: string) => void): void {
  let [waiting, isLetter] = ['', false];
  socket.on('error', () => {});
  socket.write('220 double\r\n');
  socket.setEncoding('utf8').on('data', (piece: string) => {
    const lines = `${waiting}${piece}`.split('\r\n');
    waiting = lines.pop() ?? '';
    for (const line of lines) {
      if (isLetter && line !== '.') continue;
      isLetter = /^data/i.test(line);
      if (/^rcpt/i.test(line)) hear(line);
      socket.write(`${answerTo(line)}\r\n`);
    }
  });
}

function answerTo(line: string): string {
  if (line.includes('RCPT TO:<later@')) return '451 later';
  if (line.includes('RCPT TO:<never@')) return '550 nobody';
  return /^data/i.test(line) ? '354 go on' : '250 fine';
}

test('letters are in the outbox for a week: who is deleted two weeks later is in none of them', () => {
  let now = 0;
  const office = new PostOffice({ smtp: undefined, now: () => now });
  office.post({ kind: 'support', to: 'op@example.org', subject: 's', text: 'From: Ada <ada@example.org>' });

  now = 7 * 86_400_000 - 1;
  assert.equal(office.outbox.length, 1);
  now += 1;
  assert.deepEqual(office.outbox, []);
});
