import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { compileText } from '../../../dsl/compile/compile.ts';
import { definitionFiles } from '../../../dsl/compile/definition-files.ts';
import { checkProject, type ProjectFile } from '../../../dsl/check/project.ts';
import type { Diagnostic } from '../../../dsl/diagnostics/diagnostic.ts';
import { renderReport, REPORT_FORMATS, type ReportFormat } from '../../../dsl/report/report.ts';
import { EXIT } from '../exit-codes.ts';
import { parlanceVersion } from '../version.ts';

interface ValidateArguments {
  readonly paths: readonly string[];
  readonly format: ReportFormat;
  readonly json: boolean | undefined;
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate <paths..>',
  describe: 'Check definitions: every problem with file, line and what to do',
  builder: (yargs) =>
    yargs
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files or folders' })
      .option('format', { choices: REPORT_FORMATS, default: 'text' as const, describe: 'For people, scripts or CI' })
      .option('json', { type: 'boolean', describe: 'Short for --format json' })
      .epilogue('Exit codes: 0 no problems, 1 problems, 2 wrong usage or nothing to read'),
  handler: async ({ paths, format, json }) => {
    process.exitCode = await validate(paths, json === true ? 'json' : format);
  },
};

async function validate(paths: readonly string[], format: ReportFormat): Promise<number> {
  const unreadable: string[] = [];
  const files = await findFiles(paths, unreadable);
  const texts = await readAll(files, unreadable);
  if (unreadable.length > 0) {
    process.stderr.write(unreadable.map((line) => `${line}\n`).join(''));
    return EXIT.usage;
  }
  const diagnostics = checkAll(texts);
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  process.stdout.write(renderReport(format, { files, diagnostics }, { version: parlanceVersion(), color }));
  return diagnostics.length === 0 ? EXIT.ok : EXIT.failed;
}

async function findFiles(paths: readonly string[], unreadable: string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      const found = await definitionFiles(path);
      if (found.length === 0) unreadable.push(`${path}: no .yaml file in this folder`);
      for (const file of found) files.add(relative('', file));
    } catch (error) {
      unreadable.push(`${path}: ${reasonOf(error)}`);
    }
  }
  return [...files];
}

async function readAll(files: readonly string[], unreadable: string[]): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const file of files) {
    try {
      sources.push({ file, text: await readFile(file, 'utf8') });
    } catch (error) {
      unreadable.push(`${file}: ${reasonOf(error)}`);
    }
  }
  return sources;
}

interface Source {
  readonly file: string;
  readonly text: string;
}

function checkAll(sources: readonly Source[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const sound: ProjectFile[] = [];
  for (const source of sources) {
    const compiled = compileText(source.text, source);
    if ('machine' in compiled) sound.push({ ...source, machine: compiled.machine });
    else diagnostics.push(...compiled.diagnostics);
  }
  return [...diagnostics, ...checkProject(sound)];
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission to read it',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
