import { expect } from 'chai';
import { PassThrough, Readable } from 'node:stream';
import { writeAnswer } from '../../../../runtime/cli/sql-shell/write-answer.ts';

describe('the answer to a statement', () => {
  for (const { format, answer, told } of [
    { format: 'PrettyCompactMonoBlock', answer: '┌─n─┐\n', told: '' },
    { format: 'PrettyCompactMonoBlock', answer: '', told: 'No rows.\n' },
    { format: 'JSONEachRow', answer: '', told: '' },
  ]) {
    it(`${answer === '' ? 'without rows' : 'with rows'}, as ${format}, tells a person "${told.trim()}"`, async () => {
      const output = new PassThrough({ encoding: 'utf8' });
      const store = { ask: () => Promise.resolve(Readable.from([answer])) };
      expect(await errorsOf(() => writeAnswer(store, asked(format), output))).to.equal(told);
      expect(output.read() ?? '').to.equal(answer);
    });
  }
});

function asked(format: string) {
  return { sql: 'SELECT n FROM t', settings: { default_format: format } };
}

async function errorsOf(action: () => Promise<void>): Promise<string> {
  let errors = '';
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (text: string | Uint8Array) => {
    errors += String(text);
    return true;
  };
  try {
    await action();
  } finally {
    process.stderr.write = write;
  }
  return errors;
}
