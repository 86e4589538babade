import { text } from '../text/english.ts';

const fine = ['completed', 'length'];
const ours = ['caller_left', 'wallet_empty', 'filtered'];

/** How a generation ended, in a word and a shape. */
export function EndingMark({ of }: { readonly of: string }) {
  const tone = fine.includes(of) ? 'is-fine' : ours.includes(of) ? 'is-warn' : 'is-stop';
  return <span className={`state ${tone}`}>{text.endings[of] ?? of}</span>;
}
