/** Rings once, unless it is cancelled before. */
export type Deadline = { cancel(): void };

const listsMax = 64;
const lists = new Map<number, DeadlineList>();

/**
 * A timer for what hardly ever happens. Every request has some, nearly all are cancelled, and one of Node's own costs a
 * microsecond to set and clear. Those of one length stand in one list, in the order in which they are due, with one timer.
 */
export function ringIn(ms: number, ring: () => void): Deadline {
  let list = lists.get(ms);
  if (!list) makeRoom();
  if (!list && lists.size < listsMax) {
    list = new DeadlineList(ms);
    lists.set(ms, list);
  }
  if (list) return list.add(ring);
  const timer = setTimeout(ring, ms);
  return { cancel: () => clearTimeout(timer) };
}

/** Callers name lengths of their own (`x-timeout-ms`): a list in which nobody stands gives its place to another length. */
function makeRoom(): void {
  if (lists.size < listsMax) return;
  for (const [ms, list] of lists) {
    if (!list.isEmpty) continue;
    list.close();
    lists.delete(ms);
    return;
  }
}

class Entry implements Deadline {
  readonly ring: () => void;
  readonly dueAt: number;
  readonly #list: DeadlineList;
  before: Entry | undefined;
  after: Entry | undefined;
  isOpen = true;

  constructor(list: DeadlineList, dueAt: number, ring: () => void) {
    this.#list = list;
    this.dueAt = dueAt;
    this.ring = ring;
  }

  cancel(): void {
    if (this.isOpen) this.#list.remove(this);
  }
}

class DeadlineList {
  readonly #ms: number;
  #first: Entry | undefined;
  #last: Entry | undefined;
  /** Left to ring where the list is empty, for the next one mostly comes before; but then it keeps no process alive. */
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Nobody stands in it any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  add(ring: () => void): Deadline {
    const entry = new Entry(this, performance.now() + this.#ms, ring);
    if (this.#last) {
      entry.before = this.#last;
      this.#last.after = entry;
    } else {
      this.#first = entry;
      if (this.#timer) this.#timer.ref();
      else this.#wait(this.#ms);
    }
    this.#last = entry;
    return entry;
  }

  remove(entry: Entry): void {
    entry.isOpen = false;
    if (entry.before) entry.before.after = entry.after;
    else this.#first = entry.after;
    if (entry.after) entry.after.before = entry.before;
    else this.#last = entry.before;
    if (!this.#first) this.#timer?.unref();
    // What left knows nobody: an entry that the collector has taken for old would keep all that came after it alive, and with
    // each its whole request.
    entry.before = undefined;
    entry.after = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(ms));
  }

  #ring(): void {
    this.#timer = undefined;
    const now = performance.now();
    const due: Entry[] = [];
    for (let entry = this.#first; entry && entry.dueAt <= now; entry = entry.after) due.push(entry);
    try {
      for (const entry of due) {
        // An earlier one may have cancelled it.
        if (!entry.isOpen) continue;
        this.remove(entry);
        entry.ring();
      }
    } finally {
      if (this.#first && !this.#timer) this.#wait(Math.max(1, this.#first.dueAt - performance.now()));
    }
  }
}
