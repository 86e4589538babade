// docs/reference/dialects.md: its errors, heartbeats and tables are what the dialects really say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault, type FaultName, faults } from '#core/generation/fault.ts';
import { ownerSettingNames, storageDays, troubleOfSetting } from '#core/privacy/owner-settings.ts';
import { extraFields } from '#core/protocol/openrouter/extras.ts';
import { routerChat } from '#core/protocol/openrouter/router-chat.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import { repository } from '../support/run-result.ts';

const page = readFileSync(join(repository, 'docs/reference/dialects.md'), 'utf8');
const [chat, responses, messages, gemini] = [
  protocolOf('openai-chat'),
  protocolOf('openai-responses'),
  protocolOf('anthropic-messages'),
  protocolOf('gemini-generate'),
];
const generation = 'gen-01m85xaebkd9txnpk9e41a1v12';

function section(heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail(heading);
}

/** Without the head and its line. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const lines = section(heading).split('\n');
  const rows = lines.filter((line) => line.startsWith('| ')).slice(1);
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

function errorOf(protocol: Protocol, fault: FaultName) {
  const { status, body } = protocol.encodeFault(new Fault(fault), generation);
  const { error } = JSON.parse(body);
  return { status, word: error.metadata?.error_type ?? error.type ?? error.status };
}

test('the examples of errors are what each dialect writes', () => {
  const sentence = new Fault('model-unknown').sentence;
  const examples = Array.from(section('Errors').matchAll(/```json\n([\s\S]*?)```/g), ([, block = '']) =>
    JSON.parse(block.replace('…', sentence).replace('gen-…', generation)),
  );
  const written = [chat, messages, gemini, routerChat].map((protocol) =>
    JSON.parse(protocol.encodeFault(new Fault('model-unknown'), generation).body),
  );

  assert.deepEqual(examples, written);
  assert.equal(
    responses.encodeFault(new Fault('model-unknown'), generation).body,
    chat.encodeFault(new Fault('model-unknown'), generation).body,
  );
});

test('the table of errors has every status of the faults, with the words that each dialect writes', () => {
  const words = new Map(rowsOf('Errors').map(([status, ...cells]) => [Number(status), cells.map(bare)]));

  const names = Object.keys(faults) as FaultName[];
  assert.deepEqual([...words.keys()], [...new Set(names.map((name) => faults[name].status))].sort());
  for (const name of names) {
    const written = [chat, messages, gemini, routerChat].map((protocol) => errorOf(protocol, name));
    if (name === 'upstream-overloaded') {
      assert.deepEqual(written[1], { status: 529, word: 'overloaded_error' });
      written[1] = { status: 503, word: 'api_error' };
    }
    assert.ok(written.every(({ status }) => status === faults[name].status));
    assert.deepEqual(
      words.get(faults[name].status),
      written.map(({ word }) => word),
      name,
    );
    assert.deepEqual(errorOf(responses, name), errorOf(chat, name));
  }
});

test('the table of streams has each heartbeat, and the last word of a stream that breaks', () => {
  const rows = rowsOf('Streams');
  const protocols = [chat, responses, messages, gemini, routerChat];

  assert.equal(rows.length, protocols.length);
  for (const [index, protocol] of protocols.entries()) {
    const [, heartbeat, , broken] = rows[index] ?? [];
    const told = protocol.encodeStreamFault(new Fault('stream-cut'), generation);
    assert.equal(bare(heartbeat), protocol.heartbeat.split('\n')[0]);
    for (const [, word = ''] of (broken ?? '').split(', no ')[0]?.matchAll(/`([^`]+)`/g) ?? []) {
      assert.ok(told.includes(word.replace('…}', '')), `${word} in ${told}`);
    }
    assert.doesNotMatch(told, /\[DONE\]|message_stop/);
  }
});

test('every extra of OpenRouter is named', () => {
  const missing = extraFields.filter((field) => !section("OpenRouter's dress").includes(`\`${field}\``));

  assert.deepEqual(missing, []);
});

test('the reference of commands has each setting of workspaces and keys', () => {
  const reference = readFileSync(join(repository, 'docs/reference/command-line.md'), 'utf8');
  const table = reference.split(/^## /m).find((part) => part.startsWith('Settings\n')) ?? '';
  const names = Array.from(table.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);

  assert.deepEqual(names, [...ownerSettingNames]);
});

test('the settings that pages show are settings', () => {
  const pages = ['docs/reference/dialects.md', 'docs/reference/command-line.md', 'docs/start/keys-and-wallets.md'];
  const lines = pages.flatMap((path) => [
    ...readFileSync(join(repository, path), 'utf8').matchAll(/\b(?:workspace|key) set \w+((?: [a-z_]+=[^\s`]+)+)/g),
  ]);
  const shown = lines.flatMap(([, all = '']) =>
    Array.from(all.matchAll(/ ([a-z_]+)=(\S+)/g), ([, name = '', value = '']) => [name, value] as const),
  );

  assert.deepEqual([...new Set(shown.map(([name]) => name))].sort(), [...ownerSettingNames].sort());
  for (const [name, value] of shown) assert.equal(troubleOfSetting(name, value), undefined);
  assert.equal(storageDays({ storage: 'openai:30,any:7' }, 'elsewhere'), 7);
});
