import { dayOf } from '#core/routing/data-handling.ts';
import { disclosureOf } from '#core/routing/disclosure.ts';
import { dataRefused } from '#core/routing/eligible.ts';
import { decodeSnapshot } from '../interface/decode-snapshot.ts';
import { acceptanceBody, withdrawnBody } from '../trust/data-acceptances.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/**
 * The operator accepts what an endpoint's upstream does with data, or that nobody knows: requests may go there. Gateways know
 * within a second; the log of promises says what was accepted.
 */
export async function acceptData(context: CommandContext, given: unknown) {
  const { subject, data, upstream } = await findSubject(context, given);
  await context.trust.enter([{ kind: 'acceptance', subject, body: acceptanceBody(data) }], context.now());
  const { retentionDays, trains, source, checked } = data;
  return { accepted: subject, upstream, data: { retention_days: retentionDays, trains, source, checked } };
}

export async function withdrawData(context: CommandContext, given: unknown) {
  const { subject, upstream } = await findSubject(context, given);
  const accepted = (await context.store.trust.entriesOf('acceptance')).findLast((entry) => entry.subject === subject);
  if (!accepted) throw new Refused(`What ${subject} does with data was never accepted.`);
  await context.trust.enter([{ kind: 'acceptance', subject, body: withdrawnBody }], context.now());
  return { withdrawn: subject, upstream };
}

/** What is disclosed of each endpoint now, and whether requests may go there. */
export async function listDisclosures(context: CommandContext) {
  const { models } = decodeSnapshot(await context.snapshot());
  const now = context.now();
  return models.flatMap(({ endpoints }) =>
    endpoints
      .filter(({ upstream }) => upstream.enabled)
      .map((endpoint) => ({
        id: endpoint.id,
        model: endpoint.model,
        provider: endpoint.upstream.provider,
        refused: dataRefused(endpoint, dayOf(now)) ?? null,
        disclosure: disclosureOf(endpoint, now),
      })),
  );
}

async function findSubject({ snapshot }: CommandContext, given: unknown) {
  const subject = new Arguments(given).text(
    'endpoint',
    'which endpoint, as in openai/gpt-5-mini@openai, or which upstream',
  );
  const { upstreams, models } = await snapshot();
  const name = upstreams.some((each) => each.name === subject)
    ? subject
    : models.flatMap(({ endpoints }) => endpoints).find(({ id }) => id === subject)?.upstream;
  const upstream = upstreams.find((each) => each.name === name);
  if (!upstream) throw new Refused(`There is no endpoint "${subject}". "fairlead policy list" shows them.`);
  return { subject, upstream: upstream.name, data: upstream.data };
}
