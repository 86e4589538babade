// About 1 KB, in the shape of a real chat completion, usage included.
const body = JSON.stringify({
  id: 'chatcmpl-BenchBenchBenchBenchBenchBe',
  object: 'chat.completion',
  created: 1_795_000_000,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'The line runs clear from the winch to the bollard and does not chafe. '.repeat(6).trim(),
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 180,
    completion_tokens: 102,
    total_tokens: 282,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_0123456789',
});

const head = ['HTTP/1.1 200 OK', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];

export const jsonAnswer = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
