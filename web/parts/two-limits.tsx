import { count, money, span, windowOf } from '../format.ts';
import type { Key } from '../shapes.ts';
import { text } from '../text/english.ts';

type Side = { readonly name: string; readonly share: number | null; readonly words: string };

/**
 * Dollars and requests together: two thin bars of what is left, and over both of them a mark for how much of the time is left
 * until they start again. A bar that is shorter than its mark ends too early.
 */
export function TwoLimits({
  of,
}: {
  readonly of: Pick<Key, 'limit' | 'limit_remaining' | 'limit_reset' | 'requests_limit' | 'requests_remaining'>;
}) {
  const now = Date.now();
  const window = windowOf(of.limit_reset, now);
  const timeLeft = window && (window.until - now) / (window.until - window.from);
  const sides: readonly Side[] = [
    {
      name: text.limits.dollars,
      share: part(of.limit_remaining, of.limit),
      words: of.limit === null ? text.unlimited : text.limits.left(money(of.limit_remaining), money(of.limit)),
    },
    {
      name: text.limits.requests,
      share: part(of.requests_remaining, of.requests_limit),
      words:
        of.requests_limit === null
          ? text.unlimited
          : text.limits.left(count(of.requests_remaining), count(of.requests_limit)),
    },
  ];
  const isLimited = sides.some(({ share }) => share !== null);
  return (
    <div className="grid w-60 gap-1 text-xs">
      {sides.map((side) => (
        <div key={side.name} className="grid grid-cols-[64px_1fr] items-center gap-x-2">
          <span className="text-quiet">{side.name}</span>
          <span className="text-right">{side.words}</span>
          <span className="col-span-2">
            {side.share === null ? null : <Bar share={side.share} timeLeft={timeLeft} />}
          </span>
        </div>
      ))}
      {isLimited ? (
        <span className="text-quiet">{window ? text.limits.resets(span(window.until - now)) : text.limits.never}</span>
      ) : null}
    </div>
  );
}

function Bar({ share, timeLeft }: { readonly share: number; readonly timeLeft: number | null }) {
  const tone = share <= 0 ? 'bg-stop' : share < 0.2 ? 'bg-warn' : 'bg-accent';
  return (
    <span className="bar block" aria-hidden="true">
      <span
        className={`absolute inset-y-0 left-0 rounded-sm ${tone}`}
        style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }}
      />
      {timeLeft === null ? null : (
        <span className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: `${timeLeft * 100}%` }} />
      )}
    </span>
  );
}

function part(left: number | null, of: number | null): number | null {
  return left === null || of === null ? null : of === 0 ? 0 : left / of;
}
