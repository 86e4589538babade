import { processConfig } from '#config/process-config.ts';
import { personToDelete } from '#console/people/person-to-delete.ts';
import { Refused } from '#keeper/commands/command.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import { hasPeople } from '#store/people/people-store.ts';
import { withKeeper } from './with-keeper.ts';
import { writtenDown } from './written-down.ts';

/** For whoever asks support to close the account: its sessions end, and it has 14 days to sign in and take it back. */
export async function deletePerson(email: string, workspaces: readonly string[]): Promise<unknown> {
  const config = await processConfig();
  const { dataDir, databaseUrl } = config;
  const place = { dataDir, databaseUrl, pepper: readOrMakePepper(dataDir, config.pepper) };
  const person = hasPeople(place) ? await personToDelete(place, email) : undefined;
  if (!person) throw new Refused('Nobody has an account with this address.');
  const { endSessions, ...who } = person;
  const opened = await withKeeper(config, (ask) => writtenDown(ask)('erasure-open', { ...who, workspaces }));
  await endSessions();
  return opened;
}
