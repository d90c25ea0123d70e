import { smsSize, type SmsLength } from '../../channels/sms/segments.ts';
import { smsText } from '../../channels/sms/text.ts';
import type { MessageRequest } from '../port.ts';

export interface RenderedSms {
  readonly text: string;
  readonly encoding: SmsLength['encoding'];
  readonly segments: number;
}

/** Pure: the same request is always the same SMS. */
export function renderSms(message: Pick<MessageRequest['data'], 'text' | 'choices' | 'media'>): RenderedSms {
  const text = smsText(message);
  const { encoding, segments } = smsSize(text);
  return { text, encoding, segments };
}
