/** One stretch of a topic: what is wrong with its rows, and putting it right. */
import type { Store } from '../port.ts';
import { StoreError } from '../errors.ts';
import type { BatchRows } from '../rows.ts';
import { insertBatch } from '../sink/insert.ts';
import { compareStretch, grouped, type Difference, type StoredRow } from './compare.ts';
import { REPAIR_BATCH, describeIdentity, type Expectation, type ExpectedRow } from './expectation.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { Bounds, CheckedTable, StoredRows } from './stored-rows.ts';

/** A row that was put back may meet a merge that takes another: then the next pass sees it. */
const PASSES_MAX = 3;

export interface StretchParts {
  readonly store: Store;
  readonly tenant: string;
  readonly topic: string;
  readonly rows: StoredRows;
  /** Unique per check: of the tokens of what it puts back. */
  readonly check: string;
  readonly nowMs: number;
}

/** A finding, with what a repair needs. */
interface Fault extends Pick<Finding, 'kind' | 'position' | 'detail'> {
  readonly identity: string;
  readonly table: CheckedTable | undefined;
  /** Why nothing can be done about it. */
  readonly hopeless?: string;
}

export interface Checked {
  readonly rows: number;
  readonly findings: readonly Finding[];
}

export async function checkStretch(
  parts: StretchParts,
  expectation: Expectation,
  bounds: Bounds,
  isRepair: boolean,
): Promise<Checked> {
  const first = await faultsIn(parts, expectation, bounds);
  let left = first;
  let refusal: string | undefined;
  for (let pass = 0; isRepair && pass < PASSES_MAX && left.faults.some(isRepairable); pass++) {
    try {
      await repair(parts, expectation, left.faults.filter(isRepairable), pass);
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'sql-failed')) throw error;
      refusal = error.message;
    }
    left = await faultsIn(parts, expectation, bounds);
    if (refusal !== undefined) break;
  }
  const still = new Set(left.faults.map(nameOf));
  const findings = [...first.faults, ...left.faults.filter((fault) => !first.faults.some(sameAs(fault)))];
  return {
    rows: left.rows,
    findings: findings.map((fault) => findingOf(parts.topic, fault, isRepair, still.has(nameOf(fault)), refusal)),
  };
}

function isRepairable({ hopeless }: Fault): boolean {
  return hopeless === undefined;
}

function nameOf({ kind, position }: Fault): string {
  return `${kind} ${position}`;
}

function sameAs(fault: Fault): (other: Fault) => boolean {
  return (other) => nameOf(other) === nameOf(fault);
}

function findingOf(
  topic: string,
  { kind, position, detail, identity, hopeless }: Fault,
  isRepair: boolean,
  isStill: boolean,
  refusal: string | undefined,
): Finding {
  const finding = { kind, topic, position, ...describeIdentity(identity), detail };
  if (!isRepair) return finding;
  if (!isStill) return { ...finding, repaired: true };
  return { ...finding, unrepairable: hopeless ?? refusal ?? 'it was tried, and is so again' };
}

async function faultsIn(
  { rows, store, nowMs }: StretchParts,
  expectation: Expectation,
  bounds: Bounds,
): Promise<{ readonly rows: number; readonly faults: readonly Fault[] }> {
  const stored = await rows.between(bounds);
  const differences = compareStretch(expectation, stored);
  const doubtful = differences.flatMap((difference) =>
    difference.kind === 'missing' || difference.kind === 'unasked' ? [difference.identity] : [],
  );
  const repeated = expectation.repetitions.map(({ identity }) => identity);
  const elsewhere = await placesOf(rows, stored, [...doubtful, ...repeated]);
  const faults = differences
    .flatMap((difference) => faultOf(difference, expectation, elsewhere))
    .filter(({ kind, position }) => kind !== 'missing' || !isAged(expectation.expected.get(position), store, nowMs));
  const lost = expectation.repetitions.filter(({ identity }) => (elsewhere.get(identity)?.size ?? 0) === 0);
  return { rows: stored.length, faults: [...faults, ...lost.map(outOfOrder)] };
}

/** A month has so many days at least. */
const MONTH_MS = 28 * 24 * 3_600_000;

/** ClickHouse may have deleted it for its age, as it was told to. */
function isAged(wanted: ExpectedRow | undefined, { layout }: Store, nowMs: number): boolean {
  const { events = [], steps = [], deadLetters = [] } = wanted?.row ?? {};
  const { keepMonths } = layout;
  const isOver = (months: number, time: string | undefined): boolean =>
    months > 0 && time !== undefined && Date.parse(time) + months * MONTH_MS < nowMs;
  return (
    isOver(keepMonths.events, events[0]?.published) ||
    isOver(keepMonths.steps, steps[0]?.now) ||
    isOver(keepMonths.dead_letters, deadLetters[0]?.published)
  );
}

