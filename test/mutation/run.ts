/** `node --import tsx test/mutation/run.ts [FOLDER]`: how many faults in the shipped conversations the checker, the prover and their scenarios catch. */
import { judgeAll, scoresOf, scoreTable } from './score.ts';

const [folder = 'conversations'] = process.argv.slice(2);
console.log(scoreTable(scoresOf(await judgeAll(folder))));
