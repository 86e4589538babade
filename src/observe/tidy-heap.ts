const lookMs = 2_000;
/** A thread that computed for no more than this part of the time between two looks is quiet. */
const quietShare = 0.05;

/**
 * Gives back, once, what this thread's start left behind: about a sixth of what an idle process holds. V8 collects when
 * somebody asks for memory, which a thread that waits for work does not do. It stops the thread for 15 to 100 ms, so it
 * is done when nobody has needed the thread for a while, and never while somebody does.
 */
export function tidyHeapWhenQuiet(everyMs = lookMs): void {
  let before = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    if (user + system > everyMs * 1_000 * quietShare) return;
    clearInterval(timer);
    void collect();
  }, everyMs);
  timer.unref();
}

/** NOTE: `gc` would need a flag, and code that Node has compiled and kept counts for other flags as unknown. */
async function collect(): Promise<void> {
  try {
    const { Session } = await import('node:inspector/promises');
    using session = Object.assign(new Session(), { [Symbol.dispose]: () => session.disconnect() });
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
  } catch {
    // A Node that was built without its inspector keeps what it has.
  }
}
