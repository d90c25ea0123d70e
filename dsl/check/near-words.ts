/** Words of a start with `typos` that a slip of one letter turns into a word that means something else. */
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Machine, Start } from '../machine.ts';
import { platformWords } from '../text/platform-words.ts';
import { isNearTo } from '../text/typo.ts';
import type { ProjectFile } from './project.ts';

/** What a word does. */
interface Meaning {
  readonly word: string;
  readonly what: string;
  /** Without it, the platform's. */
  readonly start?: Start;
}

export function reportNearWords(report: Report, { machine }: ProjectFile, files: readonly ProjectFile[]): void {
  const takesTypos = machine.starts.some((start) => start.on === 'keyword' && start.typos);
  if (!takesTypos) return;
  const meanings = [...files.flatMap((file) => meaningsIn(file.machine)), ...PLATFORM];
  for (const start of machine.starts) {
    if (start.on !== 'keyword' || !start.typos) continue;
    for (const word of wordsOf(start)) {
      const isOther = (meaning: Meaning): boolean => meaning.start !== start && meaning.word !== word;
      const other = meanings.find((meaning) => isOther(meaning) && isNearTo(word, meaning.word));
      if (!other) continue;
      const at = report.source.lineStart(start.line) + start.column - 1;
      const message = `"${word}" with a letter wrong is "${other.word}", which ${other.what}`;
      report.add('word-near', { start: at, end: at + 1 }, message);
    }
  }
}

const PLATFORM: readonly Meaning[] = platformWords().map((word) => ({ word, what: 'belongs to the platform' }));

function meaningsIn(machine: Machine): readonly Meaning[] {
  const { name, starts, stop, help } = machine;
  const added = [stop, help].flatMap((addition) => Object.values(addition?.words ?? {}).flat());
  return [
    ...starts.flatMap((start) => wordsOf(start).map((word) => ({ word, what: `starts ${name}`, start }))),
    ...added.map((word) => ({ word, what: 'belongs to the platform' })),
  ];
}

function wordsOf(start: Start): readonly string[] {
  return start.on === 'keyword' ? [...new Set(Object.values(start.words).flat())] : [];
}
