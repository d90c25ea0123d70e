import type { ChannelDefinition } from './channel.ts';
import {
  code,
  connector,
  definition,
  EXAMPLE_MACHINE,
  machine,
  OTHER_MACHINE,
  reason,
  state,
  to,
  until,
  version,
} from './fields.ts';
import { freeObject, list, name, object, oneOf, personal } from './schema.ts';

export const conversations: ChannelDefinition = {
  name: 'conversations',
  about: 'What each conversation does. `correlationid` is the conversation, `causationid` the event that moved it.',
  key: 'contact',
  open: false,
  events: {
    'conversation.started': {
      about: 'A machine started for a contact.',
      data: object({
        definition,
        version,
        machine,
        connector,
        to,
        inputs: personal(freeObject("The definition's inputs.")),
        trigger: object(
          { type: name('Type of the event.'), id: name('Its id.') },
          { source: name("Of an event of the customer's own: an id is unique within a source only.") },
          'The event that started it.',
        ),
      }),
      example: {
        definition: 'appointment-reminder',
        version: '5f70bf18',
        machine: EXAMPLE_MACHINE,
        connector: 'sms',
        to: 'tel:+12125550123',
        inputs: { id: 'a1', at: '2026-03-08T14:00:00.000Z' },
        trigger: { type: 'com.clinic.appointment.booked', id: 'b-771', source: '/clinic/agenda' },
      },
    },
    'conversation.queued': {
      about: 'It is to start once no other is open with the person on the connector.',
      data: object({ definition, connector, to }),
      example: { definition: 'feedback-survey', connector: 'sms', to: 'tel:+12125550123' },
    },
    'conversation.skipped': {
      about: 'It did not start, because it or another was under way.',
      data: object({ definition, connector, to, reason }),
      example: {
        definition: 'feedback-survey',
        connector: 'sms',
        to: 'tel:+12125550123',
        reason: 'it is under way already',
      },
    },
    'conversation.advanced': {
      about: 'It went from one state to another.',
      data: object({ from: state, to: state, reason }),
      example: { from: 'remind', to: 'confirmed', reason: 'reply' },
    },
    'conversation.waiting': {
      about: 'It waits: nothing happens until an input or a deadline.',
      data: object(
        { state, for: oneOf(['reply', 'delay', 'event', 'data', 'handoff'], 'What it waits for.') },
        { until },
      ),
      example: { state: 'remind', for: 'reply', until: '2026-03-07T18:00:00.000Z' },
    },
    'conversation.completed': {
      about: 'It reached an end.',
      data: object({ outcome: name('The end that the author named.') }),
      example: { outcome: 'confirmed' },
    },
    'conversation.parked': {
      about:
        'An input that it cannot process stopped it. An operator resumes or cancels it; what comes meanwhile is kept.',
      data: object({ code, reason, input: name('Id of the event that could not be processed, or the deadline.') }),
      example: {
        code: 'machine-missing',
        reason: 'c7f0a1 runs on a machine that this worker does not have',
        input: 'b-772',
      },
    },
    'conversation.resumed': {
      about: 'It goes on after having been parked.',
      data: object({}, { skipped: name('Id of the event that was left out.'), reason }),
      example: { reason: 'the shop answers again' },
    },
    'conversation.recovering': {
      about: 'It failed, and its definition says what happens then.',
      data: object({ state, code, reason }),
      example: { state: 'remind', code: 'expression-failed', reason: 'no such key: doctor (in `inputs.doctor`)' },
    },
    'conversation.failed': {
      about: 'It ended because something went wrong for which its definition names no exit.',
      data: object({ state, code, reason }),
      example: { state: 'remind', code: 'steps-exceeded', reason: 'more than 100 steps after one input' },
    },
    'conversation.expired': {
      about: "It waited for people longer than its definition's lifetime allows.",
      data: object({ state }),
      example: { state: 'remind' },
    },
    'conversation.cancelled': {
      about: 'Somebody ended it from outside: an operator, a definition, an opt-out.',
      data: object({ reason }),
      example: { reason: 'opted out' },
    },
    'conversation.handed-off': {
      about: 'A person on our side takes over.',
      data: object(
        { queue: name('Where that person looks.') },
        { handoff: name('Its id, which what that person does repeats.'), definition, connector, to },
      ),
      example: {
        handoff: 'c7f0a1/h1',
        queue: 'front-desk',
        definition: 'appointment-reminder',
        connector: 'sms',
        to: 'tel:+12125550123',
      },
    },
    'conversation.migrated': {
      about: 'An operator moved it to another version of its definition.',
      data: object({ from: machine, to: machine }, { left: state, state }),
      example: { from: EXAMPLE_MACHINE, to: OTHER_MACHINE, left: 'remind', state: 'confirm' },
    },
    'conversation.migration-refused': {
      about: 'It could not be moved to another version, and goes on on its own.',
      data: object({ from: machine, to: machine, code, reason }),
      example: {
        from: EXAMPLE_MACHINE,
        to: OTHER_MACHINE,
        code: 'step-removed',
        reason: 'the new version has no step that stands for "remind": name one',
      },
    },
    'conversation.migration-tried': {
      about: 'How it would go on on another version: nothing was moved.',
      data: object(
        {
          from: machine,
          to: machine,
          problems: list(object({ code, reason }), 'What would go wrong; empty: nothing.'),
        },
        { left: state, entered: name('Where it would stand.') },
      ),
      example: { from: EXAMPLE_MACHINE, to: OTHER_MACHINE, left: 'remind', entered: 'confirm', problems: [] },
    },
  },
};
