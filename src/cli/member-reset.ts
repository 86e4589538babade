import { processConfig } from '#config/process-config.ts';
import { resetMember } from '#console/people/reset-member.ts';
import { Refused } from '#keeper/commands/command.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import { hasPeople } from '#store/people/people-store.ts';
import { withKeeper } from './with-keeper.ts';

/** `member reset EMAIL`: a link by which whoever is locked out chooses a new password. Works while the server runs. */
export async function resetOneMember(email: string) {
  const config = await processConfig();
  const { dataDir, databaseUrl } = config;
  const said = await withKeeper(config, (ask) => ask('operator-show', {}));
  // The keeper's command gives this.
  const { public_url: known } = said as { readonly public_url: string | null };
  const place = { dataDir, databaseUrl, pepper: readOrMakePepper(dataDir, config.pepper), now: Date.now };
  const reset = hasPeople(place) ? await resetMember(place, email) : undefined;
  if (!reset) throw new Refused('Nobody has an account with this address.');
  const entry = { scope: 'operator', actor: 'command-line', action: 'member-reset', target: reset.id };
  await withKeeper(config, (ask) => ask('audit-append', entry));
  const base = (config.publicUrl ?? known ?? `http://127.0.0.1:${config.port}`).replace(/\/$/, '');
  return { id: reset.id, sessions_ended: reset.sessions, link: `${base}/reset/${reset.token}` };
}
