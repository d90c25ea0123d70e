import type { StoredEvent } from '../../store/stored-event.ts';

/** Between two events: from here on a person wants to be told how long nothing happened. Milliseconds. */
const GAP_MS = 1_000;

export interface TimelineEntry {
  /** Its place in the order of things, from 1: what others name it by. */
  readonly number: number;
  readonly row: StoredEvent;
  /** What caused it, where that is in the timeline. */
  readonly cause: Omit<TimelineEntry, 'cause'> | undefined;
}

/** An entry with what it caused before time passed. */
export interface TimelineNode {
  readonly entry: TimelineEntry;
  readonly effects: readonly TimelineNode[];
}

/** What happened without a pause. */
export interface Episode {
  /** Since the last event of the episode before; 0 at the beginning. */
  readonly gapMs: number;
  readonly roots: readonly TimelineNode[];
}

/** Each event once, in the order of things: by time, and a cause before its effects where a clock cannot tell. */
export function timelineOf(rows: readonly StoredEvent[]): readonly TimelineEntry[] {
  const byId = new Map(rows.map((row) => [row.id, row] as const));
  const depths = new Map<string, number>();
  const depthOf = (row: StoredEvent): number => {
    const known = depths.get(row.id);
    if (known !== undefined) return known;
    // Two events that name each other as cause are nobody's effect.
    depths.set(row.id, 0);
    const cause = byId.get(row.causation);
    const depth = cause ? depthOf(cause) + 1 : 0;
    depths.set(row.id, depth);
    return depth;
  };
  const ordered = rows.toSorted(
    (one, other) =>
      one.time.localeCompare(other.time) ||
      depthOf(one) - depthOf(other) ||
      one.source.localeCompare(other.source) ||
      one.sequence - other.sequence ||
      one.id.localeCompare(other.id),
  );
  const numbered = ordered.map((row, index) => ({ number: index + 1, row }));
  const entries = new Map(numbered.map((entry) => [entry.row.id, entry] as const));
  return numbered.map((entry) => ({ ...entry, cause: entries.get(entry.row.causation) }));
}

export function episodesOf(entries: readonly TimelineEntry[]): readonly Episode[] {
  const episodes: Episode[] = [];
  let present: TimelineEntry[] = [];
  let gapMs = 0;
  for (const entry of entries) {
    const last = present.at(-1);
    const pauseMs = last ? Date.parse(entry.row.time) - Date.parse(last.row.time) : 0;
    if (last && pauseMs >= GAP_MS) {
      episodes.push({ gapMs, roots: forest(present) });
      [present, gapMs] = [[], pauseMs];
    }
    present.push(entry);
  }
  if (present.length > 0) episodes.push({ gapMs, roots: forest(present) });
  return episodes;
}

function forest(entries: readonly TimelineEntry[]): readonly TimelineNode[] {
  const nodes = new Map(entries.map((entry) => [entry.number, { entry, effects: [] as TimelineNode[] }] as const));
  const roots: TimelineNode[] = [];
  for (const node of nodes.values()) {
    const { number, cause } = node.entry;
    const parent = cause && cause.number < number ? nodes.get(cause.number) : undefined;
    (parent?.effects ?? roots).push(node);
  }
  return roots;
}
