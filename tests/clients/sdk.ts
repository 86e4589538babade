// The official OpenAI package in the two majors that people have, as npm installs it.
import OpenAI7 from 'openai';
import {
  zodFunction as zodFunction7,
  zodResponseFormat as zodResponseFormat7,
  zodTextFormat as zodTextFormat7,
} from 'openai/helpers/zod';
import OpenAI6 from 'openai6';
import {
  zodFunction as zodFunction6,
  zodResponseFormat as zodResponseFormat6,
  zodTextFormat as zodTextFormat6,
} from 'openai6/helpers/zod';

export type Sdk = {
  readonly name: string;
  /** How a program imports it. */
  readonly package: string;
  readonly OpenAI: typeof OpenAI7;
  readonly zodFunction: typeof zodFunction7;
  readonly zodResponseFormat: typeof zodResponseFormat7;
  readonly zodTextFormat: typeof zodTextFormat7;
};

export const sdks: readonly Sdk[] = [
  {
    name: 'openai 6',
    package: 'openai6',
    // To the compiler each major's classes are strangers to the other's; that both can be used alike is what we test.
    OpenAI: OpenAI6 as unknown as typeof OpenAI7,
    zodFunction: zodFunction6 as unknown as typeof zodFunction7,
    zodResponseFormat: zodResponseFormat6 as unknown as typeof zodResponseFormat7,
    zodTextFormat: zodTextFormat6 as unknown as typeof zodTextFormat7,
  },
  {
    name: 'openai 7',
    package: 'openai',
    OpenAI: OpenAI7,
    zodFunction: zodFunction7,
    zodResponseFormat: zodResponseFormat7,
    zodTextFormat: zodTextFormat7,
  },
];
