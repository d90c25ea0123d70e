/** The state of one contact, or of one value of events, stepped as the engine steps it. */
import type { Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { Deadline, KeptState, StateKey } from '../../dsl/correlation.ts';
import type { Machines, Step } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { step as pureStep } from '../../dsl/step/step.ts';
import type { Trace } from '../../dsl/step/trace.ts';
import { contactLogic, type PartitionPlace } from '../engine/contact-logic.ts';
import type { Decision, LoopLogic } from '../engine/loop-logic.ts';
import type { RecordedStep } from './recorded-step.ts';
import type { StoredDefinitions } from './stored-definitions.ts';

/** What a step rests on beside the state. */
export interface Basis {
  /** The definitions as the engine knew them at that moment. */
  readonly machines: Machines;
  /** What the company called itself. */
  readonly company: string | undefined;
  /** Default: the only partition there is. */
  readonly place: PartitionPlace | undefined;
  /** The input is not tried, since it ends the process each time: its conversation is parked. */
  readonly isFatal: boolean;
  /** Of a deadline from which too much follows for a record: its conversation is parked. */
  readonly isTooLarge?: boolean;
}

export function basisOf({ basis, partition, now, input }: RecordedStep, definitions: StoredDefinitions): Basis {
  const { company, partitions } = basis;
  return {
    machines: definitions.at(basis, now),
    company: company === '' ? undefined : company,
    place: partitions === 0 ? undefined : { partition, partitions },
    isFatal: 'isFatal' in input && input.isFatal,
    isTooLarge: input.kind === 'timer' && input.isTooLarge === true,
  };
}

export class Play {
  readonly key: StateKey;
  readonly #step: Step;
  readonly #trace: Trace | undefined;
  #logic: LoopLogic | undefined;
  #basis: Basis | undefined;
  #state: KeptState | undefined;

  /** `trace`: told what each step passes through. */
  constructor(key: StateKey, step: Step = pureStep, trace?: Trace) {
    this.key = key;
    this.#step = step;
    this.#trace = trace;
  }

  get state(): KeptState | undefined {
    return this.#state;
  }

  /** Goes on from there. */
  become(state: KeptState | undefined): void {
    this.#state = state;
  }

  event(basis: Basis, event: Event, now: Millis): readonly OutgoingEmission[] {
    const logic = this.#logicOn(basis);
    return this.#decided(
      basis.isFatal ? logic.onFatal(event, this.#state, now) : logic.onEvent(event, this.#state, now),
    );
  }

  deadline(basis: Basis, deadline: Deadline, now: Millis): readonly OutgoingEmission[] {
    const logic = this.#logicOn(basis);
    const due = { key: this.key, deadline };
    if (basis.isFatal) return this.#decided(logic.onFatal(due, this.#state, now));
    if (basis.isTooLarge === true) return this.#decided(logic.onTooLarge(due, this.#state, now));
    return this.#decided(logic.onDeadline(this.key, deadline, this.#state, now));
  }

  #decided({ state, emissions }: Decision): readonly OutgoingEmission[] {
    this.#state = state;
    return emissions;
  }

  #logicOn(basis: Basis): LoopLogic {
    if (this.#logic && this.#basis && isSame(this.#basis, basis)) return this.#logic;
    const { machines, company, place } = basis;
    this.#basis = basis;
    this.#logic = contactLogic({
      ...{ step: this.#step, machines: { current: machines, ready: () => undefined }, company, place },
      trace: this.#trace,
    });
    return this.#logic;
  }
}

function isSame(one: Basis, other: Basis): boolean {
  if (one.machines !== other.machines || one.company !== other.company) return false;
  return one.place?.partition === other.place?.partition && one.place?.partitions === other.place?.partitions;
}
