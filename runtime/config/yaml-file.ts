import { LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';
import type { ConfigurationProblem } from './problems.ts';

/** A parsed YAML or JSON file that remembers where everything stands. */
export interface YamlFile {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly ConfigurationProblem[];
  /** `parlance.yaml:3:7` of the value at `path`, or of the nearest enclosing one. */
  where(path: readonly string[]): string;
  /** Of the key `name` in the section at `path`. */
  whereKey(path: readonly string[], name: string): string;
  has(path: readonly string[]): boolean;
}

/** Warnings are problems too: YAML warns where it guesses. `example`: a key that such a file has. */
export function parseYamlFile(name: string, text: string, example: string): YamlFile {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line.toString()}:${col.toString()}`;
  };
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    where: at(pos[0]),
    message,
  }));
  const values = problems.length > 0 ? {} : toValues(document);
  if (values === undefined)
    problems.push({ where: `${name}:1:1`, message: `expected keys and values, like "${example}"` });

  const whereKey = (path: readonly string[], key: string): string => {
    const section = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(section)
      ? section.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    return isNode(pair?.key) && pair.key.range ? at(pair.key.range[0]) : `${name}:1:1`;
  };
  const where = (path: readonly string[]): string => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return `${name}:1:1`;
  };
  return { values: values ?? {}, problems, where, whereKey, has: (path) => document.hasIn(path) };
}

/** An empty file has no keys; a list or a lone word is a mistake. */
function toValues(document: Document): Record<string, unknown> | undefined {
  if (document.contents === null) return {};
  const value: unknown = document.toJS();
  if (value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
