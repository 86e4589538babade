import assert from 'node:assert/strict';
import test from 'node:test';
import { HashQueueFull, PasswordHashes } from '#console/people/password-hash.ts';
import { SignInLimits } from '#console/people/sign-in-limits.ts';
import { isSameOrigin, siteOf } from '#console/people/site.ts';

const minuteMs = 60_000;

test('who guesses uses up what strangers have; whoever signed in before from that browser is not locked out', () => {
  let now = 0;
  const limits = new SignInLimits(() => now);
  const victim = { network: 'home', account: 'ada', device: 'laptop' };
  const guess = (network: string) => limits.begin({ network, account: 'ada', device: undefined });

  const tries = Array.from({ length: 50 }, (_, index) => guess(`net ${index}`));

  assert.equal(tries.filter((each) => each === undefined).length, 10);
  assert.ok((tries.at(-1)?.waitMs ?? 0) > 0);
  assert.equal(limits.begin(victim), undefined);
  limits.passed(victim);
  // Another account of the same network is none of the guesser's business.
  assert.equal(limits.begin({ network: 'home', account: 'bo', device: undefined }), undefined);
  now = 15 * minuteMs;
  assert.equal(guess('late'), undefined);
});

test('a network that tries many accounts waits, and a right password gives back what it took', () => {
  const limits = new SignInLimits(() => 0);
  for (let index = 0; index < 100; index += 1) {
    const attempt = { network: 'office', account: `good ${index}`, device: undefined };
    assert.equal(limits.begin(attempt), undefined);
    limits.passed(attempt);
  }

  const tries = Array.from({ length: 60 }, (_, index) =>
    limits.begin({ network: 'office', account: `a${index}`, device: undefined }),
  );

  assert.equal(tries.filter((each) => each === undefined).length, 40);
});

test('however many try, what is remembered is bounded', () => {
  const limits = new SignInLimits(() => 0);

  for (let index = 0; index < 60_000; index += 1) {
    limits.begin({ network: `n${index}`, account: `a${index}`, device: undefined });
  }

  assert.ok(limits.size <= 20_001, String(limits.size));
});

test('one password is hashed at a time; thirty-two wait, and whoever comes then is told so', async () => {
  const hashes = new PasswordHashes();
  const asked = Array.from({ length: 40 }, (_, index) =>
    hashes.hash(`password ${index}`).catch((thrown: unknown) => thrown),
  );

  const waiting = hashes.waiting;
  const first = await asked[0];
  const done = await Promise.all(asked);

  assert.equal(waiting, 32);
  assert.equal(done.filter((each) => each instanceof HashQueueFull).length, 8);
  assert.match(String(first), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await hashes.verify({ hash: String(first), password: 'password 0' }), true);
  assert.equal(await hashes.verify({ hash: String(first), password: 'password 1' }), false);
  assert.equal(await hashes.verify({ hash: 'not a hash', password: 'password 0' }), false);
});

test('a request that changes something comes from our own page, or it is not taken', () => {
  const site = { origin: 'https://ai.example.org', isSecure: true };
  const said = (fetchSite: string | undefined, origin: string | undefined) => isSameOrigin({ fetchSite, origin }, site);

  assert.deepEqual(
    [said('same-origin', undefined), said(undefined, site.origin), said('cross-site', site.origin)],
    [true, true, false],
  );
  for (const origin of ['https://ai.example.org.evil.net', 'http://ai.example.org', 'null', '', undefined]) {
    assert.equal(said(undefined, origin), false, String(origin));
  }
});

test('where a browser is: HTTPS by what a proxy says or the public address, this machine, or nowhere that is safe', () => {
  const publicUrl = 'https://ai.example.org';
  const at = (host: string, forwardedProto?: string) => siteOf({ host, forwardedProto }, publicUrl);

  assert.deepEqual(at('ai.example.org'), { origin: publicUrl, isSecure: true });
  assert.deepEqual(at('127.0.0.1:8080', 'https'), { origin: publicUrl, isSecure: true });
  assert.deepEqual(at('127.0.0.1:8080'), { origin: 'http://127.0.0.1:8080', isSecure: false });
  assert.deepEqual(at('localhost:1'), { origin: 'http://localhost:1', isSecure: false });
  for (const host of ['ai.example.net', '10.0.0.1', 'localhost.evil.net', '127.0.0.1.evil.net', '']) {
    assert.equal(at(host), undefined, host);
  }
});
