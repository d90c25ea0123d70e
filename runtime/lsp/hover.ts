import { posix } from 'node:path';
import type { Range } from '../../dsl/parse/source-file.ts';
import { namesIn } from './expressions.ts';
import { declarationOf, meantBy } from './links.ts';
import { memberOf, rootsAt, type Member } from './members.ts';
import { symbolAt } from './outline.ts';
import type { Spot } from './spots.ts';
import type { Known, Workspace } from './workspace.ts';

export interface Explained {
  readonly markdown: string;
  readonly range: Range;
}

/** What stands at the offset: a name in an expression, a key, or a name that is declared elsewhere. */
export function explainAt(workspace: Workspace, here: Known, offset: number): Explained | undefined {
  return (
    explainName(workspace, here, offset) ??
    explainKey(workspace, here, offset) ??
    explainSymbol(workspace, here, offset)
  );
}

function explainName(workspace: Workspace, here: Known, offset: number): Explained | undefined {
  for (const expression of here.outline.expressions) {
    for (const { path, names } of namesIn(expression)) {
      const index = names.findIndex(({ range }) => isIn(range, offset));
      const found = names[index];
      if (!found) continue;
      const chain = names.slice(0, index + 1).map(({ name }) => name);
      const member = memberOf(rootsAt(workspace, here, path), chain);
      return member && { markdown: describeMember(chain.join('.'), member), range: found.range };
    }
  }
  return undefined;
}

function describeMember(name: string, { type, about }: Member): string {
  return [`\`${name}\`: ${type}`, ...(about === undefined ? [] : [about])].join('\n\n');
}

function explainKey(workspace: Workspace, here: Known, offset: number): Explained | undefined {
  const spot = here.outline.spots.find(({ key }) => key && isIn(key.range, offset));
  if (!spot?.key || !spot.meaning) return undefined;
  const { name, range } = spot.key;
  const declaration = declaredName(workspace, here, spot);
  if (declaration) return { markdown: declaration, range };
  const { description, expected } = spot.meaning;
  const lines = [`**${name}**`, ...[description].filter((line) => line !== undefined)];
  return { markdown: [...lines, ...(expected === undefined ? [] : [`Expected: ${expected}.`])].join('\n\n'), range };
}

function declaredName(workspace: Workspace, here: Known, { path }: Spot): string | undefined {
  const symbol = here.outline.symbols.find((one) => one.isDeclaration && one.path === path);
  if (symbol?.kind !== 'vars' && symbol?.kind !== 'inputs') return undefined;
  // Of the flow that declares it, whose steps see it.
  const member = memberOf(rootsAt(workspace, here, [...path.slice(0, -2), 'steps']), [symbol.kind, symbol.name]);
  return member && describeMember(`${symbol.kind}.${symbol.name}`, member);
}

function explainSymbol(workspace: Workspace, here: Known, offset: number): Explained | undefined {
  const symbol = symbolAt(here.outline, offset);
  if (!symbol || symbol.isDeclaration) return undefined;
  const meant = meantBy(workspace, here, symbol);
  const declaration = meant && declarationOf(meant);
  if (!declaration) return undefined;
  const { source } = meant.outline;
  const { line } = source.positionOf(declaration.range.start);
  const shown = [source.line(line), source.line(line + 1)].join('\n');
  const file = meant.uri === here.uri ? '' : `${posix.basename(meant.uri)}, `;
  const markdown = `${meant.kind} **${meant.name}**, ${file}line ${line.toString()}\n\n\`\`\`yaml\n${shown}\n\`\`\``;
  return { markdown, range: symbol.range };
}

function isIn({ start, end }: Range, offset: number): boolean {
  return start <= offset && offset <= end;
}
