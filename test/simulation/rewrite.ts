/** Finds every `await` in a source text, and puts a gate before each. */
import ts from 'typescript';

export interface Rewritten {
  readonly code: string;
  /** Of each await, in the order of its index: `FILE:LINE:COLUMN`. */
  readonly sites: readonly string[];
}

interface Insertion {
  readonly position: number;
  readonly text: string;
}

/** `gate`: name of the variable that holds the module's gate. */
export function rewriteAwaits(file: string, text: string, gate: string): Rewritten {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const sites: string[] = [];
  const insertions: Insertion[] = [];
  const wrap = (node: ts.Node, awaited: ts.Expression, method: 'at' | 'each'): void => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const index = sites.push(`${file}:${line + 1}:${character + 1}`) - 1;
    insertions.push({ position: awaited.getStart(source), text: `${gate}.${method}(${index}, ` });
    insertions.push({ position: awaited.getEnd(), text: ')' });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) wrap(node, node.expression, 'at');
    if (ts.isForOfStatement(node) && node.awaitModifier) wrap(node, node.expression, 'each');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { code: insertAll(text, insertions), sites };
}

function insertAll(text: string, insertions: readonly Insertion[]): string {
  let code = '';
  let at = 0;
  // Stable: of two that begin at one place the outer one was found first; of two that end there the order is all one.
  for (const { position, text: inserted } of insertions.toSorted((a, b) => a.position - b.position)) {
    code += text.slice(at, position) + inserted;
    at = position;
  }
  return code + text.slice(at);
}

export function withoutTypes(file: string, code: string): string {
  const { outputText } = ts.transpileModule(code, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  });
  return outputText;
}
