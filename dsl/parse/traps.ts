/** What YAML accepts and authors do not mean. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Report } from '../diagnostics/diagnostic.ts';
import { MAX_YAML_DEPTH } from '../limits.ts';
import { rangeOf, sourceOf } from './tree.ts';
import { quoted } from './yaml-problems.ts';

/** Keys whose value is written for people, so that a `#` in it is meant. Locale keys are told by their shape. */
const PROSE_KEYS: ReadonlySet<string> = new Set(['say', 'ask', 'text', 'about', 'label', 'match']);
const LOCALE = /^[a-z]{2,3}(?:-[A-Z]{2})?$/;
/** Below these keys all values are data of the author's; but the definition's own `inputs` declares types. */
const DATA_KEYS: ReadonlySet<string> = new Set(['set', 'data', 'inputs', 'value', 'default']);

interface Context {
  readonly report: Report;
  readonly depth: number;
  readonly isProse: boolean;
  readonly isData: boolean;
}

/** False where the tree must not be read: too deep, or with aliases. */
export function reportTraps(report: Report, contents: unknown): boolean {
  return visit(contents, { report, depth: 0, isProse: false, isData: false });
}

function visit(node: unknown, context: Context): boolean {
  const { report } = context;
  if (isAlias(node)) {
    report.add('yaml-anchor', rangeOf(node), 'an alias stands for a value elsewhere');
    return false;
  }
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return true;
  if (node.anchor !== undefined) {
    const mark = `&${node.anchor}`;
    const start = report.source.text.lastIndexOf(mark, rangeOf(node).start);
    report.add('yaml-anchor', { start, end: start + mark.length }, `"${mark}" is an anchor`);
  }
  if (node.tag !== undefined) report.add('yaml-tag', rangeOf(node), `"${node.tag}" is a tag`);
  if (context.depth > MAX_YAML_DEPTH) {
    report.add('yaml-too-deep', rangeOf(node), `lists and maps are nested more than ${MAX_YAML_DEPTH} deep`);
    return false;
  }
  if (isScalar(node)) {
    reportScalar(node, context);
    return true;
  }
  if (isMap(node)) reportDuplicates(report, node);
  const deeper = { ...context, depth: context.depth + 1 };
  let isSound = true;
  for (const item of node.items) {
    if (isPair(item)) isSound = (isMap(node) ? visitPair(node, item, deeper) : visit(item.value, deeper)) && isSound;
    else isSound = visit(item, deeper) && isSound;
  }
  return isSound;
}

function reportDuplicates(report: Report, { items }: YAMLMap): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = sourceOf(key);
    if (seen.has(name)) report.add('yaml-duplicate-key', rangeOf(key), `"${name}" stands here twice`);
    seen.add(name);
  }
}

function visitPair(map: YAMLMap, pair: Pair, context: Context): boolean {
  const { report } = context;
  if (!isScalar(pair.key)) {
    const message = 'a key must be a plain word';
    if (pair.key !== null)
      report.add(
        'yaml-syntax',
        isMap(pair.key) || isSeq(pair.key) || isAlias(pair.key) ? rangeOf(pair.key) : rangeOf(map),
        message,
      );
    return visit(pair.value, context);
  }
  const key = sourceOf(pair.key);
  if (map.flow && isMissing(pair.value) && pair.key.type === 'PLAIN') {
    report.add('yaml-flow-text', rangeOf(pair.key), `the comma before "${key}" ended the text before it`, {
      expected: '{ en: "Sorry, please reply" }, and [ ] around a list: { days: [mon, wed] }',
    });
  }
  if (key === '<<') report.add('yaml-anchor', rangeOf(pair.key), '"<<" merges maps in some YAML tools, not here');
  const isProse = PROSE_KEYS.has(key) || (context.isProse && LOCALE.test(key));
  return visit(pair.value, {
    ...context,
    isProse,
    isData: context.isData || (DATA_KEYS.has(key) && !(key === 'inputs' && context.depth === 1)),
  });
}

/** `{ a, b }` gives pairs without a value at all. */
function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (isScalar(value) && value.type === 'PLAIN' && value.source === '');
}

function reportScalar(node: Scalar, { report, isProse, isData }: Context): void {
  if (node.type !== 'PLAIN') return;
  const source = sourceOf(node);
  const range = rangeOf(node);
  // Behind `${…}` a comment is more likely meant than a text that goes on.
  const isText = isProse || (isData && typeof node.value === 'string' && !source.endsWith('}'));
  if (isText && source !== '' && hasCommentBehind(report, range.end)) {
    const lost = report.source.text.slice(range.end).split('\n', 1)[0]?.trimEnd() ?? '';
    const message = `the text ends at "#": "${lost.trim()}" is a comment`;
    report.add(
      'yaml-comment-in-text',
      { start: range.end + lost.indexOf('#'), end: range.end + lost.length },
      message,
      { suggestion: quoted(source + lost) },
    );
  }
  if (isData && changesMeaning(node.value, source)) {
    const isWord = typeof node.value === 'string';
    const now = isWord ? String(/^(?:yes|on|y)$/i.test(source)) : JSON.stringify(node.value);
    const message = isWord
      ? `some tools read ${source} as ${now}, others as the text`
      : `YAML reads ${source} as ${now}`;
    report.add('yaml-value-changed', range, message, {
      suggestion: `"${source}" for the text${now === 'null' ? '' : `, ${now} for the value`}`,
    });
  }
}

function hasCommentBehind(report: Report, end: number): boolean {
  return /^[ \t]+#/.test(report.source.text.slice(end, end + 40));
}

/** `yes` and its like are texts here and booleans in other YAML tools: both readings are somebody's. */
export function isReadBothWays(text: string): boolean {
  return /^(?:yes|no|on|off|y|n)$/i.test(text);
}

function changesMeaning(value: unknown, source: string): boolean {
  if (typeof value === 'string') return isReadBothWays(source);
  return typeof value === 'number' && String(value) !== source;
}
