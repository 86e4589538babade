import type { JsonRecord } from '../json-value.ts';
import type { State } from '../state.ts';
import { newItemId } from './ids.ts';
import { typeOfItem } from './items.ts';

const responsesMax = 1000;
const lettersMax = 64 * 1024 * 1024;

export type StoredResponse = {
  readonly id: string;
  /** The whole answer, as JSON text. */
  readonly text: string;
  /** All that it answered, what came before included. */
  readonly input: readonly JsonRecord[];
  readonly output: readonly JsonRecord[];
  /** Of an answer in the background: what it looks like until it is done, and when that is. */
  readonly pending?: { readonly text: string; readonly cancelledText: string; readonly doneMs: number };
};

/** The answers that callers let OpenAI keep, the oldest first: in memory, for as long as the simulator runs. */
export type Store = {
  find(id: string): StoredResponse | undefined;
  findItem(id: string): JsonRecord | undefined;
  keep(response: StoredResponse): void;
  drop(id: string): boolean;
};

const stores = new WeakMap<State, Store>();

export function storeOf(state: State): Store {
  const known = stores.get(state);
  if (known !== undefined) return known;
  const store = createStore();
  stores.set(state, store);
  return store;
}

function createStore(): Store {
  const kept = new Map<string, StoredResponse & { readonly letters: number }>();
  let letters = 0;
  const drop = (id: string) => {
    letters -= kept.get(id)?.letters ?? 0;
    return kept.delete(id);
  };
  return {
    find: (id) => kept.get(id),
    findItem(id) {
      for (const { input, output } of kept.values()) {
        const found = output.find((item) => item.id === id) ?? input.find((item) => item.id === id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    keep(response) {
      drop(response.id);
      const size = response.text.length + JSON.stringify(response.input).length;
      kept.set(response.id, { ...response, letters: size });
      letters += size;
      for (const oldest of kept.keys()) {
        if (kept.size <= responsesMax && letters <= lettersMax) break;
        drop(oldest);
      }
    },
    drop,
  };
}

/** The input as it is listed later: every item with its type and an id, every text in a part. */
export function nameInput(items: readonly JsonRecord[], nowMs: number): JsonRecord[] {
  return items.map((item) => {
    const type = typeOfItem(item);
    const id = item.id ?? newItemId(prefixOf(type), nowMs);
    if (type !== 'message') return { ...item, id };
    const partType = item.role === 'assistant' ? 'output_text' : 'input_text';
    const { content } = item;
    const parts = typeof content === 'string' ? [{ type: partType, text: content }] : content;
    return { status: 'completed', ...item, type, id, content: parts };
  });
}

function prefixOf(type: unknown): string {
  if (type === 'message') return 'msg';
  if (type === 'reasoning') return 'rs';
  return String(type).startsWith('custom_tool_call') ? 'ctc' : 'fc';
}
