import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Given, oneUpstream, refusalOf } from './config-from.ts';

type Case = readonly [what: string, given: Given, sentence: string];

const priced = (price: string) => ({ yaml: oneUpstream([], `m: { price: ${price} }`) });
const place = 'fairlead.yaml, line 4: upstreams.a.models.m';
const amount = (digits: number) =>
  `must be an amount in USD, 0 or more, with at most ${digits} decimal places, such as 0.25.`;

const prices: readonly Case[] = [
  [
    'none anywhere',
    { yaml: oneUpstream([], 'm: {}') },
    `${place} has no price here or in the catalogue: add price, such as { input: 0.25, output: 2.00 } or free.`,
  ],
  [
    'a word but free',
    priced('cheap'),
    `${place}.price must be free, or a section of prices such as { input: 0.25, output: 2.00 }.`,
  ],
  ['without output', priced('{ input: 1 }'), `${place}.price.output is missing: add it, 0 where it costs nothing.`],
  [
    'without input',
    priced('{ output: 1, request: 1 }'),
    `${place}.price.input is missing: add it, 0 where it costs nothing.`,
  ],
  ['seven decimal places', priced('{ input: 0.0000001, output: 1 }'), `${place}.price.input ${amount(6)}`],
  ['thirteen decimal places', priced('{ image: "0.0000000000001" }'), `${place}.price.image ${amount(12)}`],
  ['negative', priced('{ input: -1, output: 1 }'), `${place}.price.input ${amount(6)}`],
  [
    'not a number',
    priced('{ input: .nan, output: 1 }'),
    `${place}.price.input must be an amount in USD, such as 0.25.`,
  ],
  ['infinite', priced('{ input: 1e400, output: 1 }'), `${place}.price.input must be an amount in USD, such as 0.25.`],
  ['enormous', priced('{ input: 1e20, output: 1 }'), `${place}.price.input ${amount(6)}`],
  ['hexadecimal', priced('{ input: 0x10, output: 1 }'), `${place}.price.input ${amount(6)}`],
  ['with a comma', priced('{ input: "0,25", output: 1 }'), `${place}.price.input ${amount(6)}`],
  ['empty', priced('{ input: "", output: 1 }'), `${place}.price.input ${amount(6)}`],
  ['a list', priced('{ input: [1], output: 1 }'), `${place}.price.input must be an amount in USD, such as 0.25.`],
  [
    'a tier twice',
    priced('{ input: 1, output: 1, tiers: [{ above_input: 5 }, { above_input: 5 }] }'),
    `${place}.price.tiers[1].above_input is that of an earlier tier: give each tier its own, or remove one.`,
  ],
];

const address = (url: string) => ({ yaml: `upstreams:\n  a:\n    base_url: ${url}\n    models: {}\n` });
const baseUrl = 'fairlead.yaml, line 3: upstreams.a.base_url';

const addresses: readonly Case[] = [
  [
    'missing',
    { yaml: 'upstreams:\n  a: { models: {} }\n' },
    'fairlead.yaml, line 2: upstreams.a.base_url is missing: add the address of its API, such as https://api.example.com/v1.',
  ],
  [
    'without a scheme',
    address('api.example.com'),
    `${baseUrl} must be an address that begins with http:// or https://.`,
  ],
  ['ftp', address('ftp://a.example/'), `${baseUrl} must be an address that begins with http:// or https://.`],
  ['without a host', address('https://'), `${baseUrl} must be an address that begins with http:// or https://.`],
  [
    'with a password',
    address('https://me:secret@a.example/'),
    `${baseUrl} must not hold a user name or password: remove what stands before the "@".`,
  ],
  [
    'with a query',
    address('https://a.example/?key=secret'),
    `${baseUrl} must not have a query or a fragment: remove what begins with "?" or "#".`,
  ],
  [
    'with a fragment',
    address('"https://a.example/#x"'),
    `${baseUrl} must not have a query or a fragment: remove what begins with "?" or "#".`,
  ],
];

const two = (a: string, b: string) =>
  `upstreams:\n  a: { base_url: https://a.example, ${a} }\n  b: { base_url: https://a.example, ${b} }\n`;
const facts = (lines: string) => ({
  yaml: `${oneUpstream([], 'm: { as: x/m, price: free }, n: { as: x/n, price: free }')}models:\n${lines}`,
});

