import { Buffer } from 'node:buffer';
import type { State } from './summary.ts';

// State of one family that a caller of another dialect holds: `fairlead:` in base64, four letters that say whose it
// is and of what kind, then the state in base64. Read by hand, so that a change of the form is noticed here.

const families: Readonly<Record<string, string>> = { o: 'openai', a: 'anthropic', g: 'google', x: 'other' };

function unwrapState(written: string, own: string): State {
  if (!written.startsWith('ZmFpcmxlYWQ6')) return { family: own, value: written };
  const [version, family] = Buffer.from(written.slice(12, 16), 'base64').toString('latin1');
  if (version !== '1' || family === undefined) return { family: 'unreadable', value: written };
  return {
    family: families[family] ?? 'unreadable',
    value: Buffer.from(written.slice(16), 'base64').toString('utf8'),
  };
}

/** Google's own word for a call that nobody signed. */
const placeholder = 'skip_thought_signature_validator';

/** Nothing for no state, for Google's placeholder, and for the empty state of nobody's that fills a required field. */
export function addState(states: State[], written: unknown, own: string): void {
  if (typeof written !== 'string' || written === '' || written === placeholder) return;
  const state = unwrapState(written, own);
  if (state.value !== '') states.push(state);
}
