/** A file as a list of places, each with what the schema says of it. Takes files that are broken, as they are while typed. */
import { isMap, isPair, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import { MAX_FILE_BYTES, MAX_YAML_DEPTH } from '../../dsl/limits.ts';
import { tooDeepAt } from '../../dsl/parse/depth.ts';
import type { Range } from '../../dsl/parse/source-file.ts';
import { rangeOf, sourceOf } from '../../dsl/parse/tree.ts';
import { projectSchema } from '../../dsl/project/schema.ts';
import { scenarioSchema } from '../../dsl/scenario/schema.ts';
import { definitionSchema } from '../../dsl/schema/definition.ts';
import type { Kind, Schema } from '../../dsl/schema/schema.ts';
import { sharedSchema } from '../../dsl/schema/shared.ts';
import { meaningOf, memberSchema, type Meaning } from '../../dsl/schema/walk.ts';

export type Path = readonly (string | number)[];

export interface Spot {
  /** Names and indices from the file's top. */
  readonly path: Path;
  /** The schema in which the parts of the file's language are looked up. */
  readonly parts: Schema;
  /** Without quotes; undefined for items of lists. */
  readonly key?: { readonly name: string; readonly range: Range };
  readonly range: Range;
  /** Undefined where the schema says nothing: an author's own data, an unknown key. */
  readonly meaning?: Meaning;
  /** What the schema says of the map that holds it. */
  readonly container?: Meaning;
  /** Where the value is one. */
  readonly scalar?: Scalar;
  /** Where the value is a map. */
  readonly keys?: readonly string[];
}

/** In the order of the file; the first is the file itself. None where the file can not be read at all. */
export function spotsOf(text: string): readonly Spot[] {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES || tooDeepAt(text) !== undefined) return [];
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'silent' });
  const spots: Spot[] = [];
  const root = document.contents;
  const isScenarios = isMap(root) && root.has('scenarios');
  visit(spots, root, isScenarios ? scenarioSchema : schemaOf(root), {
    path: [],
    parts: isScenarios ? scenarioSchema : definitionSchema,
  });
  return spots;
}

/** By the key that each kind of file begins with. All but scenarios have the parts of the language in common. */
function schemaOf(root: unknown): Schema {
  if (!isMap(root)) return definitionSchema;
  if (root.has('project')) return projectSchema;
  return root.has('shared') ? sharedSchema : definitionSchema;
}

/** Whether a file's places are those of scenarios. */
export function areScenarios(spots: readonly Spot[]): boolean {
  return spots[0]?.parts === scenarioSchema;
}

type Place = Pick<Spot, 'path' | 'parts' | 'key' | 'container'>;

function visit(spots: Spot[], node: unknown, schema: Schema | undefined, place: Place): void {
  const meaning = schema && meaningOf(place.parts, schema, kindOf(node));
  const range = isMap(node) || isSeq(node) || isScalar(node) ? rangeOf(node) : undefined;
  const keys = isMap(node) ? node.items.map(({ key }) => (isScalar(key) ? sourceOf(key) : '')) : undefined;
  spots.push({
    ...place,
    range: range ?? place.key?.range ?? { start: 0, end: 0 },
    ...(meaning ? { meaning } : {}),
    ...(isScalar(node) ? { scalar: node } : {}),
    ...(keys ? { keys } : {}),
  });
  if (place.path.length > MAX_YAML_DEPTH) return;
  if (isSeq(node)) {
    node.items.forEach((item, index) => {
      const value = isPair(item) ? item.value : item;
      visit(spots, value, meaning?.schema.items, { path: [...place.path, index], parts: place.parts });
    });
  } else if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = sourceOf(key);
      visit(spots, value, meaning && memberSchema(meaning, name), {
        path: [...place.path, name],
        parts: place.parts,
        key: { name, range: innerRange(key) },
        ...(meaning ? { container: meaning } : {}),
      });
    }
  }
}

/** Without the quotes. */
export function innerRange(node: Scalar): Range {
  const { start, end } = rangeOf(node);
  return node.type?.startsWith('QUOTE') && end - start >= 2 ? { start: start + 1, end: end - 1 } : { start, end };
}

function kindOf(node: unknown): Kind | undefined {
  if (isMap(node)) return 'object';
  if (isSeq(node)) return 'array';
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'boolean' ? 'boolean' : typeof node.value === 'number' ? 'number' : 'string';
}
