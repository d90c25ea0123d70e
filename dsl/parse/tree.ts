/**
 * The file as plain values, together with where each of them stands. Values are JSON, so that a JSON Schema can check
 * them; a place is asked for by its container and key.
 */
import { isMap, isPair, isScalar, isSeq, type Node as YamlNode, type Pair, type Scalar } from 'yaml';
import type { Json } from '../json.ts';
import type { Range } from './source-file.ts';

export type Key = string | number;
export type Container = Record<string, Json> | Json[];

interface Place {
  readonly key: Range;
  readonly value: Range;
  readonly node: YamlNode | undefined;
}

export class Tree {
  readonly root: Json;
  readonly range: Range;
  private readonly places = new Map<object, Map<Key, Place>>();

  constructor(contents: YamlNode) {
    this.range = rangeOf(contents);
    this.root = this.convert(contents);
  }

  /** Of the value under a key; of the container's own place where it has no such key. */
  valueRange(container: object, key: Key): Range {
    return this.place(container, key)?.value ?? this.range;
  }

  /** Of the key itself; of the item, in a list. */
  keyRange(container: object, key: Key): Range {
    return this.place(container, key)?.key ?? this.range;
  }

  scalar(container: object, key: Key): Scalar | undefined {
    const node = this.place(container, key)?.node;
    return isScalar(node) ? node : undefined;
  }

  private place(container: object, key: Key): Place | undefined {
    return this.places.get(container)?.get(key);
  }

  private convert(node: unknown): Json {
    if (isMap(node)) return this.convertMap(node.items);
    if (isSeq(node)) {
      const list: Json[] = [];
      const places = new Map<Key, Place>();
      for (const item of node.items) {
        const value = isPair(item) ? null : (item as YamlNode);
        const range = value ? rangeOf(value) : this.range;
        places.set(list.length, { key: range, value: range, node: value ?? undefined });
        list.push(this.convert(value));
      }
      this.places.set(list, places);
      return list;
    }
    return isScalar(node) ? scalarValue(node) : null;
  }

  private convertMap(pairs: readonly Pair[]): Json {
    // No prototype: a key named `__proto__` is a key like any other.
    const map = Object.create(null) as Record<string, Json>;
    const places = new Map<Key, Place>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? sourceOf(key) : '?';
      const keyRange = isScalar(key) ? rangeOf(key) : this.range;
      const node = value as YamlNode | null | undefined;
      const isEmpty = !node || (isScalar(node) && sourceOf(node) === '' && node.type === 'PLAIN');
      places.set(name, { key: keyRange, value: isEmpty ? keyRange : rangeOf(node), node: node ?? undefined });
      map[name] = this.convert(node);
    }
    this.places.set(map, places);
    return map;
  }
}

function scalarValue(node: Scalar): Json {
  const { value } = node;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : sourceOf(node);
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** A scalar as it stands in the file, without quotes. */
export function sourceOf(node: Scalar): string {
  return node.type === 'PLAIN' ? (node.source ?? '') : String(node.value);
}

export function rangeOf(node: YamlNode): Range {
  const [start = 0, end = start] = node.range ?? [];
  return { start, end };
}
