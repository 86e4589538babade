import type { Command } from 'commander';

const commands: Command[] = [];
const named: { server?: string } = {};

/** A command of the keeper: it may be done at another Fairlead. */
export function mayBeElsewhere(command: Command): Command {
  commands.push(command);
  return command;
}

/** Where it is to be done; undefined: here. */
export function namedServer(): string | undefined {
  return named.server;
}

/** `--server` for each of them, once all are there: to some it says something else already. */
export function offerServer(): void {
  for (const command of commands.splice(0)) {
    if (command.options.some(({ long }) => long === '--server')) continue;
    command.option('--server <url>', 'at the Fairlead of this address, by the key in FAIRLEAD_KEY');
    command.hook('preAction', () => {
      const { server } = command.opts();
      if (typeof server === 'string') named.server = server;
      // What the command is told is the same wherever it is done.
      command.setOptionValue('server', undefined);
    });
  }
}
