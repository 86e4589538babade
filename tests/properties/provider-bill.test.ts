// What providers bill, read from their exports to the last digit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCsv, readProviderBill } from '#core/money/provider-bill.ts';

const day = Date.UTC(2026, 10, 2) / 86_400_000;

test("OpenAI's costs are added up by day and model, whatever part of it a line is", () => {
  const file = `start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id
1793577600,1793664000,2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,0.000123456789123,usd,"gpt-5-mini-2025-08-07, input",p
1793577600,1793664000,2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,1.2E-05,usd,"gpt-5-mini-2025-08-07, output",p
`;

  assert.deepEqual(readProviderBill(file), [
    { day, model: 'gpt-5-mini-2025-08-07', amount: 135_457n, input: undefined, output: undefined },
  ]);
});

test("OpenAI's and Anthropic's usage is counted with what was cached", () => {
  const openai = `start_time,end_time,model,input_tokens,output_tokens,input_cached_tokens
1793577600,1793664000,gpt-5-mini,100,20,60
1793577600,1793664000,gpt-5-mini,1,2,0
`;
  const anthropic = `usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens
2026-11-02,claude-x,"key, with ""quotes""",10,20,30,40,5
`;

  assert.deepEqual(readProviderBill(openai), [{ day, model: 'gpt-5-mini', amount: undefined, input: 101, output: 22 }]);
  assert.deepEqual(readProviderBill(anthropic), [{ day, model: 'claude-x', amount: undefined, input: 100, output: 5 }]);
});

test('what is no bill is refused with a sentence that quotes nothing of it', () => {
  for (const [file, says] of [
    ['', /empty/],
    ['a,b\n1,2\n', /no columns/],
    ['day,model,cost\nyesterday,m,1\n', /Line 2 has no day/],
    ['day,model,cost\n2026-11-02,m,one\n', /Line 2 has an amount/],
    ['day,model,cost,currency\n2026-11-02,m,1,eur\n', /not in US dollars/],
    ['day,model,output\n2026-11-02,m,-1\n', /Line 2 has a count/],
  ] as const) {
    const read = readProviderBill(file);
    assert.ok('trouble' in read);
    assert.match(read.trouble, says);
  }
});

test('whatever its fields hold, a file is read as it was written', () => {
  const field = fc.string({ unit: 'binary-ascii', maxLength: 8 }).map((text) => text.replaceAll('\r', ''));
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, (written) => {
      const file = written.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\r\n');

      assert.deepEqual(readCsv(file), written);
    }),
  );
});

test('amounts add up exactly, and are rounded once', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 30 }), (parts) => {
      const text = (pico: bigint) => `${pico / 10n ** 12n}.${(pico % 10n ** 12n).toString().padStart(12, '0')}`;
      const file = `day,model,cost\n${parts.map((each) => `2026-11-02,m,${text(each)}`).join('\n')}\n`;
      const sum = parts.reduce((total, each) => total + each, 0n);

      const read = readProviderBill(file);

      assert.ok(!('trouble' in read));
      assert.equal(read[0]?.amount, (sum + 500n) / 1_000n);
    }),
  );
});
