import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { type OpaqueState, stateFamilies } from '#core/generation/opaque-state.ts';
import { hasSealedState, isForeignState, openState, sealState } from '#core/protocol/sealed-state.ts';

const families = fc.constantFrom(...stateFamilies);
const states: fc.Arbitrary<OpaqueState> = fc.record({
  family: families,
  kind: fc.constantFrom('signature' as const, 'redacted' as const, 'encrypted' as const),
  value: fc
    .oneof(
      fc.string({ unit: 'grapheme' }),
      fc.base64String(),
      // What looks like a wrapping already.
      fc.base64String().map((text) => `ZmFpcmxlYWQ6MWFz${text}`),
    )
    .map((text) => Content.ofText(text)),
});

test('state comes back from a caller as it was, whoever made it and whatever the caller speaks', () => {
  fc.assert(
    fc.property(states, families, (state, own) => {
      const opened = openState(sealState(state, own), { family: own, kind: state.kind });

      assert.deepEqual(
        [opened.family, opened.kind, opened.value.revealText('translate')],
        [state.family, state.kind, state.value.revealText('translate')],
      );
    }),
  );
});

test('wrapped state is found in bytes, and told from what is the own family', () => {
  fc.assert(
    fc.property(states, families, (state, own) => {
      const sealed = sealState(state, own);
      const isForeign = state.family !== own;

      assert.equal(isForeignState(sealed, own), isForeign);
      if (isForeign) assert.ok(hasSealedState(Buffer.from(`{"a":"${sealed}"}`)));
    }),
  );
});

test('wrapped state is plain base64, which every program passes on unharmed', () => {
  fc.assert(
    fc.property(states, (state) => {
      const sealed = sealState({ ...state, family: 'anthropic' }, 'openai');
      assert.match(sealed, /^[A-Za-z0-9+/]+={0,2}$/);
    }),
  );
});
