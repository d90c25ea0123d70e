import type { CommandModule } from 'yargs';
import { parlanceVersion } from '../version.ts';

export const lspCommand: CommandModule = {
  command: 'lsp',
  describe: 'Speak the Language Server Protocol over standard input and output, for editors',
  builder: (yargs) =>
    yargs.option('stdio', { type: 'boolean', default: true, describe: 'The only way; editors ask for it' }),
  handler: async () => {
    // Only editors need it: every other command starts faster without.
    const { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } =
      await import('vscode-languageserver/node');
    const { serve } = await import('../../lsp/server.ts');
    const reader = new StreamMessageReader(process.stdin);
    const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
    serve(connection, parlanceVersion());
    await new Promise<void>((resolve) => {
      reader.onClose(resolve);
    });
  },
};
