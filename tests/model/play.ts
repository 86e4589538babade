import fc from 'fast-check';
import { type Command, command } from './commands.ts';

const shrinksMax = 400;

export type Play = (commands: readonly Command[]) => Promise<void>;

/** The commands of a run: the same seed makes the same ones. */
export function commandsOf(seed: number, count: number): readonly Command[] {
  return fc.sample(fc.noBias(command), { seed, numRuns: count });
}

/** Fewer commands that fail as well: parts are left out, halves first, as long as that still fails. */
export async function shrink(
  failing: readonly Command[],
  play: Play,
): Promise<{ readonly commands: readonly Command[]; readonly thrown: unknown }> {
  let commands = failing;
  let thrown = await failureOf(commands, play);
  let plays = 1;
  for (let part = Math.ceil(commands.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let at = 0; at < commands.length && plays < shrinksMax; ) {
      const fewer = [...commands.slice(0, at), ...commands.slice(at + part)];
      plays += 1;
      const failure = await failureOf(fewer, play);
      if (failure === undefined) at += part;
      else [commands, thrown] = [fewer, failure];
    }
  }
  return { commands, thrown };
}

async function failureOf(commands: readonly Command[], play: Play): Promise<unknown> {
  try {
    await play(commands);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
