export interface Split {
  /** Those that a `;` ended, without it. */
  readonly complete: readonly string[];
  /** What was begun. */
  readonly rest: string;
}

/** A text in quotes or a comment, whole: a `;` in it ends nothing. */
const WHOLE = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\/\*[^]*?\*\//sy;

export function splitStatements(text: string): Split {
  const complete: string[] = [];
  let begun = 0;
  for (let at = 0; at < text.length;) {
    WHOLE.lastIndex = at;
    const whole = WHOLE.exec(text)?.[0];
    if (whole !== undefined) {
      at += whole.length;
    } else if (/['"`]/.test(text.charAt(at))) {
      // Not closed yet: all that follows belongs to it.
      break;
    } else {
      if (text.charAt(at) === ';') {
        const statement = text.slice(begun, at).trim();
        if (statement !== '') complete.push(statement);
        begun = at + 1;
      }
      at++;
    }
  }
  return { complete, rest: text.slice(begun) };
}
