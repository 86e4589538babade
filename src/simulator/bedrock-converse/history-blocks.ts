import { signer } from '../anthropic-messages/blocks.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { isSigned } from '../signature.ts';
import { redactor } from './blocks.ts';
import type { Maker } from './makers.ts';
import { said } from './model-fields.ts';
import { failed } from './parameters.ts';
import { listOf, recordOf } from './read.ts';
import { noCaching } from './tools.ts';

const idPattern = /^[a-zA-Z0-9_-]{1,64}$/;
const pictureFormats = ['png', 'jpeg', 'gif', 'webp'];
const documentFormats = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'];
const videoFormats = ['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'];

type Place = { readonly path: string; readonly role: string; readonly maker: Maker };

/** What Converse says of one block of a message, if anything. A block is what its only key says. */
export function* blockProblems(block: unknown, place: Place): Generator<string> {
  const { path, maker } = place;
  const [kind = '', ...more] = isRecord(block) ? Object.keys(block) : [];
  if (!isRecord(block) || more.length > 0) return yield onlyOne(path);
  switch (kind) {
    case 'text':
      if (typeof block.text === 'string' && block.text.trim() !== '') return;
      return yield `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`;
    case 'image':
      return yield* mediaProblems(recordOf(block.image), pictureFormats, `${path}.image`);
    case 'video':
      return yield* mediaProblems(recordOf(block.video), videoFormats, `${path}.video`);
    case 'document':
      return yield* documentProblems(recordOf(block.document), `${path}.document`);
    case 'toolUse':
      return yield* callProblems(recordOf(block.toolUse), place);
    case 'toolResult':
      return yield* resultProblems(recordOf(block.toolResult), place);
    case 'reasoningContent':
      return yield* thoughtProblems(recordOf(block.reasoningContent), place);
    case 'cachePoint':
      if (maker.caches === 'nowhere') yield noCaching;
      if (recordOf(block.cachePoint).type !== 'default') {
        yield failed(
          recordOf(block.cachePoint).type,
          `${path}.cachePoint.type`,
          'Member must satisfy enum value set: [default]',
        );
      }
      return;
    case 'guardContent':
    case 'citationsContent':
    case 'searchResult':
      return;
    default:
      yield onlyOne(path);
  }
}

function onlyOne(path: string): string {
  return `The ContentBlock object at ${path} must set one of the following keys: text, image, toolUse, toolResult, document, video, reasoningContent, cachePoint.`;
}

function* mediaProblems({ format, source }: JsonRecord, formats: readonly string[], path: string): Generator<string> {
  if (!formats.includes(String(format))) {
    yield failed(format, `${path}.format`, `Member must satisfy enum value set: [${formats.join(', ')}]`);
  }
  const { bytes, s3Location } = recordOf(source);
  if (s3Location !== undefined) return;
  if (typeof bytes !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(bytes)) {
    yield `The value at ${path}.source.bytes is not valid base64.`;
  }
}

function* documentProblems(document: JsonRecord, path: string): Generator<string> {
  yield* mediaProblems(document, documentFormats, path);
  const { name } = document;
  if (typeof name === 'string' && /^[a-zA-Z0-9\s\-()[\]]{1,200}$/.test(name) && !/\s{2}/.test(name)) return;
  yield "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.";
}

function* callProblems({ toolUseId, name, input }: JsonRecord, { path, role }: Place): Generator<string> {
  if (role !== 'assistant') return yield `The toolUse block at ${path} must be in an assistant message.`;
  if (typeof toolUseId !== 'string' || !idPattern.test(toolUseId)) {
    yield failed(
      toolUseId,
      `${path}.toolUse.toolUseId`,
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+',
    );
  }
  if (typeof name !== 'string' || !idPattern.test(name)) {
    yield failed(name, `${path}.toolUse.name`, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+');
  }
  if (!isRecord(input))
    yield `The format of the value at ${path}.toolUse.input is invalid. Provide a json object for the field and try again.`;
}

function* resultProblems({ toolUseId, content, status }: JsonRecord, { path, role, maker }: Place): Generator<string> {
  if (role !== 'user') return yield `The toolResult block at ${path} must be in a user message.`;
  if (typeof toolUseId !== 'string' || !idPattern.test(toolUseId)) {
    yield failed(
      toolUseId,
      `${path}.toolResult.toolUseId`,
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+',
    );
  }
  if (status !== undefined && status !== 'success' && status !== 'error') {
    yield failed(status, `${path}.toolResult.status`, 'Member must satisfy enum value set: [success, error]');
  }
  if (!Array.isArray(content)) return yield failed('null', `${path}.toolResult.content`, 'Member must not be null');
  for (const [index, block] of listOf(content).entries()) {
    if (isRecord(block) && isRecord(block.json)) continue;
    yield* blockProblems(block, { path: `${path}.toolResult.content.${index}`, role: 'user', maker });
  }
}

/** A thought comes back with the proof that it is the model's own. */
function* thoughtProblems(
  { reasoningText, redactedContent }: JsonRecord,
  { path, role, maker }: Place,
): Generator<string> {
  if (role !== 'assistant') return yield `The reasoningContent block at ${path} must be in an assistant message.`;
  if (!maker.signsThought) return;
  if (redactedContent !== undefined) {
    if (typeof redactedContent === 'string' && isSigned(redactor, '', redactedContent)) return;
    return yield said(`${path}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  const { text, signature } = recordOf(reasoningText);
  if (typeof signature !== 'string') return yield said(`${path}.thinking.signature: Field required`);
  if (!isSigned(signer, String(text), signature)) yield said(`${path}: Invalid \`signature\` in \`thinking\` block`);
}
