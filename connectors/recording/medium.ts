/** What the recording connector does differently for SMS and for e-mail. */
import { renderEmail } from '../email/render.ts';
import { replyText } from '../email/reply-text.ts';
import type { MessageRequest } from '../port.ts';
import { renderSms } from '../sms/render.ts';
import type { RecordedMessage } from './log.ts';

export interface Medium {
  /** Of the connector. */
  readonly name: 'sms' | 'email';
  readonly scheme: 'tel' | 'mailto';
  render(message: MessageRequest['data']): Pick<RecordedMessage, 'text' | 'segments' | 'encoding' | 'subject' | 'html'>;
  /** What the person wrote, of what their program sent. */
  read(text: string): string;
}

export const SMS: Medium = { name: 'sms', scheme: 'tel', render: renderSms, read: (text) => text };

/** `company`: what it is called, the subject of mails that have none. */
export function email(company: string): Medium {
  return {
    name: 'email',
    scheme: 'mailto',
    render: (message) => renderEmail(message, { defaultSubject: company }),
    read: replyText,
  };
}
