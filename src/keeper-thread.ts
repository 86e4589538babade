// The keeper's thread, with the rules of the configuration file: what is added while Fairlead runs is judged by the same ones.
import { runThread, threadData } from '#keeper/run-thread.ts';
import { fileJudges } from './file-judges.ts';

await runThread(fileJudges(threadData.firstContentMs));
