import type { ChannelDefinition } from './channel.ts';
import {
  address,
  attributes,
  body,
  code,
  connector,
  entries,
  EXAMPLE_MACHINE,
  locale,
  machine,
  message,
  OTHER_MACHINE,
  providerId,
  reason,
  state,
  to,
  until,
  zone,
} from './fields.ts';
import { count, flag, freeObject, integer, list, name, object, oneOf, personal, text } from './schema.ts';

const onItsWay = { message: 'c7f0a1/m1', connector: 'sms', to: 'tel:+12125550123' };

const conversation = name('The conversation that is in hand-off.');
const agent = name('Who of us, as the support desk calls them.');
const handoff = name('Id of the hand-off that this belongs to, as `conversation.handed-off` told it.');
const ofConversation = name('The conversation that is meant.');
const inHandoff = { conversation: 'c7f0a1', agent: 'lee' };

export const messaging: ChannelDefinition = {
  name: 'messaging',
  about: 'Messages between people and the platform, in both directions, and what became of them.',
  key: 'contact',
  open: false,
  events: {
    'message.received': {
      about: 'A person wrote to us. The connector states it once it is durable on its own side or at the provider.',
      data: object(
        { connector, from: address('Who wrote.'), text: body },
        { providerId, sessionId: name('The session of the connector, where it has sessions.') },
      ),
      example: { connector: 'sms', from: 'tel:+12125550123', text: 'sure', providerId: 'SM2f61' },
    },
    'message.requested': {
      about: 'A conversation wants a message sent. The connector named delivers it.',
      data: object(
        { message, connector, to, text: body, step: state },
        {
          choices: list(
            object({ label: personal(text('What the person sees.')), value: name('What choosing it answers.') }),
            'Answers to offer, in this order; a connector without buttons numbers or lists them.',
          ),
          media: list(
            object(
              { url: personal(name('Where the picture, sound or file is: http or https.')) },
              { alt: personal(text('What it shows, for those who do not see it.')) },
            ),
            'What goes with the text; a connector that carries no files writes their addresses.',
          ),
          template: object(
            { name: name("The template, by the provider's name for it.") },
            { with: personal(freeObject("Values for the template's placeholders.")) },
            'A text that the provider knows and has approved; `text` is what it says.',
          ),
          subject: personal(text('The subject, where the connector has one.')),
          html: personal(text('The text as HTML, where the connector shows it; `text` says the same.')),
        },
      ),
      example: {
        ...onItsWay,
        text: 'Hi Ana, Dr Lee expects you Sunday at 10:00.',
        choices: [
          { label: 'Confirm', value: 'C' },
          { label: 'Rebook', value: 'R' },
        ],
        step: 'remind',
      },
    },
    'message.held': {
      about: 'A message waits before it leaves, for quiet hours or a rate limit. No reply clock runs meanwhile.',
      data: object({ message, reason }, { until }),
      example: { message: 'c7f0a1/m1', reason: 'quiet hours', until: '2026-03-08T14:00:00.000Z' },
    },
    'message.blocked': {
      about: 'A message will never leave: the person has opted out, or a rule forbids it.',
      data: object({ message, reason }),
      example: { message: 'c7f0a1/m1', reason: 'opted out' },
    },
    'message.sent': {
      about: 'The provider took the message. Reply clocks start here.',
      data: object(
        { message, connector, to },
        { providerId, segments: count('What it costs, where the connector counts: segments of SMS.') },
      ),
      example: { ...onItsWay, providerId: 'SM9c04', segments: 1 },
    },
    'message.delivered': {
      about: "The message reached the person's device.",
      data: object({ message, connector, to }),
      example: onItsWay,
    },
    'message.read': {
      about: 'The person has seen the message, where the connector can tell.',
      data: object({ message, connector, to }),
      example: onItsWay,
    },
    'message.failed': {
      about: 'The message did not get there.',
      data: object({
        message,
        connector,
        to,
        code,
        reason,
        permanent: flag('True where sending it again can not help.'),
      }),
      example: { ...onItsWay, code: 'number-unknown', reason: 'The carrier knows no such number.', permanent: true },
    },
    'handoff.taken': {
      about: 'One of us takes care of a conversation that was handed off.',
      data: object({ conversation, agent }, { handoff }),
      example: inHandoff,
    },
    'handoff.replied': {
      about: 'One of us answers the person of a conversation in hand-off. The conversation sends it.',
      data: object({ conversation, agent, text: body }, { handoff }),
      example: { ...inHandoff, text: 'I have moved it to Monday.' },
    },
    'handoff.returned': {
      about: 'The conversation goes on by itself.',
      data: object(
        { conversation, agent, outcome: oneOf(['returned', 'nobody'], '`nobody`: none of us could take care of it.') },
        { handoff },
      ),
      example: { ...inHandoff, outcome: 'returned' },
    },
    'conversation.resume-requested': {
      about: 'An operator wants a parked conversation to go on: what was kept for it is tried again, in order.',
      data: object(
        { conversation: ofConversation },
        { skip: flag('True: without the input that stopped it.'), reason },
      ),
      example: { conversation: 'c7f0a1', reason: 'the shop answers again' },
    },
    'conversation.cancel-requested': {
      about: 'An operator wants a conversation to end.',
      data: object({ conversation: ofConversation, reason }),
      example: { conversation: 'c7f0a1', reason: 'the order was withdrawn' },
    },
    'conversation.migration-requested': {
      about: 'An operator wants a conversation to go on on another version of its definition.',
      data: object(
        { conversation: ofConversation, from: machine, to: machine },
        { states: entries, trial: flag('True: only to know how it would go.') },
      ),
      example: {
        conversation: 'c7f0a1',
        from: EXAMPLE_MACHINE,
        to: OTHER_MACHINE,
        states: [{ left: 'remind', entered: 'confirm' }],
      },
    },
    'probe.person-described': {
      about: 'A test says what is known of somebody who does not exist. Of nobody else it changes anything.',
      data: object({}, { locale, zone, attributes }),
      example: { locale: 'es', attributes: { identification: 'passed' } },
    },
    'probe.time-requested': {
      about: 'A test lets time pass at once for somebody who does not exist. Of nobody else it changes anything.',
      data: object({ ms: integer('How many milliseconds. Below 0 only where nothing is known of them yet.') }),
      example: { ms: 172_800_000 },
    },
  },
};
