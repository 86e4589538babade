import { type Command, InvalidArgumentError } from 'commander';

/** What `fairlead verify privacy` takes. */
export function verifyPrivacyOptions(command: Command): Command {
  return command
    .option('--server <url>', 'where it listens; as the configuration says when left out')
    .option('--model <model>', 'ask this model, instead of the sandbox and its faults')
    .option('--workspace <workspace>', 'whose credit is used, by id or name; "default" when left out')
    .option('--requests <count>', 'how many requests; 600 meet every fault of the sandbox', readRequests, 600)
    .option('--log <file>', 'a file that its log goes to');
}

function readRequests(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 20 || count > 100_000) {
    throw new InvalidArgumentError('Say from 20 to 100000.');
  }
  return count;
}
