/** A definition's YAML as a tree in which one place is changed, and the rest stays as it was written. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

export type Path = readonly (string | number)[];

/** A value of the file, with where it stands. */
export interface Place {
  readonly path: Path;
  /** Plain JSON. */
  readonly value: unknown;
  readonly line: number;
}

export class DefinitionTree {
  private readonly document: Document;
  private readonly lines = new LineCounter();

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines });
  }

  /** Every value below the root, in the order of the file. */
  places(): readonly Place[] {
    const places: Place[] = [];
    const visit = (node: unknown, path: Path): void => {
      if (isMap(node)) {
        for (const { key, value } of node.items)
          if (isScalar(key)) place(value, [...path, String(key.value)], key.range?.[0] ?? 0);
      } else if (isSeq(node)) {
        for (const [index, item] of node.items.entries()) place(item, [...path, index], offsetOf(item));
      }
    };
    const place = (node: unknown, path: Path, offset: number): void => {
      const value: unknown = this.document.getIn(path, false);
      places.push({ path, value: plain(value), line: this.lines.linePos(offset).line });
      visit(node, path);
    };
    visit(this.document.contents, []);
    return places;
  }

  /** The value at a path, as plain JSON; undefined where there is none. */
  at(path: Path): unknown {
    return path.length === 0 ? plain(this.document.contents) : plain(this.document.getIn(path, false));
  }

  /** The text of the definition with these values in place of its own; `undefined` leaves one out. */
  changed(edits: readonly Edit[]): string {
    const document = this.document.clone();
    for (const { path, value } of edits) {
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, document.createNode(value));
    }
    return document.toString({ lineWidth: 0 });
  }
}

export interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

function offsetOf(node: unknown): number {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}

function plain(value: unknown): unknown {
  return isMap(value) || isSeq(value) || isScalar(value) ? (value.toJSON() as unknown) : value;
}
