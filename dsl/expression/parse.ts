/** Parses expressions; `matches` runs on our engine of patterns, since CEL's own implementation here could be stopped by a text. */
import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import { childrenOf } from './inspect.ts';

/** What `matches` is called where it is registered: the library keeps the plain name for its own. */
export const PATTERN_METHOD = 'matchesPattern';

/** Throws the library's `ParseError`. */
export function parseExpression(environment: Environment, source: string): ParseResult {
  const parsed = environment.parse(source);
  if (source.includes('matches')) renameMatches(parsed.ast);
  return parsed;
}

function renameMatches(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = PATTERN_METHOD;
  for (const child of childrenOf(node)) renameMatches(child);
}
