// The console's thread: pages and API for people, on a private socket behind the gateway's port.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { configJsonSchema } from '#config/json-schema.ts';
import { AccountApi } from '#console/account/account-api.ts';
import { AuditApi } from '#console/account/audit-api.ts';
import { Door } from '#console/account/door.ts';
import { findMemberships } from '#console/account/find-caller.ts';
import { IdentityApi } from '#console/account/identity-api.ts';
import { OperatorApi } from '#console/account/operator-api.ts';
import { PersonApi } from '#console/account/person-api.ts';
import { SupportApi } from '#console/account/support-api.ts';
import { invitedAddress, TeamApi } from '#console/account/team-api.ts';
import { WorkspaceApi } from '#console/account/workspace-api.ts';
import { commandLink } from '#console/command-link.ts';
import type { ConsoleData, FromConsoleThread } from '#console/console-thread.ts';
import { DormancyPost } from '#console/dormancy/dormancy-post.ts';
import { BackingWallets } from '#console/identity/backing-wallets.ts';
import { LeakDesk } from '#console/leaks/leak-desk.ts';
import { EvidenceShelf } from '#console/legal/evidence-shelf.ts';
import { MailApi } from '#console/news/mail-api.ts';
import { NewsPost } from '#console/news/news-post.ts';
import { LetterRound } from '#console/notices/letter-round.ts';
import { People } from '#console/people/people.ts';
import { PostOffice } from '#console/people/post-office.ts';
import { policyVersionOf, publicUrlOf } from '#console/people/public-url.ts';
import { CopiesApi } from '#console/rights/copies-api.ts';
import { DeskApi } from '#console/rights/desk-api.ts';
import { EndUsersApi } from '#console/rights/end-users-api.ts';
import { RightsApi } from '#console/rights/rights-api.ts';
import type { Failed } from '#http/people/request-ids.ts';
import { servePeople } from '#http/people/serve-people.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';

// Written by console/console-thread.ts.
const { socketPath, keeperSocket, dataDir, databaseUrl, publicUrl, signUp, mail, providers, walletRule, ...data } =
  workerData as ConsoleData;
const command = commandLink(keeperSocket);
const now = Date.now;
const pepper = readOrMakePepper(dataDir, data.pepper);
const publicUrlNow = publicUrlOf(command, { configured: publicUrl, now });
const post = new PostOffice({ smtp: mail, now });
const people = new People({
  ...{ dataDir, databaseUrl, pepper, signUp, providers, now },
  publicUrl: publicUrlNow,
  policyVersion: () => policyVersionOf(command),
  post,
  invited: (hash) => invitedAddress(command, hash),
  isClosing: async (person) => (await findMemberships(command, person))?.closing !== null,
});
const backing = new BackingWallets({
  ...{ rule: walletRule, command, now, signIns: people.entrances.signIns },
  store: () => people.store(),
});
backing.start();
const { keyPrefix } = data;
const evidence = new EvidenceShelf(
  data.evidence ?? fileURLToPath(new URL('../evidence/promises.json', import.meta.url)),
  now,
);
const door = new Door({ command, people, pepper, keyPrefix, now });
const account = new AccountApi({ command, door, pepper, keyPrefix, now });
const team = {
  door,
  person: new PersonApi({ command, people, now }),
  identity: new IdentityApi({ command, people, post, publicUrl: publicUrlNow, backing }),
  workspace: new WorkspaceApi(command, backing),
  support: new SupportApi({ command, people, post, now }),
  team: new TeamApi({ command, people, door }),
  audit: new AuditApi(command),
  operator: new OperatorApi({ command, people, post, backing }),
  rights: new RightsApi({ command, people, door, now }),
  copies: new CopiesApi({ command, people, door, now }),
  desk: new DeskApi({ command, people }),
  endUsers: new EndUsersApi(command),
  leaks: new LeakDesk({
    ...{ command, door, pepper, keyPrefix, post, now, book: () => people.book() },
    ...{ publicUrl: publicUrlNow, github: data.githubLeaks },
  }),
  mail: new MailApi({ command, letters: () => people.letters }),
};
const writing = { command, book: () => people.book(), post, publicUrl: publicUrlNow };
new LetterRound(writing).start();
new DormancyPost({ ...writing, letters: () => people.letters }).start();
new NewsPost({ ...writing, letters: () => people.letters }).start();
const tell = (message: FromConsoleThread): void => parentPort?.postMessage(message);
const failed: Failed = (fault) => tell({ kind: 'failed', ...fault });
rmSync(socketPath, { force: true });
await servePeople({ socketPath, command, account, people, team, evidence, configSchema: configJsonSchema(), failed });
tell({ kind: 'listening' });
tidyHeapWhenQuiet();
