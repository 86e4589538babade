import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/** The gateways that hold leases, or may: alive ones, and those that fell silent. */
export async function listInstances({ store }: CommandContext) {
  return (await store.leases.instances()).map(({ id, state, aliveUntil }) => ({
    id,
    state,
    alive_until: new Date(aliveUntil).toISOString(),
  }));
}

/** Gives up a gateway that never returns, as after the loss of its disk: its money is free again at once. */
export async function forgetInstance({ store }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('id', "the instance's id");
  const row = (await store.leases.instances()).find((instance) => instance.id === id);
  if (!row) throw new Refused(`There is no open instance "${id}". "fairlead instance list" shows them.`);
  if (row.state === 'alive') {
    throw new Refused(
      `The instance "${id}" is alive. Stop it first; once it has been silent for a minute it can be forgotten.`,
    );
  }
  await store.leases.release(id, 'forgotten');
  return { id, state: 'forgotten' };
}
