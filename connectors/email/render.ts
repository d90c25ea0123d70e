/**
 * A message as an e-mail, without its headers: subject, plain text, and the same as HTML. Pure; a connector adds
 * addresses, Message-ID and References.
 */
import { escapeHtml } from '../../channels/html.ts';
import type { MessageRequest } from '../port.ts';
import { htmlOfText } from './html.ts';

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface EmailRenderOptions {
  /** Of a message that brings none: what the company is called, or what the mail is about. */
  readonly defaultSubject: string;
  /** Where answers go, a plain address. With it each choice is also a link that opens the answer in the mail program. */
  readonly replyTo?: string;
}

/** Longest subject, in characters: mail programs show about 70, and a header line ends at 998 bytes. */
const MAX_SUBJECT_CHARACTERS = 200;

/** `html` of the message is the author's and is taken as it is; everything else is escaped. */
export function renderEmail(
  message: Pick<MessageRequest['data'], 'text' | 'choices' | 'media' | 'subject' | 'html'>,
  options: EmailRenderOptions,
): RenderedEmail {
  const { choices = [], media = [] } = message;
  const subject = subjectLine(message.subject ?? options.defaultSubject);
  const textOfMedia = media.map(({ url, alt }) => (alt === undefined || alt === '' ? url : `${alt}: ${url}`));
  const textOfChoices = choices.map(({ label }, index) => `${index + 1} ${label}`);
  return {
    subject,
    text: [message.text, textOfMedia.join('\n'), textOfChoices.join('\n')].filter((part) => part !== '').join('\n\n'),
    html: [
      message.html ?? htmlOfText(message.text),
      ...media.map(htmlOfMedia),
      htmlOfChoices(choices, subject, options.replyTo),
    ]
      .filter((part) => part !== '')
      .join('\n'),
  };
}

/** A line break in a header would end it, and begin another of the writer's choice. */
function subjectLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= MAX_SUBJECT_CHARACTERS) return line;
  return `${characters.slice(0, MAX_SUBJECT_CHARACTERS - 1).join('')}…`;
}

const PICTURE = /\.(png|jpe?g|gif|webp|avif|svg)$/i;

function htmlOfMedia({ url, alt }: { readonly url: string; readonly alt?: string }): string {
  // `javascript:` and `data:` addresses have no business in a mail.
  if (!/^https?:/i.test(url)) return `<p>${escapeHtml(alt ?? url)}</p>`;
  const address = escapeHtml(url);
  const shown = escapeHtml(alt ?? '');
  const path = url.split(/[?#]/, 1)[0] ?? '';
  if (PICTURE.test(path)) return `<p><img src="${address}" alt="${shown}" style="max-width:100%"></p>`;
  return `<p><a href="${address}">${shown === '' ? address : shown}</a></p>`;
}

function htmlOfChoices(
  choices: readonly { readonly label: string; readonly value: string }[],
  subject: string,
  replyTo: string | undefined,
): string {
  if (choices.length === 0) return '';
  const items = choices.map(({ label, value }) => {
    const shown = escapeHtml(label);
    return `<li>${replyTo === undefined ? shown : `<a href="${escapeHtml(answerLink(replyTo, subject, value))}">${shown}</a>`}</li>`;
  });
  return `<ol>${items.join('')}</ol>`;
}

/** https://www.rfc-editor.org/rfc/rfc6068 */
function answerLink(replyTo: string, subject: string, answer: string): string {
  const about = /^re:/i.test(subject) ? subject : `Re: ${subject}`;
  const to = encodeURIComponent(replyTo).replaceAll('%40', '@');
  return `mailto:${to}?subject=${encodeURIComponent(about)}&body=${encodeURIComponent(answer)}`;
}
