/** What a person reads of a message as an SMS: text only, so choices become numbers and media their addresses. */
export interface SmsContent {
  readonly text: string;
  readonly choices?: readonly { readonly label: string }[] | undefined;
  readonly media?: readonly { readonly url: string }[] | undefined;
}

/**
 * The text, then each choice on a line of its own as `1 Confirm`, then the addresses of media. Both what is sent and what
 * the checker counts: the same function.
 */
export function smsText({ text, choices = [], media = [] }: SmsContent): string {
  const numbered = choices.map(({ label }, index) => `${index + 1} ${label}`);
  return [text, ...numbered, ...media.map(({ url }) => url)].filter((line) => line !== '').join('\n');
}
