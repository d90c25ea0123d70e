/** The recorded traffic through the machines on which it ran: it has to give again what is on record. */
import type { ContactKey } from '../../channels/brands.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { Timer } from '../../dsl/contact.ts';
import type { ContactPlay } from './contact-play.ts';
import { fingerprintOf, type RecordedStep } from './recorded.ts';

/** Why nothing is concluded from what is on record. */
export const IRREPRODUCIBLE = {
  'input-missing': 'an input is not in the store',
  'deadline-unknown': 'a deadline passed that the step does not know: what came before is not in the store',
  'output-differs':
    'the step does not give what is on record: it was another version of Parlance, or the record begins later',
  threw: 'the step threw',
} as const;

export type IrreproducibleCode = keyof typeof IRREPRODUCIBLE;

/** The play does not equal the record. */
export class NotReproducible extends Error {
  readonly code: IrreproducibleCode;
  readonly detail: string;

  constructor(code: IrreproducibleCode, detail: string) {
    super(`${IRREPRODUCIBLE[code]}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

export class Control {
  readonly play: ContactPlay;

  constructor(play: ContactPlay) {
    this.play = play;
  }

  /** Throws NotReproducible. */
  take(step: RecordedStep): readonly OutgoingEmission[] {
    const emissions = this.#emissionsOf(step);
    const difference = differenceBetween(step.outputs, emissions, this.play.contact);
    if (difference !== undefined) throw new NotReproducible('output-differs', `${inputOf(step)}: ${difference}`);
    return emissions;
  }

  #emissionsOf(step: RecordedStep): readonly OutgoingEmission[] {
    const { input, basis, now } = step;
    if (input.kind === 'missing') throw new NotReproducible('input-missing', inputOf(step));
    const timer = input.kind === 'deadline' ? this.timer(input.id) : undefined;
    if (input.kind === 'deadline' && !timer) throw new NotReproducible('deadline-unknown', input.id);
    try {
      if (timer) return this.play.deadline(basis, timer, now);
      return input.kind === 'event' ? this.play.event(basis, input.event, now) : [];
    } catch (error) {
      throw new NotReproducible('threw', `${inputOf(step)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** `<conversation>/<timer>`, as steps call it. */
  timer(id: string): Timer | undefined {
    return this.play.timers.find((timer) => `${timer.conversation}/${timer.id}` === id);
  }
}

function inputOf({ input }: RecordedStep): string {
  if (input.kind === 'event') return `${input.event.type} ${input.event.id}`;
  return input.kind === 'deadline' ? input.id : `${input.type} ${input.id}`;
}

function differenceBetween(
  recorded: readonly number[],
  emissions: readonly OutgoingEmission[],
  contact: ContactKey,
): string | undefined {
  const given = emissions.filter(({ to, subject }) => to !== 'inbox' && subject === contact);
  for (const [index, { type, conversation = '', data }] of given.entries()) {
    const expected = recorded[index];
    if (expected === undefined) return `${type} is given, and nothing is on record`;
    // An event has data, whatever its emitter stated.
    if (fingerprintOf(type, conversation, JSON.stringify(data ?? null)) !== expected)
      return `${type} is given, another event is on record`;
  }
  const left = recorded.length - given.length;
  return left === 0 ? undefined : `${left.toString()} more events are on record than are given`;
}
