import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Given, oneUpstream, refusalOf } from './config-from.ts';

type Case = readonly [what: string, given: Given, sentence: string];

const wide = `a: ${'x'.repeat(4 * 1024 * 1024)}`;
const deep = `${'['.repeat(100_000)}`;

const notYaml: readonly Case[] = [
  [
    'a list',
    { yaml: '- a\n' },
    'fairlead.yaml, line 1: the file is a list: write settings by name, such as "upstreams:".',
  ],
  [
    'a word',
    { yaml: 'hello\n' },
    'fairlead.yaml, line 1: the file is a single value: write settings by name, such as "upstreams:".',
  ],
  [
    'a tab',
    { yaml: 'routing:\n\tstrategy: order\n' },
    'fairlead.yaml, line 2: a tab stands where YAML wants spaces: indent with spaces.',
  ],
  [
    'an open quote',
    { yaml: 'key_prefix: "sk-secret\n' },
    'fairlead.yaml, line 2: a quote, bracket, brace, comma or colon is missing: close what was opened on this line or above.',
  ],
  [
    'two documents',
    { yaml: 'sandbox: true\n---\nsandbox: true\n' },
    'fairlead.yaml, line 2: a second document begins here: keep one document, without "---" in the middle.',
  ],
  [
    'a tag',
    { yaml: 'sandbox: !secret yes\n' },
    'fairlead.yaml, line 1: a tag that begins with "!" is not understood here: remove the tag.',
  ],
  [
    'a name that is a list',
    { yaml: 'models:\n  ? [a]\n  : {}\n' },
    'fairlead.yaml, line 2: models has a name that is not plain text: write the name as text, such as "region:".',
  ],
  [
    'a name twice',
    { yaml: 'sandbox: true\nkey_prefix: sk-a-\nsandbox: false\n' },
    'fairlead.yaml, line 3: sandbox stands twice, first on line 1: keep one of them.',
  ],
  [
    '__proto__',
    { yaml: 'models:\n  __proto__: {}\n' },
    'fairlead.yaml, line 2: models.__proto__ is not a name that a setting can have: remove it.',
  ],
  [
    'an alias without an anchor',
    { yaml: 'routing: *none\n' },
    'fairlead.yaml, line 1: routing uses an alias whose anchor does not exist: define the anchor above, or write the value out.',
  ],
  [
    'a merge key',
    { yaml: 'routing:\n  <<: { strategy: order }\n' },
    'fairlead.yaml, line 2: routing.<< is not a setting: remove it, or use one of strategy, default_model, auto_models.',
  ],
  ['more than 4 MiB', { yaml: wide }, 'fairlead.yaml is larger than 4 MiB: keep to settings, and make it smaller.'],
  [
    'brackets without end',
    { yaml: deep },
    'fairlead.yaml, line 1: the file is nested too deeply: write it again more simply.',
  ],
];

const notASetting: readonly Case[] = [
  [
    'a misspelt section',
    { yaml: 'upstream: {}\n' },
    'fairlead.yaml, line 1: upstream is not a setting; did you mean "upstreams"?',
  ],
  [
    'a misspelt key',
    { yaml: 'upstreams:\n  openai:\n    modles: {}\n' },
    'fairlead.yaml, line 3: upstreams.openai.modles is not a setting; did you mean "models"?',
  ],
  [
    'a hyphen for an underscore',
    { yaml: oneUpstream(['base-url: x']) },
    'fairlead.yaml, line 5: upstreams.a.base-url is not a setting; did you mean "base_url"?',
  ],
  [
    'a misspelt price',
    { yaml: oneUpstream([], 'm: { price: { inptu: 1 } }') },
    'fairlead.yaml, line 4: upstreams.a.models.m.price.inptu is not a setting; did you mean "input"?',
  ],
  [
    'a name near to none',
    { yaml: 'routing:\n  zzzzzzzz: 1\n' },
    'fairlead.yaml, line 2: routing.zzzzzzzz is not a setting: remove it, or use one of strategy, default_model, auto_models.',
  ],
  [
    'the first of two by line',
    { yaml: 'deadlines: { total_ms: x }\nfoo: 1\n' },
    'fairlead.yaml, line 1: deadlines.total_ms must be a whole number from 1 to 86400000.',
  ],
];

