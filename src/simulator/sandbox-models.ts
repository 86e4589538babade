/** A limit above this is taken as this, as many compatible servers do: an answer is never longer. */
export const outputMax = 16_384;
export const contextMax = 128_000;

/** What the simulator offers beside its faults: light enough for every thread to know. */
export const sandboxModels: readonly { id: string; context: number; maxOutput: number }[] = [
  'sandbox/echo',
  'sandbox/story',
  'sandbox/slow',
  'sandbox/fill',
  'sandbox/tool',
  'sandbox/think',
  'sandbox/think-tool',
  'sandbox/embed',
  'sandbox/image',
  'sandbox/speech',
  'sandbox/transcribe',
].map((id) => ({ id, context: contextMax, maxOutput: outputMax }));
