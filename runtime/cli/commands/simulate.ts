import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandModule } from 'yargs';
import type { Millis } from '../../../channels/brands.ts';
import { parseAddress } from '../../../channels/contact-key.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import { formatDiagnostics } from '../../../dsl/diagnostics/format.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import type { Given, Person } from '../../../dsl/scenario/scenario.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { Projects } from '../../project/projects.ts';
import { EXIT } from '../exit-codes.ts';
import { ConversationDesk } from '../scenarios/conversation-desk.ts';
import { writeFiles } from '../write-files.ts';
import { reasonOf } from '../../project/file-problem.ts';

interface SimulateArguments {
  readonly file: string;
  readonly from: string;
  readonly now: string | undefined;
  readonly locale: string | undefined;
  readonly zone: string | undefined;
}

export const simulateCommand: CommandModule<object, SimulateArguments> = {
  command: 'simulate <file>',
  describe: 'Hold a conversation in the terminal, in virtual time',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'A definition' })
      .option('from', { type: 'string', default: 'webchat:ana', describe: 'Address of the person' })
      .option('now', { type: 'string', describe: 'When it begins; without it, now' })
      .option('locale', { type: 'string', describe: 'Of the person' })
      .option('zone', { type: 'string', describe: 'Time zone of the person' })
      .epilogue('/help shows what can be typed besides replies. Lines can be piped in as well.'),
  handler: async (options) => {
    process.exitCode = await simulate(options);
  },
};

async function simulate(options: SimulateArguments): Promise<number> {
  const machine = await machineIn(options.file);
  if (typeof machine === 'string') {
    process.stderr.write(machine);
    return EXIT.usage;
  }
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  if (Number.isNaN(now)) {
    process.stderr.write(`"${options.now ?? ''}" is no time: write one such as 2026-03-06T09:00:00Z\n`);
    return EXIT.usage;
  }
  const person = personOf(options);
  const given: Given = { now: now as Millis, people: [person], answers: {}, receipts: 'at-once' };
  const stage = SimulatedStage.open([machine], given);
  await talk(new ConversationDesk({ stage, given, person, about: machine.name, save }), machine);
  return EXIT.ok;
}

function save(path: string, text: string, force: boolean): Promise<void> {
  return writeFiles([{ path, text }], force);
}

/** A text says why there is none. */
async function machineIn(file: string): Promise<Machine | string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return `${file}: ${reasonOf(error)}\n`;
  }
  const projects = new Projects();
  const compiled = compileText(text, { file: relative('', file), ...projects.around(file) });
  if (projects.diagnostics.length > 0) return projects.report;
  return 'machine' in compiled ? compiled.machine : formatDiagnostics(compiled.diagnostics);
}

function personOf({ from, locale, zone }: SimulateArguments): Person {
  return {
    name: '',
    addresses: [parseAddress(from)],
    ...(locale === undefined ? {} : { locale }),
    ...(zone === undefined ? {} : { zone }),
  };
}

async function talk(desk: ConversationDesk, machine: Machine): Promise<void> {
  const isTerminal = process.stdin.isTTY;
  process.stdout.write(`${machine.name}: ${startsLine(machine)}. /help shows what else can be typed.\n`);
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout, prompt: '> ' } : {}),
    completer: (line: string) => [desk.completions(line), line],
  });
  if (isTerminal) lines.prompt();
  for await (const line of lines) {
    if (!isTerminal) process.stdout.write(`> ${line}\n`);
    const shown = await desk.take(line);
    if (!shown) break;
    process.stdout.write(shown.map((text) => `${text}\n`).join(''));
    if (isTerminal) lines.prompt();
  }
  lines.close();
}

/** How it is started. */
function startsLine({ starts }: Machine): string {
  const ways = starts.map((start) => {
    if (start.on === 'keyword') return `write ${Object.values(start.words).flat()[0] ?? ''}`;
    if (start.on === 'any') return 'write anything';
    if (start.on === 'broadcast') return '/broadcast {…}';
    if (start.on === 'schedule') return `/schedule ${start.list} {…}`;
    return `/event ${start.type} {…}`;
  });
  return `starts by: ${ways.join(', or ')}`;
}
