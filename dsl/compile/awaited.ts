/** Events of the customer's own that something waits for: `event`, `key`, `equals`, `when`. */
import { isReservedType } from '../../channels/type-name.ts';
import type { AwaitedEvent } from '../machine/nodes.ts';
import type { SourceAwaited } from '../schema/source.ts';
import { withLocals, type Compilation } from './compilation.ts';
import { checkBare } from './expressions.ts';

const TEXT = { types: ['string'], called: 'a text' };

/** `place`: what `equals` sees. */
export function compileAwaited(c: Compilation, source: SourceAwaited, place: 'begin' | 'flow'): AwaitedEvent {
  const { event: type = '', key = '', equals = '', when } = source;
  reportReservedType(c, source, type);
  const inner = seeingEvent(c, type);
  checkBare(inner, 'route', source, 'key', TEXT);
  checkBare(c, place, source, 'equals', TEXT);
  if (when === undefined) return { type, key, equals };
  checkBare(inner, 'flow', source, 'when', { types: ['bool'], called: 'true or false' });
  return { type, key, equals, when };
}

/** In `when`, and in what the event leads to until the next wait. */
export function seeingEvent(c: Compilation, type: string): Compilation {
  const { events } = c;
  return withLocals(c, { event: { event: Object.hasOwn(events, type) ? events[type] : undefined } });
}

/** `source` has it under `event`. */
export function reportReservedType(c: Compilation, source: object, type: string): void {
  if (!isReservedType(type)) return;
  const message = `"${type}" is an event of the platform, not of your own`;
  c.report.add('event-type-reserved', c.tree.valueRange(source, 'event'), message);
}
