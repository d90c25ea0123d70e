/** Definitions, shared files, projects, broken ones and scenarios, changed at random: by the character, by the line and by the word. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { PROJECT_FILE } from '../../dsl/project/project.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface AuthorFile {
  /** What reads it. */
  readonly kind: 'definition' | 'shared' | 'project' | 'scenarios';
  readonly text: string;
}

/** Files that are changed. */
const FILES: readonly AuthorFile[] = ['conversations', 'test/dsl/broken', 'docs/examples'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(ROOT, folder, name), 'utf8');
      return { kind: kindOf(name, text), text };
    }),
);

function kindOf(name: string, text: string): AuthorFile['kind'] {
  if (name.endsWith('.test.yaml')) return 'scenarios';
  if (basename(name) === PROJECT_FILE) return 'project';
  return /^shared:/m.test(text) ? 'shared' : 'definition';
}

/** There are few files of some kinds: how often each is taken, among ten. */
const KINDS: Readonly<Record<AuthorFile['kind'], number>> = { definition: 6, shared: 1, project: 1, scenarios: 2 };

const someFile: fc.Arbitrary<AuthorFile> = fc.oneof(
  ...Object.entries(KINDS).map(([name, weight]) => ({
    arbitrary: fc.constantFrom(...FILES.filter(({ kind }) => kind === name)),
    weight,
  })),
);

const SOURCES: readonly string[] = FILES.map(({ text }) => text);

/** Words of the language: keys, and names that stand in the files. */
const WORDS: readonly string[] = [...new Set(SOURCES.flatMap((text) => text.match(/[a-zA-Z][\w-]*/g) ?? []))].sort();

const LINES: readonly string[] = [...new Set(SOURCES.flatMap((text) => text.split('\n')))].sort();

const SNIPPETS = [
  ...['!x', '&a', '*a', '{', '}', '[', ']', '"', "'", '#', ':', '- ', '\t', '\n', '${', '}', '|', '>', '?', '%', '@'],
  ...[
    '~',
    '0x1',
    '<<: ',
    '---\n',
    '...\n',
    '\r\n',
    '\u0000',
    '\ud800',
    '\ufeff',
    '\u2028',
    '9'.repeat(400),
    '-',
    '1e999',
  ],
  ...['__proto__: 1\n', 'constructor: 1\n', 'toString', '${vars.', '(((', '!!binary x', '99999d', 'P1D', '""', 'null'],
];

const byCharacter = fc
  .tuple(fc.nat(), fc.nat(12), fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'binary', maxLength: 8 })))
  .map(([at, length, inserted]) => (text: string) => {
    const start = text.length === 0 ? 0 : at % text.length;
    return text.slice(0, start) + inserted + text.slice(start + length);
  });

const byWord = fc.tuple(fc.nat(), fc.constantFrom(...WORDS)).map(([at, word]) => (text: string) => {
  const words = [...text.matchAll(/[a-zA-Z][\w-]*/g)];
  const chosen = words[at % Math.max(1, words.length)];
  return chosen ? text.slice(0, chosen.index) + word + text.slice(chosen.index + chosen[0].length) : word;
});

/** One line is left out, said twice, moved, moved in or out, or another takes its place. */
const byLine = fc
  .tuple(fc.nat(), fc.nat(), fc.nat(5), fc.constantFrom(...LINES))
  .map(([at, to, how, other]) => (text: string) => {
    const lines = text.split('\n');
    const index = at % lines.length;
    const line = lines[index] ?? '';
    const changed = [[], [line, line], [], [`  ${line}`], [line.replace(/^ {2}/, '')], [other]][how] ?? [line];
    lines.splice(index, 1, ...changed);
    if (how === 2) lines.splice(to % (lines.length + 1), 0, line);
    return lines.join('\n');
  });

export const mutatedFile: fc.Arbitrary<AuthorFile> = fc
  .tuple(someFile, fc.array(fc.oneof(byCharacter, byWord, byLine), { minLength: 1, maxLength: 4 }))
  .map(([{ kind, text: source }, changes]) => ({
    kind,
    text: changes.reduce((text, change) => change(text), source),
  }));
