/** What comes from outside, at random. */
import fc from 'fast-check';
import type { Act, Input } from '../compare.ts';
import { INTERRUPTING, INTERRUPTS, KEYS, LENGTHS, LISTENED, WORDS } from './names.ts';

const reply = fc.constantFrom(...WORDS, ...INTERRUPTS, ...INTERRUPTS, ...INTERRUPTS, 'other');
const event = (types: readonly string[]) =>
  fc.record({
    type: fc.constantFrom(...types),
    key: fc.constantFrom('0', ...KEYS),
    size: fc.constantFrom(0, 1, 1),
  });
const answer = fc.constantFrom(0, 1, 2, 'unreadable' as const, 'data-unavailable' as const);
const desk = fc.constantFrom('taken' as const, 'replied' as const, 'returned' as const, 'nobody' as const);

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ reply }) },
  { weight: 4, arbitrary: fc.record({ event: event([...LISTENED, ...INTERRUPTING]) }) },
  { weight: 1, arbitrary: fc.record({ sentAgain: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ answer, before: fc.constantFrom(0, 0, 1) }) },
  { weight: 1, arbitrary: fc.record({ desk }) },
);
const fitting = fc.record({ reply, event: event(LISTENED), data: answer, handoff: desk });

export const inputs: fc.Arbitrary<readonly Input[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: acts },
    { weight: 4, arbitrary: fc.record({ fitting }) },
    { weight: 3, arbitrary: fc.record({ advance: fc.constantFrom('5m', '10m', ...LENGTHS) }) },
    { weight: 1, arbitrary: fc.record({ inTime: acts }) },
  ),
  { minLength: 15, maxLength: 30 },
);
