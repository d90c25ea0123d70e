import type { ContactKey, CorrelationKey, MachineHash, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { partitionOf } from '../../channels/partition.ts';
import { contactState, isCorrelationKey, valueState, type KeptState, type StateKey } from '../../dsl/correlation.ts';
import { tryMigration } from '../../dsl/migrate/trial.ts';
import { TARGETED, type Step, type StepInput, type TargetedData } from '../../dsl/step/contract.ts';
import { correlate, forget } from '../../dsl/step/correlate.ts';
import {
  DeadlineTooLargeError,
  FatalInputError,
  parkFatal,
  parkTooLarge,
  withParking,
  type OnParked,
} from '../../dsl/step/parking.ts';
import { INBOX_INPUTS as STEP_INBOX_INPUTS } from '../../dsl/step/inputs.ts';
import { causeOf, keyOfEvent, outgoing, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { Trace } from '../../dsl/step/trace.ts';
import type { Basis } from './journal-record.ts';
import type { Decision, LoopLogic } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';
import { RECORD_BYTES_MAX } from './record-size.ts';
import type { DueDeadline } from './state-store.ts';

export { DATA_INPUTS, MESSAGING_INPUTS } from '../../dsl/step/inputs.ts';

/** In the inbox: an input, whole, that came to the partition where its contact was before the tenant grew. */
const FORWARDED = 'forwarded';

interface ForwardedData {
  readonly event: Event;
}

export const INBOX_INPUTS: ReadonlySet<string> = new Set([...STEP_INBOX_INPUTS, FORWARDED]);

const ALONE: PartitionPlace = { partition: 0, partitions: 1 };

const MIGRATION_REQUESTED = 'conversation.migration-requested';
type MigrationRequest = EventData[typeof MIGRATION_REQUESTED];

/** One of a tenant's partitions. */
export interface PartitionPlace {
  readonly partition: number;
  readonly partitions: number;
}

export interface ContactLogicOptions {
  readonly step: Step;
  readonly machines: Pick<MachineTable, 'current' | 'ready'> & Partial<Pick<MachineTable, 'position'>>;
  /** What the company calls itself. */
  readonly company?: string | undefined;
  readonly onParked?: OnParked;
  /** Default: the only one there is. */
  readonly place?: PartitionPlace | undefined;
  readonly trace?: Trace | undefined;
}

/**
 * The engine's decisions: the pure step of one contact, with what makes it throw parked, or of one value of events for
 * which contacts wait.
 */
export function contactLogic({ machines, company, place = ALONE, trace, ...options }: ContactLogicOptions): LoopLogic {
  const { partition, partitions } = place;
  const isHere = (key: StateKey): boolean => partitionOf(key, partitions) === partition;
  const named = company === undefined ? {} : { company };
  const told = trace === undefined ? named : { ...named, trace };
  const step = withParking(options.step, options.onParked);
  const ofContact = (contact: ContactKey, before: KeptState | undefined, input: StepInput, now: Millis): Decision => {
    const state = contactState(before);
    const context = { contact, now, ...told };
    const result = isTrial(input)
      ? tryMigration(options.step, machines.current, state, input.event, context)
      : step(machines.current, state, input, context);
    return { state: result.state, emissions: outgoing(result.emissions, contact) };
  };
  let basis: Basis | undefined;
  return {
    basis: () => {
      const { position } = machines;
      if (basis && basis.definitions === position) return basis;
      basis = { ...(position === undefined ? {} : { definitions: position }), ...named, partitions };
      return basis;
    },
    ready: (input) => {
      const machine = machineFor(carriedBy(input));
      return machine === undefined ? undefined : machines.ready(machine);
    },
    keyOf: (event) => event.subject as StateKey | undefined,
    causeOf: (input) => causeOf(carriedBy(input)),
    onEvent: (input, state, now) => {
      const event = carriedBy(input);
      const key = keyOfEvent(event);
      if (!isHere(key)) return { state, emissions: [forwarded(event, key)] };
      if (isCorrelationKey(key)) return ofValue(key, state, event, now);
      return ofContact(key, state, { kind: 'event', event }, now);
    },
    onFatal: (input, state, now) => {
      const key = 'key' in input ? input.key : keyOfEvent(input);
      if (isCorrelationKey(key)) throw new FatalInputError();
      const stopped = 'key' in input ? deadlineInput(input) : ({ kind: 'event', event: carriedBy(input) } as const);
      const { state: parked, emissions } = parkFatal(
        contactState(state),
        stopped,
        { contact: key, now },
        options.onParked,
      );
      return { state: parked, emissions: outgoing(emissions, key) };
    },
    onTooLarge: ({ key, deadline }, state, now) => {
      // Nothing but the forgetting of what is too old follows from those of values.
      if (isCorrelationKey(key) || 'correlation' in deadline) throw new DeadlineTooLargeError();
      const context = { contact: key, now };
      const { state: parked, emissions } = parkTooLarge(machines.current, contactState(state), deadline, context, {
        ...{ recordBytesMax: RECORD_BYTES_MAX },
        ...(options.onParked && { onParked: options.onParked }),
      });
      return { state: parked, emissions: outgoing(emissions, key) };
    },
    onDeadline: (key, deadline, state, now) => {
      if (isCorrelationKey(key) || 'correlation' in deadline) return forget(valueState(state), now);
      return ofContact(key, state, { kind: 'timer', timer: deadline }, now);
    },
  };
}

/** Without which an event can not be decided. */
function machineFor(event: Event): MachineHash | undefined {
  if (event.type === TARGETED) return (event.data as TargetedData).machine;
  return event.type === MIGRATION_REQUESTED ? (event.data as MigrationRequest).to : undefined;
}

function isTrial(input: StepInput): input is StepInput & { readonly kind: 'event' } {
  if (input.kind !== 'event' || input.event.type !== MIGRATION_REQUESTED) return false;
  return (input.event.data as MigrationRequest).trial === true;
}

/** Of a contact: deadlines of values are handled by what can not fail. */
function deadlineInput({ deadline }: DueDeadline): StepInput {
  if ('correlation' in deadline) throw new FatalInputError();
  return { kind: 'timer', timer: deadline };
}

/** What was forwarded, as it came. */
export function carriedBy(input: Event): Event {
  return input.type === FORWARDED ? (input.data as ForwardedData).event : input;
}

function forwarded(event: Event, subject: StateKey): OutgoingEmission {
  const data: ForwardedData = { event };
  return { to: 'inbox', type: FORWARDED, data, subject };
}

function ofValue(key: CorrelationKey, state: KeptState | undefined, event: Event, now: Millis): Decision {
  return correlate(key, valueState(state), event, now);
}
