/** Recorded traffic of a clinic that reminds of appointments: most confirm, some rebook, some are silent or confused. */
import { readFileSync } from 'node:fs';
import type { Machine } from '../../../dsl/machine/machine.ts';
import type { StoredDefinitions } from '../../../runtime/history/stored-definitions.ts';
import type { Window } from '../../../runtime/what-if/people-query.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { definitionsOf, Recorder } from './recorder.ts';

export const REMINDER = 'conversations/appointment-reminder/appointment-reminder.yaml';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-03-02T08:00:00Z');
const WEEK = 7 * 24 * HOUR;
const NAMES = ['Ana', 'Ben', 'Chloé', 'Dmitri', 'Eve', 'Fatima', 'George', 'Hana', 'Ines', 'Jonas'];
const DOCTORS = ['Lee', 'Okafor', 'Smith', 'García'];

export const clinicWindow: Window = { from: new Date(START - HOUR), to: new Date(START + WEEK) };

export function reminder(change: (text: string) => string = (text) => text): Machine {
  return machineOf(change(readFileSync(REMINDER, 'utf8')));
}

/** What most people do about a reminder, in the order in which it is tried. */
type Behaviour = (recorder: Recorder) => Recorder;
const BEHAVIOURS: readonly (readonly [share: number, behaviour: Behaviour])[] = [
  [
    0.5,
    (person) =>
      person
        .advance(20 * MINUTE)
        .reply('C')
        .advance(HOUR),
  ],
  [
    0.1,
    (person) =>
      person
        .advance(5 * HOUR)
        .reply('yes')
        .advance(HOUR),
  ],
  [
    0.15,
    (person) =>
      person
        .advance(10 * MINUTE)
        .reply('R')
        .advance(MINUTE)
        .reply('Tuesday')
        .advance(HOUR),
  ],
  [
    0.05,
    (person) =>
      person
        .advance(HOUR)
        .reply('rebook')
        .advance(30 * HOUR),
  ],
  [0.05, (person) => person.advance(MINUTE).reply('who is this?').advance(MINUTE).reply('c').advance(HOUR)],
  [0.15, (person) => person.advance(40 * HOUR)],
];

export class ClinicTraffic {
  readonly #definitions: StoredDefinitions;

  constructor(machine: Machine) {
    this.#definitions = definitionsOf([machine]);
  }

  /** The same for the same number. */
  person(number: number): Recorder {
    // Spread over the days so that everything ends within the week.
    const start = START + Math.floor(fraction(number, 1) * 4 * 24 * HOUR);
    const phone = `+1212${(5_000_000 + number).toString()}`;
    const recorder = new Recorder(this.#definitions, { address: `tel:${phone}`, now: new Date(start).toISOString() });
    const startsAt = new Date(start + (2 + fraction(number, 2) * 40) * HOUR).toISOString();
    const pick = (list: readonly string[], salt: number): string =>
      list[Math.floor(fraction(number, salt) * list.length)] ?? '';
    const patient = { firstName: pick(NAMES, 3), contact: phone };
    recorder.event('com.clinic.appointment.booked', {
      id: `a${number.toString()}`,
      startsAt,
      doctor: pick(DOCTORS, 4),
      patient,
    });
    recorder.advance(Math.max(0, Date.parse(startsAt) - start - 24 * HOUR) + MINUTE);
    let left = fraction(number, 5);
    for (const [share, behaviour] of BEHAVIOURS) {
      left -= share;
      if (left < 0) return behaviour(recorder);
    }
    return recorder;
  }
}

/** From 0 to 1, the same for the same numbers. */
function fraction(number: number, salt: number): number {
  const mixed = Math.imul(number ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}
