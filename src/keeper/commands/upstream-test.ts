import { dayOf } from '#core/routing/data-handling.ts';
import { dataRefused } from '#core/routing/eligible.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { testJson } from './upstream-list.ts';

/** One real request there, through the gateway, as a caller would send it. */
export async function testUpstream(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.text('name', "the upstream's name", 63);
  const wanted = args.optionalText('model', 'which model of it');
  const { probe } = context;
  if (!probe) throw new Refused('Start Fairlead first: a test goes through its gateway, as every request does.');
  const { upstreams, models } = await context.snapshot();
  const upstream = upstreams.find((each) => each.name === name);
  if (!upstream) throw new Refused(`There is no upstream "${name}". "fairlead upstream list" shows them.`);
  if (!upstream.enabled) throw new Refused(`"${name}" is disabled: enable it first.`);
  const endpoints = models.flatMap((model) => model.endpoints).filter((each) => each.upstream === name);
  const endpoint = endpoints.find(({ id }) => wanted === undefined || id === wanted || id === `${wanted}@${name}`);
  if (!endpoint) throw new Refused(`"${name}" serves no model ${wanted === undefined ? 'at all' : `"${wanted}"`}.`);
  if (dataRefused({ ...endpoint, upstream }, dayOf(context.now()))) {
    throw new Refused(
      `No request goes to "${name}" before you have accepted what it does with data: "fairlead policy accept ${name}".`,
    );
  }
  if (probe.hindrance !== undefined) throw new Refused(probe.hindrance);
  const { status, generation, fault, ms } = await probe.ask(endpoint.id);
  const test = { upstream: name, at: context.now(), endpoint: endpoint.id, generation, status, ms, fault };
  await context.store.upstreams.tested(test);
  return { name, ...testJson(test) };
}