const names: readonly Case[] = [
  [
    'no models',
    { yaml: 'upstreams:\n  a:\n    base_url: https://a.example\n' },
    'fairlead.yaml, line 2: upstreams.a.models is missing: name the models that this upstream serves.',
  ],
  [
    'api_key and api_keys',
    { yaml: oneUpstream(['api_key: k1', 'api_keys: [k2]']) },
    'fairlead.yaml, line 6: upstreams.a.api_keys stands beside api_key: keep one of the two.',
  ],
  [
    'one key twice',
    { yaml: oneUpstream(['api_keys: [k, k]']) },
    'fairlead.yaml, line 5: upstreams.a.api_keys[1] is the same key as an earlier one: remove it.',
  ],
  [
    'a key of two lines',
    { yaml: oneUpstream(['api_key: "a\\nb"']) },
    'fairlead.yaml, line 5: upstreams.a.api_key must be one line of printable characters without spaces.',
  ],
  [
    'a protocol twice',
    { yaml: oneUpstream(['protocols: [openai-chat, openai-chat]']) },
    'fairlead.yaml, line 5: upstreams.a.protocols names a protocol twice: keep one of them.',
  ],
  [
    'two names of one account',
    { yaml: two('api_key: k, models: {}', 'api_keys: [j, k], models: {}') },
    'fairlead.yaml, line 3: upstreams.b is the same account as upstreams.a, by base_url and key: remove one of the two.',
  ],
  [
    'a default model that nobody offers',
    { yaml: `routing: { default_model: x/n }\n${oneUpstream(['api_key: k'])}` },
    'fairlead.yaml, line 1: routing.default_model is offered by no upstream: did you mean "x/m"?',
  ],
  [
    'the name of the simulator',
    { yaml: 'upstreams:\n  sandbox: {}\n' },
    'fairlead.yaml, line 2: upstreams.sandbox has the name of the simulator: choose another, or set "sandbox: true" for the simulator itself.',
  ],
  [
    "a simulator's model",
    { yaml: oneUpstream([], 'm: { as: sandbox/m, price: free }') },
    `${place}.as takes a name of the simulator: choose one that does not begin with "sandbox".`,
  ],
  [
    'a public name with @',
    { yaml: oneUpstream([], 'm: { as: x/m@a, price: free }') },
    `${place}.as must be a name of 1 to 200 characters without spaces or "@".`,
  ],
  [
    'one endpoint twice',
    { yaml: oneUpstream([], 'm: { as: x/m, price: free }, n: { as: x/m, price: free }') },
    'fairlead.yaml, line 4: upstreams.a.models.n has the same public name as upstreams.a.models.m: give each its own "as".',
  ],
  [
    'facts of a model that nobody offers',
    facts('  y/other: {}\n'),
    'fairlead.yaml, line 6: models.y/other is offered by no upstream: offer it under "upstreams", or remove it.',
  ],
  [
    'facts of a misspelt model',
    { yaml: `${oneUpstream([], 'm: { as: openai/gpt-5-mini, price: free }')}models:\n  openai/gtp-5-mini: {}\n` },
    'fairlead.yaml, line 6: models.openai/gtp-5-mini is offered by no upstream: did you mean "openai/gpt-5-mini"?',
  ],
  [
    "facts of a simulator's model",
    facts('  sandbox/echo: {}\n'),
    "fairlead.yaml, line 6: models.sandbox/echo is one of the simulator's names: its facts are fixed, remove it.",
  ],
  [
    'an alias that is a model',
    facts('  x/m: { aliases: [x/n] }\n'),
    'fairlead.yaml, line 6: models.x/m.aliases[0] is the name of a model: choose another alias, or remove it.',
  ],
  [
    'an alias of two models',
    facts('  x/m: { aliases: [q] }\n  x/n: { aliases: [q] }\n'),
    'fairlead.yaml, line 7: models.x/n.aliases[0] is an alias of x/m already: keep it at one model.',
  ],
  [
    'an alias of the simulator',
    facts('  x/m: { aliases: [sandbox/echo] }\n'),
    'fairlead.yaml, line 6: models.x/m.aliases[0] takes a name of the simulator: choose one that does not begin with "sandbox".',
  ],
  [
    'an alias with a space',
    facts('  x/m: { aliases: ["a b"] }\n'),
    'fairlead.yaml, line 6: models.x/m.aliases[0] must be a name of 1 to 200 characters without spaces or "@".',
  ],
  [
    'more output than context',
    facts('  x/m: { context: 1000, max_output: 2000 }\n'),
    'fairlead.yaml, line 6: models.x/m.max_output is more than the context of the model (1000): lower it, or raise models.x/m.context.',
  ],
];

for (const [group, cases] of Object.entries({ 'a price': prices, 'an address': addresses, 'a name': names })) {
  for (const [what, given, sentence] of cases) {
    test(`${group}: ${what} is refused with its sentence`, async () => assert.equal(await refusalOf(given), sentence));
  }
}
