import { isRecord, type JsonRecord } from '../json-value.ts';
import { isSigned } from '../signature.ts';
import { signer } from './blocks.ts';

const idPattern = /^[a-zA-Z0-9_-]+$/;
const pictureTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Blocks that pass without a closer look: what tools of Anthropic's own left in the history. */
const otherTypes = new Set([
  'document',
  'search_result',
  'container_upload',
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'mcp_tool_use',
  'mcp_tool_result',
  'compaction',
]);

type Place = { readonly path: string; readonly role: string };

/** What Anthropic says of one block of a message, if anything. */
export function* blockProblems(block: unknown, place: Place): Generator<string> {
  const { path } = place;
  if (!isRecord(block)) return yield `${path}: Input should be a valid dictionary`;
  if (typeof block.type !== 'string') return yield `${path}.type: Field required`;
  switch (block.type) {
    case 'text':
      yield* textProblems(block, path);
      // A model's own blank text is taken back (seen in recordings).
      if (place.role === 'user' && isBlank(block.text)) yield blankText;
      return;
    case 'image':
      return yield* pictureProblems(block, path);
    case 'thinking':
    case 'redacted_thinking':
      return yield* thoughtProblems(block, place);
    case 'tool_use':
      return yield* callProblems(block, place);
    case 'tool_result':
      return yield* resultProblems(block, place);
    default:
      if (otherTypes.has(block.type)) return;
      yield `${path}: Input tag '${block.type}' found using 'type' does not match any of the expected tags: 'document', 'image', 'redacted_thinking', 'search_result', 'server_tool_use', 'text', 'thinking', 'tool_result', 'tool_use', 'web_search_tool_result'`;
  }
}

export const blankText = 'messages: text content blocks must contain non-whitespace text';

export function isBlank(text: unknown): boolean {
  return typeof text === 'string' && text.trim() === '';
}

export function* textProblems(block: JsonRecord, path: string): Generator<string> {
  if (typeof block.text !== 'string') return yield `${path}.text.text: Field required`;
  if (block.text === '' && isRecord(block.cache_control)) {
    return yield `${path}.text: cache_control cannot be set for empty text blocks`;
  }
  if (block.text === '') yield 'messages: text content blocks must be non-empty';
}

function* pictureProblems(block: JsonRecord, path: string): Generator<string> {
  const source = block.source;
  if (!isRecord(source)) return yield `${path}.image.source: Field required`;
  if (source.type === 'url') {
    if (typeof source.url !== 'string') yield `${path}.image.source.url.url: Field required`;
    return;
  }
  if (source.type === 'file') return;
  if (source.type !== 'base64') {
    return yield `${path}.image.source: Input tag '${source.type}' found using 'type' does not match any of the expected tags: 'base64', 'file', 'url'`;
  }
  if (!pictureTypes.includes(String(source.media_type))) {
    return yield `${path}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
  }
  if (typeof source.data !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(source.data)) {
    yield `${path}.image.source.base64: invalid base64 data`;
  }
}

function* thoughtProblems(block: JsonRecord, { path, role }: Place): Generator<string> {
  if (role !== 'assistant') return yield `${path}: \`${block.type}\` blocks may only be in \`assistant\` messages`;
  if (block.type === 'redacted_thinking') {
    if (typeof block.data !== 'string') return yield `${path}.redacted_thinking.data: Field required`;
    if (!isSigned(`${signer} redacted`, '', block.data))
      yield `${path}: Invalid \`data\` in \`redacted_thinking\` block`;
    return;
  }
  if (typeof block.thinking !== 'string') return yield `${path}.thinking.thinking: Field required`;
  if (typeof block.signature !== 'string') return yield `${path}.thinking.signature: Field required`;
  if (!isSigned(signer, block.thinking, block.signature)) yield `${path}: Invalid \`signature\` in \`thinking\` block`;
}

function* callProblems(block: JsonRecord, { path, role }: Place): Generator<string> {
  if (role !== 'assistant') return yield `${path}: \`tool_use\` blocks can only be in \`assistant\` messages`;
  if (typeof block.id !== 'string') return yield `${path}.tool_use.id: Field required`;
  if (!idPattern.test(block.id)) yield `${path}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  if (typeof block.name !== 'string') return yield `${path}.tool_use.name: Field required`;
  if (!/^[a-zA-Z0-9_-]{1,200}$/.test(block.name)) {
    yield `${path}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,200}$'`;
  }
  if (!isRecord(block.input)) yield `${path}.tool_use.input: Input should be a valid dictionary`;
}

function* resultProblems(block: JsonRecord, { path, role }: Place): Generator<string> {
  if (role !== 'user') return yield `${path}: \`tool_result\` blocks can only be in \`user\` messages`;
  if (typeof block.tool_use_id !== 'string') return yield `${path}.tool_result.tool_use_id: Field required`;
  if (block.content === undefined || typeof block.content === 'string') return;
  if (!Array.isArray(block.content)) return yield `${path}.tool_result.content: Input should be a valid list`;
  for (const [index, part] of block.content.entries()) {
    const place = `${path}.tool_result.content.${index}`;
    if (!isRecord(part)) return yield `${place}: Input should be a valid dictionary`;
    if (part.type === 'text') yield* textProblems(part, place);
    else if (part.type === 'image') yield* pictureProblems(part, place);
    else if (!['document', 'search_result', 'tool_reference'].includes(String(part.type))) {
      yield `${place}: Input tag '${part.type}' found using 'type' does not match any of the expected tags: 'document', 'image', 'search_result', 'text', 'tool_reference'`;
    }
  }
}
