import { Option } from 'commander';
import { addDeletionCommands } from './deletion-commands.ts';
import type { MoneyGroups } from './money-commands.ts';

/** What operators do with requests about privacy, those of authorities, and incidents. */
export function addPrivacyCommands({ group, command, ask }: MoneyGroups): void {
  const workspace = () => new Option('--workspace <workspace>', 'by id or name; "default" when left out');
  const privacy = group('privacy', 'requests about privacy, with their clocks');
  command(privacy, 'open', 'enter one that came by mail or telephone')
    .requiredOption('--kind <kind>', 'access, correct, delete, restrict, export, object or question')
    .requiredOption('--contact <contact>', 'how to reach whoever asks; sealed, and gone when it is answered')
    .option('--text <text>', 'what was asked; sealed as well')
    .option('--country <country>', 'of whoever asks, as in de or us-ca; every clock runs when left out')
    .option('--received <date>', 'when it came, as in 2027-01-31')
    .option('--message-id <id>', 'of the mail: the same one is taken once')
    .action(({ json, messageId, ...args }) =>
      ask('privacy-request-open', { ...args, message_id: messageId }, { json }),
    );
  command(privacy, 'list', 'show them, the newest first').action((options) => ask('privacy-request-list', {}, options));
  command(privacy, 'close <id>', 'say how it ended: what was written goes')
    .requiredOption('--outcome <outcome>', 'answered, refused, withdrawn or spam')
    .action((id, { outcome, ...options }) => ask('case-close', { id, outcome }, options));

  addDeletionCommands({ group, command, ask }, privacy);

  command(group('analytics', 'looks at public pages'), 'show', 'show them, added up: no address, no visitor')
    .option('--by <words>', 'hour, path, referrer, country, device, browser, with commas between', 'path')
    .option('--from <date>', 'thirty days back when left out')
    .option('--until <date>', 'now when left out')
    .action(({ json, ...args }) => ask('page-views', args, { json }));

  const notice = group('notice', 'what people are told before it holds');
  command(notice, 'list', 'show what was told, to how many, and from when it holds').action((options) =>
    ask('notice-list', {}, options),
  );
  command(notice, 'links', 'whether terms and opt-outs of upstreams answer, and how long what is known of them counts')
    .option('--check', 'ask those that are due now')
    .action(({ json, ...args }) => ask('link-list', args, { json }));
  const news = group('news', 'letters to whoever agreed to get them');
  command(news, 'send', 'write to everybody who agreed, and to nobody else')
    .requiredOption('--subject <subject>', 'what it is about')
    .requiredOption('--text <text>', 'plain text; the link that ends these letters is added')
    .action(({ json, ...args }) => ask('news-send', args, { json }));
  command(news, 'list', 'show what was sent, and to how many').action((options) => ask('news-list', {}, options));
  const subProcessor = group('sub-processor', 'who else gets data, and since when');
  command(subProcessor, 'list', 'show them, with what a workspace decided')
    .addOption(workspace())
    .action(({ json, ...args }) => ask('sub-processor-list', args, { json }));
  command(subProcessor, 'decide <upstream> <decision>', 'agree, object, or none to take it back')
    .addOption(workspace())
    .action((upstream, decision, { json, ...args }) =>
      ask('sub-processor-decide', { upstream, decision, ...args }, { json }),
    );
  command(subProcessor, 'forward <upstream>', 'do not wait for its day: anybody can read why')
    .requiredOption('--reason <text>', 'why it cannot wait')
    .action((upstream, { json, ...args }) => ask('sub-processor-forward', { upstream, ...args }, { json }));

  const agreement = group('agreement', 'the agreement on processing');
  command(agreement, 'show', 'its clauses and annexes, as they would be accepted now').action((options) =>
    ask('agreement-show', {}, options),
  );
  command(agreement, 'list', 'what a workspace accepted')
    .addOption(workspace())
    .action(({ json, ...args }) => ask('agreement-list', args, { json }));

  const legal = group('legal', 'what authorities demand');
  command(legal, 'open', 'enter a request of an authority')
    .requiredOption('--authority <authority>', 'who asks')
    .requiredOption('--basis <basis>', 'the law and the reference')
    .requiredOption('--scope <scope>', 'what is asked for')
    .requiredOption('--approver <who>', 'who approved it')
    .option('--notified', 'the workspace was told')
    .option('--due <date>', 'until when')
    .addOption(workspace())
    .action(({ json, ...args }) => ask('legal-request-open', args, { json }));
  command(legal, 'list', 'show them').action((options) => ask('legal-request-list', {}, options));
  command(legal, 'disclose <id>', 'what the usage log has for an open entry; there is no other way').action(
    (id, options) => ask('legal-request-disclose', { id }, options),
  );
  command(legal, 'close <id>', 'say how it ended')
    .requiredOption('--outcome <outcome>', 'answered, refused or withdrawn')
    .action((id, { outcome, ...options }) => ask('case-close', { id, outcome }, options));

  const inspect = group('inspect', 'windows in which requests of a workspace can be looked into');
  command(inspect, 'list', 'show them, the newest first, with each look').action((options) =>
    ask('inspection-list', {}, options),
  );
  command(inspect, 'show <id>', 'one window, and what was sealed in it, without any content').action((id, options) =>
    ask('inspection-captures', { id }, options),
  );
  command(inspect, 'close <id>', 'end one at once; opening one takes two persons who are signed in').action(
    (id, options) => ask('inspection-close', { id, by: 'command line' }, options),
  );
  command(inspect, 'destroy <id>', 'destroy its key, and what was sealed with it, before their time').action(
    (id, options) => ask('inspection-destroy', { id }, options),
  );

  const incident = group('incident', 'breaches, with the timer of 72 hours');
  command(incident, 'open', 'enter one')
    .requiredOption('--summary <text>', 'what happened, in a sentence')
    .option('--aware <date>', 'when it was noticed; now when left out')
    .action(({ json, ...args }) => ask('incident-open', args, { json }));
  command(incident, 'list', 'show them').action((options) => ask('incident-list', {}, options));
  command(incident, 'affected', 'which endpoints were sent something of a workspace')
    .option('--from <date>', 'thirty days back when left out')
    .option('--until <date>', 'now when left out')
    .addOption(workspace())
    .action(({ json, ...args }) => ask('incident-affected', args, { json }));
  command(incident, 'note <id>', 'say who was told, and when')
    .option('--authority-told <text>', 'when, or why not')
    .option('--workspaces-told <text>', 'when, or why not')
    .action((id, { json, authorityTold, workspacesTold }) =>
      ask('incident-note', { id, authority_told: authorityTold, workspaces_told: workspacesTold }, { json }),
    );
  command(incident, 'close <id>', 'say how it ended')
    .requiredOption('--outcome <outcome>', 'answered, refused or withdrawn')
    .action((id, { outcome, ...options }) => ask('case-close', { id, outcome }, options));
}
