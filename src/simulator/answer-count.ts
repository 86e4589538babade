import { type Call, noAnswer, refuseCall } from './answer-call.ts';
import type { Dialect } from './dialect.ts';
import { findModel } from './find-model.ts';
import { withLength } from './heads.ts';
import type { Prompt } from './prompt.ts';

/** How many tokens a question would have: free, checked as a question is, and in the log without any. */
export async function answerCount<P extends Prompt>(
  dialect: Dialect<P>,
  call: Call,
  write: (prompt: P) => string,
): Promise<void> {
  const prompt = call.hasKey ? dialect.readRequest(call.bytes) : dialect.refuse({ kind: 'key-missing' });
  if ('status' in prompt) return refuseCall(dialect, call, prompt);
  if (findModel(prompt.model) === undefined) {
    return refuseCall(dialect, call, dialect.refuse({ kind: 'model-unknown', model: prompt.model }), prompt);
  }
  const text = write(prompt);
  call.response.writeHead(200, withLength(dialect.writeHeaders(dialect.jsonType), text));
  call.response.end(text);
  return noAnswer(dialect, call, { status: 200, prompt });
}
