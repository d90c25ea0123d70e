/**
 * What a person newly wrote in an e-mail: the plain text without the quoted mail, signatures and what programs add.
 * Mail has no mark for it, only habits: the forms below are those of the usual programs, in the languages that people
 * wrote to us in. Pure, and linear in the length of the text.
 */

/** Beyond it nothing is read: a person's answer is short, and what follows is quoted. In UTF-16 units. */
const MAX_TEXT_CHARACTERS = 100_000;

/** A line of attribution is at most this long, over at most this many lines as programs wrap it. */
const MAX_ATTRIBUTION_CHARACTERS = 300;
const MAX_ATTRIBUTION_LINES = 3;

/** `On Mon, 2 Mar 2026 at 09:00, Clinic <clinic@example.org> wrote:` and its like. */
const ATTRIBUTIONS: readonly { readonly begins: RegExp; readonly ends: RegExp }[] = [
  { begins: /^On\s/i, ends: /\bwrote:$/i },
  { begins: /^El\s/i, ends: /\bescribió:$/i },
  { begins: /^Am\s/i, ends: /\bschrieb\b[^:]{0,150}:$/i },
  { begins: /^Le\s/i, ends: /\ba écrit\s?:$/i },
  { begins: /^Il\s/i, ends: /\bha scritto:$/i },
  { begins: /^Em\s/i, ends: /\bescreveu:$/i },
  { begins: /^Op\s/i, ends: /\bschreef\b[^:]{0,150}:$/i },
  { begins: /^Den\s/i, ends: /\bskrev\b[^:]{0,150}:$/i },
  { begins: /^W dniu\s/i, ends: /\bnapisał(a|\(a\))?:$/i },
];

/** `2026-03-02 9:00 GMT-05:00 Clinic <clinic@example.org>:` */
const DATED_ATTRIBUTION = /^\d{4}[-/.]\d\d?[-/.]\d\d?\s.{1,200}<[^<>\s]+@[^<>\s]+>:$/;

/** Outlook's and others' dividing lines, between dashes or underscores. */
const DIVIDER =
  /^[-_*\s]{2,}(original message|forwarded message|mensaje original|mensaje reenviado|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message transféré|messaggio originale|mensagem original|oorspronkelijk bericht|reply above this line|reply message)[-_*\s]*$/i;

const UNDERSCORES = /^_{10,}$/;

/** Outlook quotes with the old headers: a line with the sender, directly followed by the date or the addressee. */
const HEADER_FROM = /^\*?(from|de|von|da|van|från|fra|od)\*?:\s?\*?\s?\S/i;
const HEADER_NEXT =
  /^\*?(sent|date|to|subject|enviado( el)?|fecha|para|asunto|gesendet|datum|an|betreff|envoyé|à|objet|inviato|a|oggetto|verzonden|aan|onderwerp|data|assunto)\*?\s?:/i;

/** https://www.rfc-editor.org/rfc/rfc3676#section-4.3 */
const SIGNATURE = /^--\s?$/;

const MOBILE_SIGNATURE =
  /^(sent from (my|mail for|outlook)|get outlook for|enviado desde mi|von meinem .{1,40} gesendet|gesendet von |envoyé de mon|envoyé depuis|inviato da|enviado do meu|verzonden vanaf mijn)/i;

/**
 * May be empty: the person sent a mail without words. Answers written between the quoted lines are kept, the quoted
 * lines are not.
 */
export function replyText(mail: string): string {
  const lines = mail
    .slice(0, MAX_TEXT_CHARACTERS)
    .replaceAll('\u00a0', ' ')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd());
  const end = endOfReply(lines);
  const own = withoutQuotes(lines.slice(0, end.line));
  if (own !== '' || !end.isAttribution) return own;
  // Nothing above the attribution: they wrote below or between the quoted lines.
  const below = lines.slice(end.line + end.length);
  return withoutQuotes(below.slice(0, endOfReply(below).line));
}

interface End {
  readonly line: number;
  /** Lines that the mark itself takes. */
  readonly length: number;
  /** Only beneath such a line can there be an answer. */
  readonly isAttribution: boolean;
}

function endOfReply(lines: readonly string[]): End {
  for (const [line, raw] of lines.entries()) {
    const text = raw.trim();
    const attribution = attributionLines(lines, line);
    if (attribution > 0) return { line, length: attribution, isAttribution: true };
    const ends =
      SIGNATURE.test(raw) ||
      DIVIDER.test(text) ||
      UNDERSCORES.test(text) ||
      MOBILE_SIGNATURE.test(text) ||
      (HEADER_FROM.test(text) && HEADER_NEXT.test((lines[line + 1] ?? '').trim()));
    if (ends) return { line, length: 1, isAttribution: false };
  }
  return { line: lines.length, length: 0, isAttribution: false };
}

/** How many lines an attribution that begins here takes; 0 where none does. */
function attributionLines(lines: readonly string[], first: number): number {
  const begin = (lines[first] ?? '').trim();
  if (DATED_ATTRIBUTION.test(begin)) return 1;
  const candidates = ATTRIBUTIONS.filter(({ begins }) => begins.test(begin));
  if (candidates.length === 0) return 0;
  let text = '';
  for (let length = 1; length <= MAX_ATTRIBUTION_LINES; length++) {
    const line = (lines[first + length - 1] ?? '').trim();
    if (line === '') return 0;
    text = `${text} ${line}`.trim();
    if (text.length > MAX_ATTRIBUTION_CHARACTERS) return 0;
    // A date or an address tells it from a sentence of theirs that ends in `wrote:`.
    if (candidates.some(({ ends }) => ends.test(text)) && /\d|@/.test(text)) return length;
  }
  return 0;
}

function withoutQuotes(lines: readonly string[]): string {
  return lines
    .filter((line) => !/^\s{0,3}>/.test(line))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