const wrongKind: readonly Case[] = [
  ['text for truth', { yaml: 'sandbox: "yes"\n' }, 'fairlead.yaml, line 1: sandbox must be true or false.'],
  [
    'a list for a section',
    { yaml: 'upstreams: [a]\n' },
    'fairlead.yaml, line 1: upstreams must be a section with one entry for each upstream.',
  ],
  [
    'a word for a section',
    { yaml: 'upstreams:\n  a: b\n' },
    'fairlead.yaml, line 2: upstreams.a must be a section of settings.',
  ],
  [
    'a number for text',
    { yaml: oneUpstream(['region: 5']) },
    'fairlead.yaml, line 5: upstreams.a.region must be text.',
  ],
  [
    'nothing for text',
    { yaml: oneUpstream(['region:']) },
    'fairlead.yaml, line 5: upstreams.a.region has no value: give it one, or remove the line.',
  ],
  ['empty text', { yaml: oneUpstream(['region: ""']) }, 'fairlead.yaml, line 5: upstreams.a.region must not be empty.'],
  [
    'an unknown protocol',
    { yaml: oneUpstream(['protocols: [openai]']) },
    'fairlead.yaml, line 5: upstreams.a.protocols[0] must be one of openai-chat, openai-responses, anthropic-messages, gemini-generate, bedrock-converse.',
  ],
  [
    'no protocol',
    { yaml: oneUpstream(['protocols: []']) },
    'fairlead.yaml, line 5: upstreams.a.protocols must name one protocol or more.',
  ],
  [
    'an unknown type',
    { yaml: oneUpstream(['type: own']) },
    'fairlead.yaml, line 5: upstreams.a.type must be one of first_party, cloud_partner, host, self_hosted, aggregator, seller_partner, customer_key, unverified, sandbox.',
  ],
  [
    'an unknown strategy',
    { yaml: 'routing: { strategy: cheap }\n' },
    'fairlead.yaml, line 1: routing.strategy must be one of order, adjusted-share, classic-inverse-square, price, latency, throughput, tool-quality, weighted.',
  ],
  [
    'half a day',
    { yaml: oneUpstream(['data: { retention_days: 0.5 }']) },
    'fairlead.yaml, line 5: upstreams.a.data.retention_days must be a whole number of days, or unknown.',
  ],
  [
    'no date',
    { yaml: oneUpstream(['data: { checked: yesterday }']) },
    'fairlead.yaml, line 5: upstreams.a.data.checked must be a date such as 2026-11-01.',
  ],
  [
    'a fraction of a millisecond',
    { yaml: 'deadlines:\n  stall_ms: 0.5\n' },
    'fairlead.yaml, line 2: deadlines.stall_ms must be a whole number from 1 to 86400000.',
  ],
  [
    'a prefix without its hyphen',
    { yaml: 'key_prefix: skfl\n' },
    'fairlead.yaml, line 1: key_prefix must be 3 to 17 lower-case letters, digits and "-", begin with a letter and end with "-".',
  ],
  [
    'an upstream in capitals',
    { yaml: 'upstreams:\n  OpenAI: {}\n' },
    'fairlead.yaml, line 2: upstreams.OpenAI is not a name for an upstream: use lower-case letters, digits, ".", "_" and "-".',
  ],
  [
    'a tier without a start',
    { yaml: oneUpstream([], 'm: { price: { input: 1, output: 1, tiers: [{ input: 2 }] } }') },
    'fairlead.yaml, line 4: upstreams.a.models.m.price.tiers[0].above_input is missing: add it, it must be a whole number from 0 to 1000000000.',
  ],
];

for (const [group, cases] of Object.entries({
  'not YAML': notYaml,
  'not a setting': notASetting,
  'wrong kind': wrongKind,
})) {
  for (const [what, given, sentence] of cases) {
    test(`${group}: ${what} is refused with its sentence`, async () => assert.equal(await refusalOf(given), sentence));
  }
}

test('aliases cannot blow a small file up', async () => {
  const levels = Array.from({ length: 20 }, (_, level) => {
    const below =
      level === 0
        ? '[x, x, x, x, x, x, x, x, x, x]'
        : `[${Array(10)
            .fill(`*l${level - 1}`)
            .join(', ')}]`;
    return `l${level}: &l${level} ${below}`;
  });

  const sentence = await refusalOf({ yaml: levels.join('\n') });

  assert.match(
    sentence,
    /^fairlead\.yaml, line \d+: \S+ holds too much or is nested too deeply: write it out without aliases\.$/,
  );
});

test('an alias of itself is refused', async () => {
  const sentence = await refusalOf({ yaml: 'models: &m\n  a: *m\n' });

  assert.match(sentence, /holds too much or is nested too deeply/);
});
