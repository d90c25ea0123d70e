import type { Event } from '../../channels/event.ts';
import { ExpressionError } from '../expression/program.ts';
import { conformFields, objectToCel, ValueError } from '../expression/values.ts';
import { isObject, type Json } from '../json.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * `event` as expressions see it: its data as declared. Without a declaration a JSON number in it is a double. Throws
 * `ExpressionError` where the data is not as declared.
 */
export function eventVariable(event: Event, { events = {} }: Pick<Machine, 'events'>): object {
  const { id, type, source, time } = event;
  const fields = Object.hasOwn(events, type) ? events[type] : undefined;
  return { id, type, source, time: new Date(time), data: fields ? declared(event.data as Json, fields) : event.data };
}

function declared(data: Json, fields: NonNullable<Machine['events']>[string]): object {
  try {
    if (!isObject(data)) throw new ValueError('event.data is no object');
    return objectToCel(fields, conformFields(fields, data, 'event.data.'));
  } catch (error) {
    throw error instanceof ValueError ? new ExpressionError('event.data', error) : error;
  }
}
