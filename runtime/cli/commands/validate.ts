import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { costOfDefinition } from '../../../dsl/cost/cost.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import { reasonOf } from '../files.ts';
import { definitionFiles } from '../../../dsl/compile/definition-files.ts';
import { checkProject, type ProjectFile } from '../../../dsl/check/project.ts';
import { hasErrors, type Diagnostic } from '../../../dsl/diagnostics/diagnostic.ts';
import { diagnose } from '../../../dsl/prove/diagnose.ts';
import type { ProveOptions } from '../../../dsl/prove/prove.ts';
import { uniqueDiagnostics } from '../../../dsl/diagnostics/unique.ts';
import { renderReport, REPORT_FORMATS, type ReportFormat } from '../../../dsl/report/report.ts';
import { parseDuration } from '../../../dsl/text/duration.ts';
import { Projects } from '../../project/projects.ts';
import { EXIT } from '../exit-codes.ts';
import { parlanceVersion } from '../version.ts';

interface ValidateArguments {
  readonly paths: readonly string[];
  readonly format: ReportFormat;
  readonly json: boolean | undefined;
  readonly 'reply-window': string | undefined;
  readonly cost: boolean | undefined;
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate <paths..>',
  describe: 'Check definitions: every problem with file, line and what to do',
  builder: (yargs) =>
    yargs
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files or folders' })
      .option('format', { choices: REPORT_FORMATS, default: 'text' as const, describe: 'For people, scripts or CI' })
      .option('json', { type: 'boolean', describe: 'Short for --format json' })
      .option('reply-window', {
        type: 'string',
        requiresArg: true,
        describe: "Warn of messages later than this after the person's last, such as 24h; without it, project.yaml's",
      })
      .check(({ 'reply-window': window }) => {
        if (window === undefined || parseDuration(window) !== undefined) return true;
        throw new Error('--reply-window takes a duration such as 24h');
      })
      .option('cost', { type: 'boolean', describe: 'Also tell what each way costs in SMS segments (text and json)' })
      .epilogue('Exit codes: 0 no problems (or warnings only), 1 problems, 2 wrong usage or nothing to read'),
  handler: async ({ paths, format, json, cost, 'reply-window': window }) => {
    const replyWindowMs = window === undefined ? undefined : parseDuration(window);
    const options = replyWindowMs === undefined ? {} : { replyWindowMs };
    process.exitCode = await validate(paths, json === true ? 'json' : format, options, cost === true);
  },
};

async function validate(
  paths: readonly string[],
  format: ReportFormat,
  options: ProveOptions,
  withCost: boolean,
): Promise<number> {
  const unreadable: string[] = [];
  const files = await findFiles(paths, unreadable);
  const texts = await readAll(files, unreadable);
  if (unreadable.length > 0) {
    process.stderr.write(unreadable.map((line) => `${line}\n`).join(''));
    return EXIT.usage;
  }
  const { diagnostics, sound } = checkAll(texts, options);
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  const costs = withCost ? sound.map(({ file, machine }) => ({ file, cost: costOfDefinition(machine) })) : undefined;
  const shared = texts.filter(({ text }) => isShared(text)).length;
  process.stdout.write(
    renderReport(format, { files, diagnostics, shared }, { version: parlanceVersion(), color, costs }),
  );
  return hasErrors(diagnostics) ? EXIT.failed : EXIT.ok;
}

/** By its key, for one that is not sound is still no definition. */
function isShared(text: string): boolean {
  return /^shared\s*:/m.test(text);
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

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly sound: readonly ProjectFile[];
}

function checkAll(sources: readonly Source[], options: ProveOptions): Checked {
  const diagnostics: Diagnostic[] = [];
  const sound: ProjectFile[] = [];
  const projects = new Projects();
  for (const source of sources) {
    const around = projects.around(source.file);
    const compiled = compileText(source.text, { file: source.file, ...around });
    if ('machine' in compiled) {
      const { machine } = compiled;
      sound.push({ ...source, machine });
      diagnostics.push(...compiled.warnings, ...diagnose({ ...source, machine, ...around }, options));
    } else diagnostics.push(...compiled.diagnostics);
  }
  const all = uniqueDiagnostics([...projects.diagnostics, ...diagnostics, ...checkProject(sound)]);
  return { diagnostics: all, sound };
}
