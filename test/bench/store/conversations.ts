import type { EventId, TenantName } from '../../../channels/brands.ts';
import { formatSequence, type Event } from '../../../channels/event.ts';
import { channelTopic, type ChannelName } from '../../../channels/topics.ts';

/** One reminder with one answer: what the platform states of it, in order, and after how many seconds. */
export const TOLD: readonly {
  readonly channel: ChannelName;
  readonly type: string;
  readonly afterSeconds: number;
  readonly data: (message: string) => object;
}[] = [
  {
    channel: 'conversations',
    type: 'conversation.started',
    afterSeconds: 0,
    data: () => ({
      ...{ definition: 'appointment-reminder', version: '5f70bf18', machine: `sha256:5f70bf18${'0'.repeat(56)}` },
      ...{ connector: 'sms', to: 'tel:+12125550123' },
      trigger: { type: 'com.clinic.appointment.booked', id: 'evt-81234' },
    }),
  },
  {
    channel: 'messaging',
    type: 'message.requested',
    afterSeconds: 0,
    data: (message) => ({
      ...{ message: `${message}/1`, connector: 'sms', to: 'tel:+12125550123', step: 'remind' },
      text: 'Riverside Clinic: you have an appointment on Tuesday 3 March at 10:30. Reply YES to confirm or NO to move it.',
    }),
  },
  {
    channel: 'conversations',
    type: 'conversation.waiting',
    afterSeconds: 0,
    data: () => ({ state: 'remind', for: 'reply' }),
  },
  {
    channel: 'messaging',
    type: 'message.sent',
    afterSeconds: 1,
    data: (message) => ({ message: `${message}/1`, connector: 'sms', to: 'tel:+12125550123', providerId: 'SM2f61' }),
  },
  {
    channel: 'messaging',
    type: 'message.delivered',
    afterSeconds: 4,
    data: (message) => ({ message: `${message}/1`, connector: 'sms', to: 'tel:+12125550123', providerId: 'SM2f61' }),
  },
  {
    channel: 'messaging',
    type: 'message.received',
    afterSeconds: 900,
    data: () => ({ connector: 'sms', from: 'tel:+12125550123', text: 'Yes', providerId: 'SM9a01' }),
  },
  {
    channel: 'conversations',
    type: 'conversation.advanced',
    afterSeconds: 900,
    data: () => ({ from: 'remind', to: 'confirmed', reason: 'reply' }),
  },
  {
    channel: 'messaging',
    type: 'message.requested',
    afterSeconds: 900,
    data: (message) => ({
      ...{ message: `${message}/2`, connector: 'sms', to: 'tel:+12125550123', step: 'confirmed' },
      text: 'Thank you, see you on Tuesday.',
    }),
  },
  {
    channel: 'messaging',
    type: 'message.sent',
    afterSeconds: 901,
    data: (message) => ({ message: `${message}/2`, connector: 'sms', to: 'tel:+12125550123', providerId: 'SM2f62' }),
  },
  {
    channel: 'conversations',
    type: 'conversation.completed',
    afterSeconds: 901,
    data: () => ({ outcome: 'confirmed' }),
  },
];

/** Prime; spreads numbers that follow each other over the table, as ids of real conversations are. */
export const SPREAD = 0x9e3779b1;

export function conversationOf(number: number): string {
  return `k-${(Math.imul(number, SPREAD) >>> 0).toString(16).padStart(8, '0')}-${number.toString()}`;
}

export interface Told {
  readonly topic: string;
  readonly event: Event;
}

/** The conversation's events as the platform would publish them, each with the topic of its channel. */
export function eventsOf(
  tenant: TenantName,
  number: number,
  startMs: number,
  nextSequence: () => number,
): readonly Told[] {
  const conversation = conversationOf(number);
  const contact = `c-${conversation}`;
  return TOLD.map(({ channel, type, afterSeconds, data }, at) => {
    const event: Event = {
      specversion: '1.0',
      ...{
        id: `${conversation}/${at.toString()}` as EventId,
        source: '/bench/1',
        type,
        subject: contact,
        partitionkey: contact,
      },
      time: new Date(startMs + afterSeconds * 1000).toISOString(),
      sequence: formatSequence(nextSequence()),
      correlationid: conversation,
      causationid: `${conversation}/${Math.max(0, at - 1).toString()}`,
      data: data(conversation),
    };
    return { topic: channelTopic(tenant, channel), event };
  });
}
