import type { ConsoleThread } from '../console-thread.ts';

type AskKeeper = {
  ask(message: { kind: 'command'; name: string; args: object }, ms: number): Promise<object | undefined>;
};

const everyMs = 60_000;
const answerMs = 10_000;
/** The rows of a notice are there some seconds after the start. */
const firstMs = 5_000;

/** The console starts with its first visitor: where letters are due and nobody comes, it is woken within a minute. */
export function wakeForMail(keeper: AskKeeper, consoleThread: ConsoleThread): void {
  const look = async () => {
    const answer = await keeper.ask({ kind: 'command', name: 'notice-mail-due', args: {} }, answerMs);
    if (dueOf(answer) > 0) await consoleThread.socket();
  };
  // A keeper or a console that is away now is asked again a minute later.
  const turn = () => void look().catch(() => {});
  setTimeout(turn, firstMs).unref();
  setInterval(turn, everyMs).unref();
}

function dueOf(answer: object | undefined): number {
  const value = answer && 'value' in answer ? answer.value : undefined;
  const due = typeof value === 'object' && value !== null && 'due' in value ? value.due : 0;
  return typeof due === 'number' ? due : 0;
}