type Places = ReadonlyMap<string, ReadonlySet<string>>;

/** Of journal records only in the stretch itself: their numbers come once. */
function placesOf(rows: StoredRows, stored: readonly StoredRow[], identities: readonly string[]): Promise<Places> {
  if (identities.length === 0) return Promise.resolve(new Map());
  if (rows.main === 'events') return rows.positionsOf(identities);
  const places = grouped(stored, ({ identity }) => identity);
  return Promise.resolve(new Map([...places].map(([name, at]) => [name, new Set(at.map(({ position }) => position))])));
}

function faultOf(difference: Difference, { expected }: Expectation, elsewhere: Places): readonly Fault[] {
  const { kind, position } = difference;
  switch (kind) {
    case 'missing': {
      const { identity } = difference;
      const wanted = expected.get(position);
      // Its row was merged with that of a repetition, which says the same.
      if (wanted?.table !== 'dead_letters' && (elsewhere.get(identity)?.size ?? 0) > 0) return [];
      return [{ kind, position, identity, table: wanted?.table as CheckedTable, detail: 'no row has this message' }];
    }
    case 'unasked': {
      const { identity, table } = difference;
      const others = [...(elsewhere.get(identity) ?? [])].filter((other) => other !== position);
      if (table === 'steps') {
        if (others.length === 0 && [...expected.values()].some((row) => row.identity === identity)) return [];
        const detail = 'a superseded owner wrote this record: it does not count';
        return [{ kind: 'superseded', position, identity, table: 'steps', detail }];
      }
      // The only row of what its source said: it stands for the message that came first.
      if (others.length === 0) return [];
      const detail = `its source had stated it before, at ${others.join(', ')}`;
      return [{ kind: 'doubled', position, identity, table: table as CheckedTable, detail }];
    }
    case 'doubled': {
      const identity = expected.get(position)?.identity ?? '[]';
      const table = difference.table as CheckedTable;
      return [{ kind, position, identity, table, detail: `${difference.rows} rows for this message` }];
    }
    case 'different': {
      const { identity, stored } = difference;
      const detail = `a row here says ${stored}`;
      const hopeless = 'which of the two is right is not for a program to say: nothing was changed';
      return [{ kind, position, identity, table: undefined, detail, hopeless }];
    }
    case 'stray': {
      const { identity } = difference;
      const detail = 'the topic has no such message';
      return [{ kind, position, identity, table: undefined, detail, hopeless: 'where the row comes from is unknown' }];
    }
  }
}

function outOfOrder({ position, identity }: { readonly position: string; readonly identity: string }): Fault {
  const detail = 'its source had stated a later sequence before: no row has it';
  const hopeless = 'every consumer passed it over, and so must the store';
  return { kind: 'missing', position, identity, table: undefined, detail, hopeless };
}

async function repair(
  parts: StretchParts,
  { expected }: Expectation,
  faults: readonly Fault[],
  pass: number,
): Promise<void> {
  const { store, tenant, topic, rows, check } = parts;
  const of = (kind: FindingKind): readonly Fault[] => faults.filter((fault) => fault.kind === kind);
  const missing = of('missing');
  const [first, last] = [missing[0], missing.at(-1)];
  if (first && last) {
    await insertBatch(store, {
      ...{ tenant, batch: REPAIR_BATCH, rows: together(missing.map(({ position }) => expected.get(position)?.row)) },
      token: `check:${topic}:${first.position}..${last.position}:${missing.length}`,
      // The token keeps two checks from putting the same back twice. One of an earlier time may be remembered, though
      // its rows are gone again: what is missing after it is inserted under one of this check.
      repeated: true,
      attempt: `${check}:${pass}`,
    });
  }
  const isAsked = ({ position }: Fault): boolean => expected.has(position);
  const doubled = of('doubled');
  for (const table of rows.tables) {
    const here = doubled.filter((fault) => fault.table === table);
    const merged = here.filter(isAsked).map(({ position }) => position);
    const removed = [
      ...here.filter((fault) => !isAsked(fault)),
      ...of('superseded').filter((fault) => fault.table === table),
    ];
    // First, or a merge might leave of two equal rows the one that goes.
    if (removed.length > 0)
      await rows.removePositions(
        table,
        removed.map(({ position }) => position),
      );
    if (merged.length > 0) await rows.mergePartitionsOf(table, merged);
  }
}

function together(rows: readonly (BatchRows | undefined)[]): BatchRows {
  return {
    events: rows.flatMap((row) => row?.events ?? []),
    steps: rows.flatMap((row) => row?.steps ?? []),
    definitions: rows.flatMap((row) => row?.definitions ?? []),
    deadLetters: rows.flatMap((row) => row?.deadLetters ?? []),
  };
}
