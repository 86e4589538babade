import fc from 'fast-check';
import type { StoreFault } from './memory-store.ts';

const gateways = 3;
const keepers = 2;

/** What can happen, to whom, in any order. */
export type Command =
  | { readonly do: 'ask'; readonly who: number; readonly amount: number; readonly limited: boolean }
  | { readonly do: 'end'; readonly who: number; readonly which: number; readonly percent: number }
  | { readonly do: 'deliver'; readonly who: number; readonly up: number; readonly down: number }
  | { readonly do: 'ship' | 'renew' | 'cut' | 'time-out' | 'drain'; readonly who: number }
  | { readonly do: 'connect'; readonly who: number; readonly keeper: number }
  | { readonly do: 'crash'; readonly who: number; readonly isDiskLost: boolean }
  | { readonly do: 'post' | 'try-again' | 'crash-keeper'; readonly keeper: number }
  | { readonly do: 'recover'; readonly cutAfter: number }
  | { readonly do: 'fence' | 'forget' | 'tidy' }
  | { readonly do: 'fail'; readonly faults: readonly StoreFault[] }
  | { readonly do: 'wait'; readonly ms: number; readonly skewMs: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'credit'; readonly amount: number }
  | { readonly do: 'limit'; readonly amount: number };

const who = fc.nat({ max: gateways - 1 });
const keeper = fc.nat({ max: keepers - 1 });
const few = fc.integer({ min: 1, max: 6 });
const minute = 60_000;
const day = 86_400_000;

const percent = fc.constantFrom(0, 1, 50, 100);
const ms = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 5_000 }) },
  { weight: 2, arbitrary: fc.nat({ max: minute }) },
  { weight: 1, arbitrary: fc.nat({ max: 2 * day }) },
);
const jump = fc.oneof(
  fc.constantFrom(-3_600_000, 3_600_000, -365 * day, 365 * day),
  fc.integer({ min: -day, max: day }),
);

export const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      do: fc.constant('ask'),
      who,
      amount: fc.integer({ min: 1, max: 60 }),
      limited: fc.boolean(),
    }),
  },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('end'), who, which: fc.nat({ max: 9 }), percent }) },
  { weight: 36, arbitrary: fc.record({ do: fc.constant('deliver'), who, up: few, down: few }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ship'), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('post'), keeper }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('renew'), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('try-again'), keeper }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('connect'), who, keeper }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut', 'time-out'), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drain'), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash'), who, isDiskLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash-keeper'), keeper }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('recover'), cutAfter: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fence', 'forget') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tidy') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail'),
      faults: fc.array(fc.constantFrom('before', 'after'), { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), ms, skewMs: fc.nat({ max: 5_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump'), ms: jump }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('credit'), amount: fc.integer({ min: 1, max: 600 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit'), amount: fc.nat({ max: 2_500 }) }) },
) as fc.Arbitrary<Command>;
