/** The one way in which a file is written: order of keys, quotes, indentation, width of lines. */
import { isCollection, isMap, isScalar, isSeq, parseDocument, type Document, type ScalarTag } from 'yaml';
import { stringifyString } from 'yaml/util';
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { canonicalJson, type Json } from '../json.ts';
import { parseYaml } from '../parse/parse.ts';
import { SourceFile } from '../parse/source-file.ts';
import { sourceOf } from '../parse/tree.ts';
import { projectSchema } from '../project/schema.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import { definitionSchema } from '../schema/definition.ts';
import { sharedSchema } from '../schema/shared.ts';
import type { Schema } from '../schema/schema.ts';
import { meaningOf, memberSchema } from '../schema/walk.ts';
import { attachHead, beginWithoutSpace, commentsOf, detachHead } from './comments.ts';
import { orderedKeys } from './order.ts';
import { printScalar } from './scalar.ts';
import { settleLines, type OneLiners } from './width.ts';

/** The file in its one form, or why it can not be read. */
export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

export interface FormatFileOptions {
  /** What diagnostics call the file. */
  readonly file: string;
  /** Of what the file holds: it gives the order of keys. Without it keys stay as they are, unless it is a definition or a scenario file. */
  readonly schema?: Schema;
}

/**
 * Never changes what a file means, nor loses a comment: should the printer fail at that, the text comes back as it was.
 * Problems beyond YAML's own are no hindrance.
 */
export function formatText(text: string, { file, schema }: FormatFileOptions): Formatted {
  const source = text.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  const report = new Report(new SourceFile(file, source));
  const tree = parseYaml(report);
  if (!tree || !report.isEmpty) return { diagnostics: report.diagnostics() };
  const printed = print(source, schema ?? schemaOf(tree.root));
  return { text: isSame(source, printed) ? printed : text };
}

function schemaOf(root: Json): Schema {
  if (typeof root !== 'object' || root === null) return {};
  if ('conversation' in root) return definitionSchema;
  if ('project' in root) return projectSchema;
  if ('shared' in root) return sharedSchema;
  return 'scenarios' in root ? scenarioSchema : {};
}

function print(source: string, schema: Schema): string {
  const oneLiners: OneLiners = new WeakMap();
  const document = parseDocument(source, {
    ...{ version: '1.2', schema: 'core', merge: false, uniqueKeys: false },
    customTags: (tags) => [asWritten(source, oneLiners), ...tags],
  });
  const head = reorder(document.contents, schema, schema);
  if (head !== undefined) document.commentBefore = head;
  settleLines(document.contents, source, 0, oneLiners);
  if (schema === definitionSchema) separateSections(document.contents);
  return document.toString({ lineWidth: 0, indent: 2, indentSeq: true });
}

/** Returns the comment that was the head of the file, where another key is its first now. */
function reorder(node: unknown, root: Schema, schema: Schema | undefined): string | undefined {
  if (isSeq(node)) {
    const items = schema && meaningOf(root, schema, 'array').schema.items;
    for (const item of node.items) attachHead(item, reorder(item, root, items));
  }
  if (!isMap(node)) return undefined;
  const meaning = schema && meaningOf(root, schema, 'object');
  for (const { key, value } of node.items) {
    const member = meaning && isScalar(key) ? memberSchema(meaning, sourceOf(key)) : undefined;
    attachHead(value, reorder(value, root, member));
  }
  if (!meaning) return undefined;
  const byKey = new Map(node.items.map((pair) => [isScalar(pair.key) ? sourceOf(pair.key) : '', pair]));
  const items = orderedKeys([...byKey.keys()], meaning.schema).flatMap((key) => byKey.get(key) ?? []);
  if (items.length !== node.items.length || items.every((pair, index) => pair === node.items[index])) return undefined;
  const head = detachHead(node);
  node.items = items;
  beginWithoutSpace(node);
  return head;
}

/** A blank line before each part of a definition that takes several lines. */
function separateSections(contents: unknown): void {
  if (!isMap(contents)) return;
  contents.items.forEach(({ key, value }, index) => {
    if (index > 0 && isScalar(key) && isCollection(value)) key.spaceBefore = true;
  });
}

/** Prints every value from its source: the library would write numbers, quotes and folded lines its own way. */
function asWritten(source: string, oneLiners: OneLiners): ScalarTag {
  return {
    identify: () => true,
    // The library prefers tags with a test; this one never reads anything.
    test: /(?!)/,
    default: true,
    tag: 'tag:yaml.org,2002:str',
    resolve: (value) => value,
    stringify: (item, context, onComment, onChompKeep) => {
      const node = item;
      const prepared = oneLiners.get(node);
      if (prepared !== undefined) return prepared;
      const oneLine = context.implicitKey || context.inFlow === true;
      const text =
        printScalar(node, source, context.indent, oneLine) ?? stringifyString(node, context, onComment, onChompKeep);
      if (/^[|>]/.test(text)) {
        if (node.comment != null) onComment?.();
        if (/^[|>]\+/.test(text)) onChompKeep?.();
      }
      return text;
    },
  };
}

function isSame(before: string, after: string): boolean {
  const [one, other] = [valueOf(before), valueOf(after)];
  return one !== undefined && one === other && JSON.stringify(commentsOf(before)) === JSON.stringify(commentsOf(after));
}

function valueOf(text: string): string | undefined {
  const document: Document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  return document.errors.length > 0 ? undefined : canonicalJson((document.toJS() ?? null) as Json);
}
