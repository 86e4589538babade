import { Argument, type Command } from 'commander';
import { completionScript } from './completion.ts';
import { clients, connectText, toldOtherwise } from './connect.ts';

const usageExit = 2;

/** What helps whoever sits before a terminal. */
export function addClientCommands(program: Command, setExit: (code: number) => void): void {
  const print = (text: string | undefined) => {
    process.stdout.write(text ?? '');
    setExit(text === undefined ? usageExit : 0);
  };
  program
    .command('connect')
    .description('print what a program is told so that it asks this Fairlead')
    .addArgument(new Argument('<client>', 'which program').choices(clients.map(({ name }) => name)))
    .option('--server <url>', 'where it is reached', toldOtherwise.url)
    .option('--key <key>', 'a key of it', toldOtherwise.key)
    .option('--model <model>', 'what is asked', toldOtherwise.model)
    .action((client, { server, key, model }) =>
      print(connectText(client, { url: server.replace(/\/$/, ''), key, model })),
    );
  program
    .command('completion')
    .description('print a script that completes commands: add it to what your shell reads')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action((shell) => print(completionScript(program, shell)));
}
