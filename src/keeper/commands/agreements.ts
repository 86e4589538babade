import { agreementClauses, agreementNow } from '#core/privacy/agreement/agreement-text.ts';
import { whatIsProcessed } from '#core/privacy/agreement/what-is-processed.ts';
import { measures } from '#core/privacy/evidence/measures.ts';
import { fillFields } from '#core/privacy/policy/compose-policy.ts';
import { canonicalJson } from '#core/trust/canonical-json.ts';
import { sha256 } from '#store/sha256.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { operatorFields } from './policies.ts';
import { listSubProcessors } from './sub-processors.ts';

/** The agreement as it would be accepted now: its clauses with the names filled in, and its annexes. */
export async function showAgreement(context: CommandContext) {
  const fields = await operatorFields(context);
  const { version, hash, day } = agreementNow();
  const annexes = {
    processed: whatIsProcessed,
    sub_processors: (await listSubProcessors(context)).filter(({ needs_contract }) => needs_contract),
    measures: measures.map(({ area, says }) => ({ area, says })),
  };
  return {
    ...{ version, hash, day, operator: fields.operator, contact: fields.contact },
    /** False: an agreement needs to say with whom it is, and how to reach it. */
    can_be_accepted: fields.has_operator && fields.has_contact,
    annexes_hash: hashOf(annexes.sub_processors.map(partyOf)),
    clauses: agreementClauses.map(({ id, heading, text }) => ({ id, heading, text: fillFields(text, fields) })),
    annexes,
  };
}

/** An owner accepts, for its workspace, the words that it was shown. */
export async function acceptAgreement(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const shown = await showAgreement(context);
  if (!shown.can_be_accepted) throw new Refused(unnamed);
  const asked = [args.text('version', 'which version, as in dpa-1'), args.text('hash', 'the hash of its clauses')];
  if (asked[0] !== shown.version || asked[1] !== shown.hash) {
    throw new Refused(`That is not what /legal/dpa says now: it is ${shown.version}. Read it again.`);
  }
  const { version, hash, annexes_hash: annexes, operator } = shown;
  const actor = args.text('actor', 'who accepts it', 64);
  const isNew = await store.agreements.accept({ workspace, version, hash, annexes, operator, actor, at: now() });
  return { workspace, version, hash, annexes_hash: annexes, is_new: isNew };
}

/** What a workspace accepted, and whether that is what holds now. */
export async function listAgreements(context: CommandContext, given: unknown) {
  const { id: workspace } = await findWorkspace(context, new Arguments(given));
  const { version, hash, can_be_accepted, operator } = await showAgreement(context);
  const accepted = await context.store.agreements.of(workspace);
  return {
    now: { version, hash, operator, can_be_accepted },
    is_accepted: accepted.some((each) => each.version === version && each.operator === operator),
    accepted: accepted.map(({ annexes, workspace: _, at, ...rest }) => ({
      ...{ ...rest, annexes_hash: annexes, at: new Date(at).toISOString() },
    })),
  };
}

/** What of a sub-processor the agreement is about; whether a link answers just now is not. */
function partyOf(each: Awaited<ReturnType<typeof listSubProcessors>>[number]) {
  const { name, provider, seller, type, region, role, receives, contract } = each;
  return { name, provider, seller, type, region, role, receives, contract: contract && { ...contract } };
}

function hashOf(value: Parameters<typeof canonicalJson>[0]): string {
  return Buffer.from(sha256(canonicalJson(value))).toString('hex');
}

const unnamed =
  'The operator has not said yet who it is and how to reach it (policy.operator, policy.contact): nobody could be agreed with.';
