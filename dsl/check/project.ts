/** What can only be seen over several definitions of one tenant. */
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { WordTable } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import { SourceFile } from '../parse/source-file.ts';
import { ringsAmong } from '../prove/start-each-other.ts';
import { numberedEntry } from '../step/numbered.ts';
import { reportNearWords } from './near-words.ts';
import { isRead } from './read-words.ts';
import { reportRings } from './rings.ts';

export interface ProjectFile {
  readonly file: string;
  readonly text: string;
  readonly machine: Machine;
}

/** Names and starting words that two definitions claim, told at the second. */
export function checkProject(files: readonly ProjectFile[]): readonly Diagnostic[] {
  const names = new Map<string, ProjectFile>();
  const words = new Map<string, ProjectFile>();
  let fallback: ProjectFile | undefined;
  const additions = files.flatMap(additionsOf);
  const found = ringsAmong(files.map(({ machine }) => machine));
  return files.flatMap((one) => {
    const report = new Report(new SourceFile(one.file, one.text));
    const other = names.get(one.machine.name);
    if (other) {
      const start = Math.max(0, one.text.search(/^['"]?conversation['"]?\s*:/m));
      const message = `"${one.machine.name}" is the name of ${other.file} too`;
      report.add('conversation-taken', { start, end: start + 'conversation'.length }, message);
    } else names.set(one.machine.name, one);
    for (const start of one.machine.starts) {
      if (start.on === 'any') {
        fallback ??= one;
        if (fallback.machine.name !== one.machine.name) reportFallback(report, start, fallback);
      }
      if (start.on !== 'keyword') continue;
      for (const word of new Set(Object.values(start.words).flat())) {
        const owner = words.get(word);
        if (!owner || owner === one) words.set(word, one);
        else if (owner.machine.name !== one.machine.name) {
          const at = report.source.lineStart(start.line) + start.column - 1;
          report.add(
            'keyword-taken',
            { start: at, end: at + 1 },
            `"${word}" starts ${owner.machine.name} (${owner.file}) already`,
          );
        }
      }
    }
    reportAdditions(report, one, additions);
    reportNearWords(report, one, files);
    reportRings(report, one.machine, found);
    return report.diagnostics();
  });
}

/** A word that a definition adds to the platform's. */
interface Addition {
  readonly word: string;
  readonly kind: 'stop' | 'help';
  readonly by: ProjectFile;
}

function additionsOf(by: ProjectFile): readonly Addition[] {
  return (['stop', 'help'] as const).flatMap((kind) =>
    [...new Set(Object.values(by.machine[kind]?.words ?? {}).flat())].map((word) => ({ word, kind, by })),
  );
}

/** What one definition adds is the platform's for all of them: no other can expect it. */
function reportAdditions(report: Report, one: ProjectFile, additions: readonly Addition[]): void {
  const others = additions.filter(({ by }) => by.machine.name !== one.machine.name);
  if (others.length === 0) return;
  const expected = expectedBy(one.machine);
  const taken = others.flatMap((addition) => [
    ...expected.filter(({ word }) => word === addition.word).map(({ position }) => ({ addition, position })),
    ...readersOf(one.machine, addition.word).map((position) => ({ addition, position })),
  ]);
  for (const { addition, position } of taken) {
    const { by, kind, word } = addition;
    const at = report.source.lineStart(position.line) + position.column - 1;
    const message = `"${word}" is a word of "${kind}" in ${by.machine.name} (${by.file}): the platform takes it before any definition`;
    report.add('word-of-platform', { start: at, end: at + 1 }, message);
  }
}

interface Expected {
  readonly word: string;
  readonly position: Position;
}

function expectedBy(machine: Machine): readonly Expected[] {
  return [
    ...machine.starts.flatMap((start) =>
      start.on === 'keyword' ? wordsAt(Object.values(start.words).flat(), start) : [],
    ),
    ...ownFlows(machine).flatMap(({ nodes, interrupts, interruptWords }) => [
      ...nodes.flatMap((node) => (node.op === 'ask' ? wordsOf(node.words, node.replies) : [])),
      ...wordsOf(interruptWords, interrupts),
    ]),
  ];
}

/** Questions that read a word as a value, and entries whose choice has it for its number. */
function readersOf(machine: Machine, word: string): readonly Position[] {
  return ownFlows(machine).flatMap((flow) =>
    flow.nodes.flatMap((node): readonly Position[] => {
      if (node.op !== 'ask') return [];
      if (isRead(node, flow, word, machine)) return [node];
      const numbered = numberedEntry(node, word);
      return numbered ? [numbered] : [];
    }),
  );
}

/** Flows of other files are told where those are checked. */
function ownFlows({ flows }: Machine): readonly Flow[] {
  return Object.values(flows).filter(({ file }) => file === undefined);
}

function wordsOf(table: WordTable, entries: readonly Position[]): readonly Expected[] {
  return Object.values(table).flatMap((words) =>
    Object.entries(words).flatMap(([word, index]) => {
      const position = entries[index];
      return position ? wordsAt([word], position) : [];
    }),
  );
}

function wordsAt(words: readonly string[], position: Position): readonly Expected[] {
  return words.map((word) => ({ word, position }));
}

function reportFallback(report: Report, { line, column }: Position, { machine, file }: ProjectFile): void {
  const at = report.source.lineStart(line) + column - 1;
  report.add('fallback-taken', { start: at, end: at + 1 }, `${machine.name} (${file}) takes any message already`);
}
