/** One step of each kind. */
import type { SourceReply, SourceSilence, SourceStep, SourceWay } from '../../../../../dsl/schema/source.ts';
import { LENGTHS, LISTENED, OUTCOMES, VARIABLES, WORDS } from './names.ts';
import { LITERAL_KEYS, type Surroundings, type Ways } from './ways.ts';

export type Kind =
  'say' | 'ask' | 'delay' | 'listen' | 'fetch' | 'handoff' | 'branch' | 'split' | 'repeat' | 'call' | 'goto' | 'end';

export const WAITING: ReadonlySet<Kind> = new Set(['ask', 'delay', 'listen', 'fetch', 'handoff']);

/** `inner`: the steps of a loop. */
export function stepOf(ways: Ways, kind: Kind, around: Surroundings, inner: readonly SourceStep[]): SourceStep {
  const { dice } = ways;
  const before = ways.actions();
  switch (kind) {
    case 'say':
      return { ...before, say: ways.text() };
    case 'ask':
      return { ...before, ask: ways.text(), within: dice.pick(LENGTHS), ...answers(ways, around) };
    case 'delay':
      return { ...before, delay: { for: dice.pick(LENGTHS) } };
    case 'listen':
      return { ...before, ...listen(ways, around) };
    case 'fetch':
      return fetch(ways, around);
    case 'handoff':
      return {
        ...before,
        handoff: 'desk',
        ...(dice.chance(2, 3) ? { within: dice.pick(LENGTHS) } : {}),
        returned: ways.wayOrNext(around),
        nobody: ways.wayOrNext(around),
      };
    case 'branch':
      return { ...before, branch: cases(ways, around) };
    case 'split':
      return { ...before, split: shares(ways, around) };
    case 'call':
      return { ...before, ...ways.call(around) };
    case 'goto': {
      const goto = ways.target(around);
      return goto === undefined ? { ...before, say: ways.text() } : { ...before, goto };
    }
    case 'end':
      return { ...before, end: dice.pick(OUTCOMES) };
    case 'repeat':
      return {
        ...before,
        repeat: {
          most: 1 + dice.upTo(2),
          ...(dice.chance(1, 2) ? { while: `vars.n < ${(1 + dice.upTo(2)).toString()}` } : {}),
          steps: inner,
          // Back into its own steps, it would go round for ever.
          exhausted: ways.wayOrNext({ ...around, place: around.place + inner.length }),
        },
      };
  }
}

function answers(ways: Ways, around: Surroundings): Pick<SourceStep, 'replies' | 'silence'> {
  const { dice } = ways;
  const silence: SourceSilence[] = Array.from({ length: dice.upTo(2) }, () => ({
    ...ways.actions(),
    within: dice.pick(LENGTHS),
  }));
  silence.push(ways.way(around));
  if (dice.chance(1, 5)) return { silence };
  const replies: SourceReply[] = WORDS.slice(0, 1 + dice.upTo(WORDS.length - 1)).map((match) => ({
    match,
    ...ways.way(around),
  }));
  replies.push({ otherwise: otherwise(ways, around) });
  return { replies, silence };
}

function otherwise(ways: Ways, around: Surroundings): NonNullable<SourceReply['otherwise']> {
  if (ways.dice.chance(1, 6)) return 'next';
  if (ways.dice.chance(1, 5)) return ways.way(around);
  return { ...ways.actions(), again: 1 + ways.dice.upTo(1), exhausted: ways.wayOrNext(around) };
}

function cases(ways: Ways, around: Surroundings): NonNullable<SourceStep['branch']> {
  const { dice } = ways;
  const when = (): string => `vars.${dice.pick(VARIABLES)} ${dice.pick(['>=', '=='])} ${dice.upTo(2).toString()}`;
  return [
    ...Array.from({ length: 1 + dice.upTo(1) }, () => ({ when: when(), ...ways.way(around) })),
    { otherwise: dice.chance(1, 2) ? 'next' : ways.way(around) },
  ];
}

/** Each tells which it is. */
function shares(ways: Ways, around: Surroundings): NonNullable<SourceStep['split']> {
  const parts = ways.dice.pick([
    [50, 50],
    [90, 10],
    [34, 33, 33],
  ]);
  return parts.map((share, index) => ({ share, say: `Share ${index.toString()}`, ...ways.exit(around) }));
}

function listen(ways: Ways, around: Surroundings): Pick<SourceStep, 'listen' | 'within' | 'silence'> {
  const { dice } = ways;
  const awaited = () => ways.awaited(LISTENED, [...LITERAL_KEYS, 'string(vars.n)']);
  const several = <T>(one: () => T): readonly T[] => Array.from({ length: 1 + dice.upTo(1) }, one);
  const events = dice.chance(1, 2)
    ? { any: several(() => ({ ...awaited(), ...ways.way(around, 'event.data.mark') })) }
    : { all: several(() => ({ ...awaited(), ...ways.actions('event.data.mark') })) };
  return { listen: events, within: dice.pick(LENGTHS), silence: [ways.way(around)] };
}

/** What it answered is known where a failure leads elsewhere. */
function fetch(ways: Ways, around: Surroundings): SourceStep {
  const goto = ways.target(around);
  if (ways.dice.chance(1, 3)) return { fetch: 'stock', failed: ways.way(around, 'failure.code') };
  const elsewhere: SourceWay = goto === undefined ? { end: 'refused' } : { goto };
  return {
    fetch: 'stock',
    failed: { ...ways.actions('failure.code'), ...elsewhere },
    set: { n: '${data.stock.count}' },
  };
}
