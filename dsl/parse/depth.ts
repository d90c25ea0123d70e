import { Lexer } from 'yaml';
import { MAX_YAML_DEPTH } from '../limits.ts';

/** Tokens that the lexer adds and that are not in the text: start of a document, of a flow end, of a scalar. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);
const SCALAR_FOLLOWS = '\u001f';

/**
 * Where brackets, or indicators within one line, nest deeper than allowed; undefined where they do not. Told before
 * parsing, for the parser is recursive and takes minutes for 60,000 braces. Nesting by indentation is bounded by the
 * size of the file, because each level is a longer line, and is told after parsing.
 */
export function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let brackets = 0;
  let indicators = 0;
  let previous = '';
  for (const token of new Lexer().lex(text)) {
    if (previous !== SCALAR_FOLLOWS) {
      if (token === '[' || token === '{') brackets += 1;
      else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1);
      else if (token === '-' || token === '?' || token === ':') indicators += 1;
      else if (token.startsWith('\n') || token.startsWith('\r')) indicators = 0;
    }
    // Pairs inside brackets have an indicator each.
    if (brackets > MAX_YAML_DEPTH || (brackets === 0 && indicators > 2 * MAX_YAML_DEPTH)) return offset;
    if (brackets > 0) indicators = 0;
    previous = token;
    if (!MARKS.has(token)) offset += token.length;
  }
  return undefined;
}
