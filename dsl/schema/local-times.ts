import { list, textOr, type Schema } from './schema.ts';

export function timeOfDay(description: string): Schema {
  return {
    type: 'string',
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
    expected: 'a time of day such as "09:00"',
    description,
  };
}

export function daysOfWeek(description: string): Schema {
  const some: Schema = { type: 'string', expected: 'days such as mon-fri or sat' };
  return textOr(some, list(some), { expected: 'days such as mon-fri or [sat, sun]', description });
}
