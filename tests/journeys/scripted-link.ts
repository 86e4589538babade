import type { Answer, KeeperLink, Question } from '#gateway/keeper-link.ts';
import type { Granted, ToKeeper, Want } from '#keeper/interface/messages.ts';

export type ScriptedLink = {
  readonly link: KeeperLink;
  /** The wants in the order in which they were asked. */
  readonly wants: (readonly Want[])[];
  gives(): readonly Extract<ToKeeper, { kind: 'give' }>[];
  /** Answers to the oldest open want. */
  silence(): void;
  short(allowance: string, againInMs?: number): void;
  grant(lease: Pick<Granted, 'lease' | 'allowance' | 'granted'>): void;
};

/** The gateway's line to a keeper that answers when the test says so. */
export function startScriptedLink(): ScriptedLink {
  const wants: (readonly Want[])[] = [];
  const said: ToKeeper[] = [];
  const open: ((answer: Answer | undefined) => void)[] = [];
  const line: Pick<KeeperLink, 'ask' | 'say'> = {
    ask(question: Question) {
      if (question.kind === 'want') wants.push(question.wants);
      return new Promise((resolve) => open.push(resolve));
    },
    say: (message) => void said.push(message),
  };
  const answer = (value: Answer | undefined) => {
    const resolve = open.shift();
    if (!resolve) throw new Error('Nothing was asked.');
    resolve(value);
  };
  return {
    // The class has private fields, so nothing else fits its type; the book uses these two of its methods alone.
    link: line as KeeperLink,
    wants,
    gives: () => said.filter((message) => message.kind === 'give'),
    silence: () => answer(undefined),
    short: (allowance, againInMs) =>
      answer({
        ...{ kind: 'short', ask: 1, allowance, free: '0', resetsInMs: null },
        ...(againInMs === undefined ? {} : { againInMs }),
      }),
    grant: (lease) =>
      answer({
        kind: 'granted',
        ask: 1,
        leases: [{ window: 'all', endsInMs: null, tight: true, left: '0', ...lease }],
      }),
  };
}
