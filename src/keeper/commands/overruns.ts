import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

/** Endpoints that a workspace may not use until a person looked: three answers in a day cost more than was held. */
export async function listStopped(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const id = isOne ? (await findWorkspace(context, args)).id : undefined;
  const stopped = await context.store.overruns.stopped(id);
  return stopped.map(({ workspace, endpoint, since }) => {
    return { workspace, endpoint, since: new Date(since).toISOString() };
  });
}

/** A person looked. */
export async function liftStop(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const endpoint = args.text('endpoint', 'which endpoint, as in model@upstream', 500);
  if (!(await context.store.overruns.lift({ workspace, endpoint }, context.now()))) {
    throw new Refused(`Nothing is stopped for this workspace at ${endpoint}.`);
  }
  return { workspace, endpoint, lifted: true };
}
