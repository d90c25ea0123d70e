import type { Range } from '../../dsl/parse/source-file.ts';
import { namesIn } from './expressions.ts';
import { memberOf, rootsAt, type Member } from './members.ts';
import { occurrencesOf, symbolAt, type Outline } from './outline.ts';
import type { Spot } from './spots.ts';

export interface Explained {
  readonly markdown: string;
  readonly range: Range;
}

/** What stands at the offset: a name in an expression, a key, or a name that is declared elsewhere. */
export function explainAt(outline: Outline, offset: number): Explained | undefined {
  return explainName(outline, offset) ?? explainKey(outline, offset) ?? explainSymbol(outline, offset);
}

function explainName(outline: Outline, offset: number): Explained | undefined {
  for (const expression of outline.expressions) {
    for (const { path, names } of namesIn(expression)) {
      const index = names.findIndex(({ range }) => isIn(range, offset));
      const found = names[index];
      if (!found) continue;
      const chain = names.slice(0, index + 1).map(({ name }) => name);
      const member = memberOf(rootsAt(outline, path), chain);
      return member && { markdown: describeMember(chain.join('.'), member), range: found.range };
    }
  }
  return undefined;
}

function describeMember(name: string, { type, about }: Member): string {
  return [`\`${name}\`: ${type}`, ...(about === undefined ? [] : [about])].join('\n\n');
}

function explainKey(outline: Outline, offset: number): Explained | undefined {
  const spot = outline.spots.find(({ key }) => key && isIn(key.range, offset));
  if (!spot?.key || !spot.meaning) return undefined;
  const { name, range } = spot.key;
  const declaration = declaredName(outline, spot);
  if (declaration) return { markdown: declaration, range };
  const { description, expected } = spot.meaning;
  const lines = [`**${name}**`, ...[description].filter((line) => line !== undefined)];
  return { markdown: [...lines, ...(expected === undefined ? [] : [`Expected: ${expected}.`])].join('\n\n'), range };
}

function declaredName(outline: Outline, { path }: Spot): string | undefined {
  const symbol = outline.symbols.find((one) => one.isDeclaration && one.path === path);
  if (symbol?.kind !== 'vars' && symbol?.kind !== 'inputs') return undefined;
  // Of the flow that declares it, whose steps see it.
  const member = memberOf(rootsAt(outline, [...path.slice(0, -2), 'steps']), [symbol.kind, symbol.name]);
  return member && describeMember(`${symbol.kind}.${symbol.name}`, member);
}

function explainSymbol(outline: Outline, offset: number): Explained | undefined {
  const symbol = symbolAt(outline, offset);
  if (!symbol || symbol.isDeclaration) return undefined;
  const declaration = occurrencesOf(outline, symbol).find(({ isDeclaration }) => isDeclaration);
  if (!declaration) return undefined;
  const { line } = outline.source.positionOf(declaration.range.start);
  const shown = [outline.source.line(line), outline.source.line(line + 1)].join('\n');
  const markdown = `${symbol.kind} **${symbol.name}**, line ${line.toString()}\n\n\`\`\`yaml\n${shown}\n\`\`\``;
  return { markdown, range: symbol.range };
}

function isIn({ start, end }: Range, offset: number): boolean {
  return start <= offset && offset <= end;
}
