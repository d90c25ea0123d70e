import type { Position } from '../machine/position.ts';

/** A part of a file, as offsets in UTF-16 units; `end` is the first after it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text with its lines, to turn offsets into what people count. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  private readonly lineStarts: readonly number[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.lineStarts = starts;
  }

  /** Line and column from 1; columns count UTF-16 units, as editors do. */
  positionOf(offset: number): Position {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }

  /** Without its line break; '' beyond the end. */
  line(number: number): string {
    const start = this.lineStarts[number - 1];
    if (start === undefined) return '';
    const end = this.lineStarts[number] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, '');
  }

  /** Offset where a line begins. */
  lineStart(number: number): number {
    return this.lineStarts[number - 1] ?? this.text.length;
  }
}
