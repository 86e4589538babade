import { Refused } from '#keeper/commands/command.ts';
import { startSimulator } from '#simulator/simulator.ts';

/** Runs the simulator alone until a signal ends it. */
export async function runSimulator(options: { readonly port: string; readonly log?: string }): Promise<number> {
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65_535) throw new Refused('Say the port as a number from 0 to 65535.');
  const logFile = options.log === undefined ? {} : { logFile: options.log };
  const simulator = await startSimulator({ port, ...logFile }).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')) throw thrown;
    throw new Refused(`Port ${port} on 127.0.0.1 is taken: stop what uses it, or choose another --port.`);
  });
  process.stdout.write(`Simulator ${simulator.url}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await simulator.close();
  return 0;
}
