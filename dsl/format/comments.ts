/** Comments go with the key before which they stand; but the head of a file stays its head. */
import { isMap, isScalar, Lexer, type YAMLMap } from 'yaml';

/** Before the first key moves: what a blank line separates from it is no comment of this key. */
export function detachHead({ items }: YAMLMap): string | undefined {
  const key = items[0]?.key;
  if (!isScalar(key) || typeof key.commentBefore !== 'string') return undefined;
  const at = key.commentBefore.lastIndexOf('\n\n');
  if (at < 0) return undefined;
  const head = key.commentBefore.slice(0, at);
  key.commentBefore = key.commentBefore.slice(at + 2);
  return head;
}

/** What was the head of a map stays before whatever key begins it now. */
export function attachHead(node: unknown, head: string | undefined): void {
  const key = isMap(node) ? node.items[0]?.key : undefined;
  if (head === undefined || !isScalar(key)) return;
  key.commentBefore = typeof key.commentBefore === 'string' ? `${head}\n\n${key.commentBefore}` : head;
}

/** No blank line before the first key of a map. */
export function beginWithoutSpace({ items }: YAMLMap): void {
  const key = items[0]?.key;
  if (isScalar(key)) key.spaceBefore = false;
}

/** Every comment of a file, sorted: what must be the same before and after. */
export function commentsOf(text: string): readonly string[] {
  const comments: string[] = [];
  for (const token of new Lexer().lex(text)) if (token.startsWith('#')) comments.push(token.trimEnd());
  return comments.sort();
}
