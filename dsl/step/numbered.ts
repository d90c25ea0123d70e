import type { AskNode } from '../machine/nodes.ts';

/** The entry whose choice has this number. */
export function numberedEntry({ choices, replies }: AskNode, word: string): AskNode['replies'][number] | undefined {
  const choice = /^[1-9]\d?$/.test(word) ? choices?.[Number(word) - 1] : undefined;
  return choice && replies[choice.entry];
}
