/** Files that a command knows again as its own, for as long as nobody has changed them: only these may it remove. */
import { hash } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';

/** The text under a comment that says who wrote it, with its hash. */
export function signed(text: string, writer: string): string {
  return `${signatureOf(text, writer)}\n${text}`;
}

/** What became of the file. One that is not as the writer wrote it is kept: it is somebody's work by now, or always was. */
export async function removeSigned(path: string, writer: string): Promise<'removed' | 'kept' | 'absent'> {
  let found: string;
  try {
    found = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw error;
  }
  const [signature = ''] = found.split('\n', 1);
  if (signature !== signatureOf(found.slice(signature.length + 1), writer)) return 'kept';
  await unlink(path);
  return 'removed';
}

function signatureOf(text: string, writer: string): string {
  return `# Written by ${writer} (${hash('sha256', text, 'hex').slice(0, 16)}): as it stands, a later run may remove it.`;
}
