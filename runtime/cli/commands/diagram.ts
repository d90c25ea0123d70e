import type { CommandModule } from 'yargs';
import { ParlanceError } from '../../../channels/error.ts';
import { EXIT } from '../exit-codes.ts';
import { FORCE, writeFiles } from '../write-files.ts';

const FORMATS = ['mermaid', 'svg', 'xstate'] as const;

interface DiagramArguments {
  readonly file: string;
  readonly format: (typeof FORMATS)[number];
  readonly out: string | undefined;
  readonly force: boolean;
}

export const diagramCommand: CommandModule<object, DiagramArguments> = {
  command: 'diagram <file>',
  describe: 'Draw a definition: Mermaid, SVG, or a configuration for XState 5',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'A definition' })
      .option('format', { choices: FORMATS, default: 'mermaid' as const, describe: 'What to write' })
      .option('out', { type: 'string', requiresArg: true, describe: 'A file to write instead of standard output' })
      .option('force', FORCE)
      .epilogue('Exit codes: 0 drawn, 1 the file can not be written, 2 wrong usage or no valid definition'),
  handler: async (args) => {
    process.exitCode = await draw(args);
  },
};

async function draw({ file, format, out, force }: DiagramArguments): Promise<number> {
  const { machineOfFile } = await import('../definition-machines.ts');
  const machine = await machineOfFile(file);
  if (!machine) return EXIT.usage;
  let text: string;
  if (format === 'xstate') {
    const { xstateOf } = await import('../../../dsl/diagram/xstate/xstate.ts');
    text = `${JSON.stringify(xstateOf(machine), undefined, 2)}\n`;
  } else {
    const { diagramOf } = await import('../../../dsl/diagram/graph.ts');
    const diagram = diagramOf(machine);
    text =
      format === 'svg'
        ? (await import('../../../dsl/diagram/svg.ts')).svgOf(diagram)
        : (await import('../../../dsl/diagram/mermaid.ts')).mermaidOf(diagram);
  }
  if (out === undefined) {
    process.stdout.write(text);
    return EXIT.ok;
  }
  try {
    await writeFiles([{ path: out, text }], force);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ParlanceError) throw error;
    process.stderr.write(`${out}: ${(error as Error).message}\n`);
    return EXIT.failed;
  }
}
