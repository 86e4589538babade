export type Model =
  | { readonly kind: 'echo' | 'story' | 'slow' | 'tool' | 'think' | 'think-tool' }
  | { readonly kind: 'fill'; readonly words: number | 'random' }
  | { readonly kind: 'pace'; readonly ms: number; readonly words: number }
  | { readonly kind: 'fault'; readonly mode: string };

/**
 * 'sandbox/echo' or 'echo'; `undefined` when there is no such model. A tag, as in 'sandbox/echo~4f', changes nothing: who
 * wants many endpoints of one model tells them apart by it.
 */
export function readModelName(name: string): Model | undefined {
  const bare = name.replace(/^sandbox\//, '').replace(/~[0-9a-z]{1,12}$/, '');
  switch (bare) {
    case 'echo':
    case 'story':
    case 'slow':
    case 'tool':
    case 'think':
    case 'think-tool':
      return { kind: bare };
    // In words these only echo; what else they make is their surface's business.
    case 'embed':
    case 'image':
    case 'speech':
    case 'transcribe':
      return { kind: 'echo' };
    case 'fill':
      return { kind: 'fill', words: Number.MAX_SAFE_INTEGER };
    case 'fill-random':
      return { kind: 'fill', words: 'random' };
    default:
      return readSuffix(bare);
  }
}

function readSuffix(bare: string): Model | undefined {
  const fill = /^fill-(\d{1,9})$/.exec(bare);
  if (fill !== null) return { kind: 'fill', words: Number(fill[1]) };
  const pace = /^pace-(\d{1,6})-(\d{1,9})$/.exec(bare);
  if (pace !== null) return { kind: 'pace', ms: Number(pace[1]), words: Number(pace[2]) };
  const fault = /^fault-([a-z0-9-]{1,40})$/.exec(bare);
  return fault?.[1] === undefined ? undefined : { kind: 'fault', mode: fault[1] };
}
