import assert from 'node:assert/strict';
import { clientOf, type Feature, fieldOf, say } from '../feature.ts';

const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const answers: readonly Feature[] = [
  {
    name: 'chat.completions.create',
    async run(scene) {
      const model = 'sandbox/echo';
      const answer = await clientOf(scene).chat.completions.create({ model, messages: say('Hello there, harbour') });

      assert.equal(answer.object, 'chat.completion');
      assert.equal(answer.model, 'sandbox/echo');
      assert.equal(answer.choices.length, 1);
      const [choice] = answer.choices;
      assert.deepEqual([choice?.message.role, choice?.message.content], ['assistant', 'Hello there, harbour']);
      assert.equal(choice?.finish_reason, 'stop');
      assert.deepEqual([answer.usage?.completion_tokens, answer.usage?.prompt_tokens], [3, 6]);
    },
  },
  {
    name: 'a conversation, a picture, fields nobody reads',
    async run(scene) {
      const answer = await clientOf(scene).chat.completions.create({
        model: 'sandbox/echo',
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'First' },
          { role: 'assistant', content: 'First' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this — ein Möwenbild 🐦?' },
              { type: 'image_url', image_url: { url: onePixel, detail: 'low' } },
            ],
          },
        ],
        temperature: 0.2,
        top_p: 0.9,
        seed: 7,
        user: 'somebody',
        logit_bias: { '50256': -100 },
        metadata: { ticket: '12' },
        parallel_tool_calls: null as unknown as boolean,
        ...{ nobody_reads_this: { __proto__: null, deep: [1, 2] } },
      });
      assert.equal(answer.choices[0]?.message.content, 'What is this — ein Möwenbild 🐦?');
    },
  },
  {
    name: 'max_tokens and max_completion_tokens end with length',
    async run(scene) {
      for (const limit of [{ max_tokens: 7 }, { max_completion_tokens: 7 }]) {
        const asked = { model: 'sandbox/story', messages: say('Tell'), ...limit };
        const answer = await clientOf(scene).chat.completions.create(asked);
        assert.equal(answer.choices[0]?.finish_reason, 'length');
        assert.equal(answer.usage?.completion_tokens, 7);
        assert.equal(answer.choices[0]?.message.content?.split(' ').length, 7);
      }
    },
  },
  {
    name: 'stop',
    async run(scene) {
      const messages = say('one two STOP three');
      const asked = { model: 'sandbox/echo', messages, stop: ['STOP', 'never'] };
      const answer = await clientOf(scene).chat.completions.create(asked);
      assert.equal(answer.choices[0]?.message.content?.trim(), 'one two');
      assert.equal(answer.choices[0]?.finish_reason, 'stop');
    },
  },
  {
    name: 'n > 1',
    async run(scene) {
      const client = clientOf(scene);
      const asked = { model: 'sandbox/echo', messages: say('three times'), n: 3 };
      const answer = await client.chat.completions.create(asked);
      assert.deepEqual(
        answer.choices.map(({ index, message }) => [index, message.content]),
        [0, 1, 2].map((index) => [index, 'three times']),
      );
      assert.equal(answer.usage?.completion_tokens, 6);

      const streamed = await client.chat.completions.stream({ ...asked }).finalChatCompletion();
      assert.deepEqual(
        streamed.choices.map(({ message }) => message.content),
        ['three times', 'three times', 'three times'],
      );
    },
  },
  {
    name: 'a reasoning model',
    async run(scene) {
      const client = clientOf(scene);
      const asked = { model: 'sandbox/think', messages: say('Why?'), reasoning_effort: 'high' } as const;
      const answer = await client.chat.completions.create(asked);
      const [choice] = answer.choices;
      assert.equal(choice?.message.content, 'You asked: Why?');
      assert.match(String(fieldOf(choice?.message, 'reasoning_content')), /weigh it/);
      const reasoning = answer.usage?.completion_tokens_details?.reasoning_tokens ?? 0;
      assert.ok(reasoning > 5 && reasoning < (answer.usage?.completion_tokens ?? 0));

      const deltas: unknown[] = [];
      for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
        deltas.push(...chunk.choices.map(({ delta }) => delta));
      }
      const thought = deltas.map((delta) => fieldOf(delta, 'reasoning_content') ?? '').join('');
      assert.equal(thought, fieldOf(choice?.message, 'reasoning_content'));
      assert.ok(deltas.some((delta) => typeof fieldOf(delta, 'reasoning_signature') === 'string'));
    },
  },
  {
    name: 'models.list',
    async run(scene) {
      const ids: string[] = [];
      for await (const model of clientOf(scene).models.list()) {
        assert.equal(model.object, 'model');
        assert.ok(Number.isInteger(model.created) && model.owned_by !== '');
        ids.push(model.id);
      }
      assert.ok(ids.includes('sandbox/echo') && ids.includes('sandbox/tool'), ids.join());
      assert.ok(!ids.some((id) => id.includes('*')), ids.join());
    },
  },
  {
    name: 'models.retrieve',
    async run(scene) {
      const client = clientOf(scene);
      for (const id of ['sandbox/echo', 'sandbox/think']) {
        const model = await client.models.retrieve(id);
        assert.deepEqual([model.id, model.object, model.owned_by], [id, 'model', 'sandbox']);
      }
    },
  },
];
