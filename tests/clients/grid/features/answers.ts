import assert from 'node:assert/strict';
import type { Usage } from '../../sdks/sdk-row.ts';
import type { Cell, GridFeature } from '../cell.ts';
import { pacedModel } from '../columns.ts';

/** The beginning of a PDF, which is all that anybody here looks at. */
const pdf = Buffer.from('%PDF-1.7\n% the tides of the harbour\n').toString('base64');

/** A transparent picture of one point. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

export const answers: readonly GridFeature[] = [
  {
    name: 'whole answer',
    async run({ driver, model, tag, row }) {
      const answer = await driver.ask({ model: model('echo'), text: `Hello, ${tag} — naïve 小さな 🚢 words` });
      assert.equal(answer.text, `Hello, ${tag} — naïve 小さな 🚢 words`);
      assert.equal(answer.finish, row.finish.stop);
    },
  },
  {
    name: 'whole answer by the plain name',
    needsFairlead: true,
    // Google's own names have no slash in them, and some packages take what has one for a path.
    only: (_driver, { dialect }) => dialect === 'gemini-generate',
    async run({ driverWithPlainNames, model, tag }) {
      const answer = await driverWithPlainNames.ask({ model: model('echo'), text: `Hello, ${tag}` });
      assert.equal(answer.text, `Hello, ${tag}`);
    },
  },
  {
    name: 'stream, joined',
    async run({ driver, model, tag, row }) {
      const text = `${tag} ${'says one word after another until thirty are said '.repeat(4).trim()}, naïve 小さな 🚢`;
      const answer = await driver.stream({ model: model('echo'), text });
      assert.equal(answer.text, text);
      assert.equal(answer.finish, row.finish.stop);
      assert.ok(answer.pieces.length >= 5, `only ${answer.pieces.length} pieces of 40 words`);
    },
  },
  {
    name: 'stream, word by word',
    async run({ driver, model, tag }) {
      // Twelve words at 60 ms. A stream that is held back comes at once, each time; a busy machine may read one late.
      let seen = '';
      for (let turn = 0; turn < 3; turn++) {
        const { pieces, text } = await driver.stream({ model: model(pacedModel), text: `Slowly, ${tag}` });
        assert.equal(text.split(/\s+/).length, 12, text);
        const spreadMs = (pieces.at(-1)?.atMs ?? 0) - (pieces[0]?.atMs ?? 0);
        if (pieces.length >= 4 && spreadMs >= 300) return;
        seen = `${pieces.length} pieces within ${Math.round(spreadMs)} ms`;
      }
      assert.fail(seen);
    },
  },
  { name: 'usage', run: (cell) => comparesUsage(cell, false) },
  { name: 'usage, streamed', need: 'usage-streamed', run: (cell) => comparesUsage(cell, true) },
  {
    name: 'system prompt',
    async run(cell) {
      const { driver, model, tag } = cell;
      const system = `You answer as the keeper of ${tag} would`;
      const answer = await driver.ask({ model: model('echo'), text: `Who are you, ${tag}?`, system });
      assert.equal(answer.text, `Who are you, ${tag}?`);
      if (cell.canSeeUpstream) assert.ok(cell.told.includes(system), 'the upstream was not told the system prompt');
    },
  },
  {
    name: 'picture',
    async run(cell) {
      const { driver, model, tag } = cell;
      const answer = await driver.ask({ model: model('echo'), text: `What is this, ${tag}?`, png });
      assert.equal(answer.text.trim(), `What is this, ${tag}?`);
      if (cell.canSeeUpstream) assert.ok(cell.told.includes(png), 'the upstream did not get the picture');
    },
  },
  {
    name: 'document',
    async run(cell) {
      const { driver, model, tag } = cell;
      const answer = await driver.ask({ model: model('echo'), text: `What does it say, ${tag}?`, pdf });
      assert.equal(answer.text.trim(), `What does it say, ${tag}?`);
      if (cell.canSeeUpstream) assert.ok(cell.told.includes(pdf), 'the upstream did not get the document');
    },
  },
  {
    name: 'length as its own word',
    async run({ driver, model, tag, row }) {
      const question = { model: model('fill'), text: `At length, ${tag}`, tokensMax: 16 };
      const whole = await driver.ask(question);
      assert.equal(whole.finish, row.finish.length);
      assert.equal(whole.text.split(/\s+/).length, 16, whole.text);
      assert.equal((await driver.stream(question)).finish, row.finish.length);
    },
  },
];

/** Twice, so that the second time the system prompt is one that the upstream has seen. */
async function comparesUsage(cell: Cell, stream: boolean): Promise<void> {
  const { driver, model, tag, words } = cell;
  const system = `Keep ${tag} in mind and say what you hear`;
  for (const count of [words * 2, words * 2 + 1]) {
    const text = `${tag}${' word'.repeat(count - 1)}`;
    const question = { model: model('echo'), text, system };
    const { usage } = stream ? await driver.stream(question) : await driver.ask(question);
    if (usage === undefined) return assert.fail('the SDK shows no usage');
    const line = await cell.served(
      `${count} words`,
      ({ output, model: name }) => name.endsWith('echo') && output === count,
    );
    if (line !== undefined) isSame(usage, line);
    assert.equal(usage.output, count);
    assert.ok(usage.input > count, `input ${usage.input}`);
  }
}

function isSame({ input, cached, output }: Usage, line: Usage): void {
  const said = { input, cached, output };
  assert.deepEqual(
    said,
    { input: line.input, cached: line.cached, output: line.output },
    'usage as the simulator counts it',
  );
}
