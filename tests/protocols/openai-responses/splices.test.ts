import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { Content } from '#core/generation/content.ts';
import { readRequest } from '#core/protocol/openai-responses/read-request.ts';
import { requestSplices, spliceRequest } from '#core/protocol/openai-responses/splices.ts';
import { sealState } from '#core/protocol/sealed-state.ts';
import { askFor } from './fixtures.ts';

function splice(sent: string, outputLimit = 1000) {
  const body = Buffer.from(sent);
  const { bytes, splices } = spliceRequest(body, readRequest(body), askFor({ outputLimit }));
  return { text: Buffer.from(bytes).toString(), splices };
}

const rest = '"input":[ {"role":"user","content":"caf\\u00e9 é 😀","x":[1.0,1e2,-0]} ],"zeta" : {"store":true}';
const bounded = '"max_output_tokens":9,"store":false';

test('what no splice names stays byte-equal', () => {
  const sent = `\n\t{ "model" : "up-model" , ${rest} ,"a":1,"a":2, ${bounded} } \n`;
  const { text, splices } = splice(sent);

  assert.equal(text, sent);
  assert.deepEqual(splices, []);
});

test('each splice changes its own field alone', () => {
  const cases: readonly (readonly [sent: string, goesUp: string, splices: readonly string[]])[] = [
    [`{"model":"own/m",${bounded},${rest}}`, `{"model":"up-model",${bounded},${rest}}`, ['model']],
    [
      `{"model":"up-model",${rest}}`,
      `{"max_output_tokens":1000,"store":false,"model":"up-model",${rest}}`,
      ['max_output_tokens', 'store'],
    ],
    [
      `{"model":"up-model","max_output_tokens":null,"store":null,${rest}}`,
      `{"model":"up-model","max_output_tokens":1000,"store":false,${rest}}`,
      ['max_output_tokens', 'store'],
    ],
    [
      `{"model":"up-model","max_output_tokens":2000,"store":true,${rest}}`,
      `{"model":"up-model","max_output_tokens":1000,"store":true,${rest}}`,
      ['max_output_tokens'],
    ],
    [
      `{"model":"up-model",${bounded},"user":"ann","safety_identifier":"b\\u00fcb",${rest}}`,
      `{"model":"up-model",${bounded},"user":"pseudonym-of-3","safety_identifier":"pseudonym-of-3",${rest}}`,
      ['user', 'safety_identifier'],
    ],
  ];
  for (const [sent, goesUp, splices] of cases) assert.deepEqual(splice(sent), { text: goesUp, splices });
});

test('a limit below what the upstream takes is sent as it is: it is money', () => {
  assert.match(splice(`{"model":"up-model","store":false,${rest}}`, 5).text, /"max_output_tokens":5,/);
});

const foreign = sealState({ family: 'anthropic', kind: 'signature', value: Content.ofText('sig') }, 'openai');
const reasoning = (state: string) => `{"type":"reasoning","summary":[],"encrypted_content":"${state}"}`;
const word = (text: string) => `{"role":"user","content":"${text}"}`;

test('items with the state of another family are taken out, wherever they stand', () => {
  const [a, b, alien, own] = [word('a'), word('b'), reasoning(foreign), reasoning('gAAAA')];
  const cases: readonly (readonly [sent: string, goesUp: string])[] = [
    [`[${alien}]`, '[]'],
    [`[${alien} , ${a}]`, `[${a}]`],
    [`[${a} ,\n${alien}]`, `[${a}]`],
    [`[${a}, ${alien}, ${alien}, ${b}]`, `[${a}, ${b}]`],
    [`[ ${alien}, ${a}, ${alien} , ${alien} ]`, `[ ${a} ]`],
    [`[${own},${alien},${own}]`, `[${own},${own}]`],
  ];
  for (const [sent, goesUp] of cases) {
    const { text, splices } = splice(`{"model":"up-model",${bounded},"input":${sent}}`);
    assert.equal(text, `{"model":"up-model",${bounded},"input":${goesUp}}`);
    assert.deepEqual(splices, ['foreign_state']);
  }
});

test('a wrapped state in a text is a text', () => {
  const sent = `{"model":"up-model",${bounded},"input":[${word(foreign)}]}`;
  assert.deepEqual(splice(sent), { text: sent, splices: [] });
});

test('each splice stands in the table that the page is made from', () => {
  const { splices } = splice(
    `{"model":"own/m","user":"ann","safety_identifier":"bob","input":[${reasoning(foreign)}]}`,
  );
  const { splices: lost, text: sent } = splice(
    '{"model":"up-model","store":false,"max_output_tokens":9,"input":[{"role":"user","content":"q"},{"type":"item_reference","id":"rs_1"}]}',
  );
  assert.equal(
    sent,
    '{"model":"up-model","store":false,"max_output_tokens":9,"input":[{"role":"user","content":"q"}]}',
  );
  const { splices: hosted, text: bounded8 } = splice(
    '{"model":"up-model","store":false,"max_output_tokens":9,"input":"q","tools":[{"type":"web_search"}]}',
  );
  assert.match(bounded8, /^\{"max_tool_calls":8,/);
  assert.deepEqual(
    [...splices, ...lost, ...hosted].sort(),
    requestSplices.flatMap(({ field }) => field.split(', ')).sort(),
  );
});
