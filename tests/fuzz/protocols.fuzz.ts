import { test } from 'node:test';
import { bedrockConverse } from '#core/protocol/bedrock-converse/bedrock-converse.ts';
import { changeEvents, changeJson } from './change-json.ts';
import { readConverse } from './converse-corpus.ts';
import { protocols, readCorpus } from './corpus.ts';
import { judgeReply, judgeStream, workReply, workStream } from './judge-replies.ts';
import { judgeRequest, workRequest } from './judge-requests.ts';
import { runTarget, seed } from './run-target.ts';

// Hostile requests, replies and streams in every dialect, on their way into every other. Whatever comes in: nothing is
// thrown but a Fault, decoders throw nothing, and what goes out is whole JSON and of the dialect's grammar.

for (const protocol of protocols) {
  const corpus = readCorpus(protocol, seed);
  const { name } = protocol;

  test(`${name}: any request is refused with a fault, or is a request of every upstream's dialect`, () => {
    const work = (input: Buffer) => workRequest(protocol, input);
    const judge = (input: Buffer) => judgeRequest(protocol, input);
    runTarget(`${name} requests`, { corpus: corpus.requests, change: changeJson, work, judge }, 0.4);
  });

  test(`${name}: any whole reply is an error, or an answer in every caller's dialect`, () => {
    const work = (input: Buffer) => workReply(protocol, input);
    const judge = (input: Buffer) => judgeReply(protocol, input);
    runTarget(`${name} replies`, { corpus: corpus.replies, change: changeJson, work, judge }, 0.2);
  });

  test(`${name}: any stream is read, and written in every caller's dialect as that dialect wants it`, () => {
    const work = (input: Buffer) => workStream(protocol, input);
    const judge = (input: Buffer) => judgeStream(protocol, input);
    runTarget(`${name} streams`, { corpus: corpus.streams, change: changeEvents, work, judge }, 0.4);
  });
}

// No caller speaks Converse. Its frames are a target of the scanners; here are the events in them.
const converse = readConverse(seed);

test("bedrock-converse: any whole reply is an error, or an answer in every caller's dialect", () => {
  const work = (input: Buffer) => workReply(bedrockConverse, input);
  const judge = (input: Buffer) => judgeReply(bedrockConverse, input);
  runTarget('bedrock-converse replies', { corpus: converse.replies, change: changeJson, work, judge }, 0.2);
});

test("bedrock-converse: any events are read, and written in every caller's dialect as that dialect wants it", () => {
  const work = (input: Buffer) => workStream(bedrockConverse, input);
  const judge = (input: Buffer) => judgeStream(bedrockConverse, input);
  runTarget('bedrock-converse streams', { corpus: converse.streams, change: changeEvents, work, judge }, 0.4);
});
