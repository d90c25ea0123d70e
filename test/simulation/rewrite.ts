/** Finds every `await` in a source text, and puts a gate before each. */
import ts from 'typescript';
import type { SiteInfo } from './hub.ts';

export interface Rewritten {
  readonly code: string;
  /** Each await, in the order of its index. */
  readonly sites: readonly SiteInfo[];
}

interface Insertion {
  readonly position: number;
  readonly text: string;
}

/** `gate`: name of the variable that holds the module's gate. */
export function rewriteAwaits(file: string, text: string, gate: string): Rewritten {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const sites: SiteInfo[] = [];
  const insertions: Insertion[] = [];
  const wrap = (node: ts.Node, awaited: ts.Expression, method: 'at' | 'each'): void => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const index = sites.push({ site: `${file}:${line + 1}:${character + 1}`, ...surroundingsOf(node) }) - 1;
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

const CLOSING = /^#?(close|stop|leave|end|release|finish|giveUp|settled?|abandon|empty|acknowledged)/i;

function surroundingsOf(node: ts.Node): Pick<SiteInfo, 'within' | 'kind'> {
  let isInCatch = false;
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isCatchClause(at)) isInCatch = true;
    const within = nameOfFunction(at);
    if (within === undefined) continue;
    const kind = isInCatch ? 'failing' : CLOSING.test(within) ? 'closing' : 'working';
    return { within, kind };
  }
  return { within: '', kind: isInCatch ? 'failing' : 'working' };
}

/** Of a function that is called by a name. */
function nameOfFunction(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return isNamed ? parent.name.getText() : undefined;
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
