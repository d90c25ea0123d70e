/** One node of ClickHouse's own syntax tree, as `EXPLAIN AST` prints it. */
export interface SyntaxNode {
  /** `SelectQuery`, `Function`, `TableIdentifier` … */
  readonly kind: string;
  /** Name of the function, identifier or table; text of a literal. */
  readonly name: string;
  readonly parent: SyntaxNode | undefined;
}

/** From one text a node, indented by its depth. Names may hold anything: ClickHouse sends each node as one row. */
export function syntaxTree(lines: readonly string[]): readonly SyntaxNode[] {
  const path: SyntaxNode[] = [];
  return lines.map((line) => {
    const depth = line.length - line.trimStart().length;
    const text = line.slice(depth).replace(/ \(children \d+\)$/, '');
    const [kind = ''] = /^[\w:]+/.exec(text) ?? [];
    const name = text
      .slice(kind.length)
      .trim()
      .replace(/ \(alias [^]*\)$/, '');
    const node: SyntaxNode = { kind, name, parent: depth === 0 ? undefined : path[depth - 1] };
    path[depth] = node;
    return node;
  });
}
