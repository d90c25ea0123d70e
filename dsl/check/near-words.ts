/** Words of a start or question with `typos` that a slip of one letter turns into a word that means something else. */
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { AskNode, WordTable } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import type { Start } from '../machine/starts.ts';

import { isPlatformWord, platformWords } from '../text/platform-words.ts';
import { isNearTo } from '../text/typo.ts';
import type { ProjectFile } from './project.ts';

/** What a word does. */
interface Meaning {
  readonly word: string;
  readonly what: string;
  /** Whose word it is, the platform's aside. */
  readonly owner?: Position;
}

export function reportNearWords(report: Report, { machine }: ProjectFile, files: readonly ProjectFile[]): void {
  const machines = files.map((file) => file.machine);
  for (const start of machine.starts) {
    if (start.on !== 'keyword' || !start.typos) continue;
    const meanings = [...machines.flatMap((one) => [...startsOf(one), ...additionsOf(one)]), ...PLATFORM];
    reportNear(report, wordsOf(start), start, meanings);
  }
  for (const flow of Object.values(machine.flows)) {
    // Flows of other files are told where those are checked.
    if (flow.file !== undefined) continue;
    for (const node of flow.nodes)
      if (node.op === 'ask' && node.typos) reportAsk(report, node, flow, machine, machines);
  }
}

function reportAsk(report: Report, ask: AskNode, flow: Flow, machine: Machine, machines: readonly Machine[]): void {
  const others = machines.filter(({ name }) => name !== machine.name);
  const own = wordsIn(ask.words, ask.replies, 'is another reply to this question');
  const meanings = [
    ...own,
    ...[...new Set([flow, flowOf(machine, MAIN)])].flatMap(({ interruptWords, interrupts }) =>
      wordsIn(interruptWords, interrupts, 'is a word of "anytime"'),
    ),
    ...others.flatMap(startsOf),
    ...machines.flatMap(additionsOf),
    ...PLATFORM.filter(({ word }) => !isPlatformWord('start', word)),
  ];
  for (const reply of ask.replies) {
    const words = own.filter(({ owner }) => owner === reply).map(({ word }) => word);
    reportNear(report, [...new Set(words)], reply, meanings);
  }
}

function reportNear(report: Report, words: readonly string[], owner: Position, meanings: readonly Meaning[]): void {
  for (const word of words) {
    const isOther = (meaning: Meaning): boolean => meaning.owner !== owner && meaning.word !== word;
    const other = meanings.find((meaning) => isOther(meaning) && isNearTo(word, meaning.word));
    if (!other) continue;
    const at = report.source.lineStart(owner.line) + owner.column - 1;
    const message = `"${word}" with a letter wrong is "${other.word}", which ${other.what}`;
    report.add('word-near', { start: at, end: at + 1 }, message);
  }
}

const PLATFORM: readonly Meaning[] = platformWords().map((word) => ({ word, what: 'belongs to the platform' }));

function startsOf({ name, starts }: Machine): readonly Meaning[] {
  return starts.flatMap((owner) => wordsOf(owner).map((word) => ({ word, what: `starts ${name}`, owner })));
}

function additionsOf({ stop, help }: Machine): readonly Meaning[] {
  const added = [stop, help].flatMap((addition) => Object.values(addition?.words ?? {}).flat());
  return added.map((word) => ({ word, what: 'belongs to the platform' }));
}

function wordsIn(table: WordTable, entries: readonly Position[], what: string): readonly Meaning[] {
  return Object.values(table).flatMap((words) =>
    Object.entries(words).flatMap(([word, index]) => {
      const owner = entries[index];
      return owner ? [{ word, what, owner }] : [];
    }),
  );
}

function wordsOf(start: Start): readonly string[] {
  return start.on === 'keyword' ? [...new Set(Object.values(start.words).flat())] : [];
}
