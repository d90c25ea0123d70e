/** The text of an event's data as it is stored: as its producer wrote it, wherever JSON.parse would change it. */

/** Deeper data is no event's: a reader that goes down a level a call would not come back. */
export const DATA_LEVELS_MAX = 500;

/** A number that a double may not hold: of many digits, or with an exponent. Also such text, which costs only time. */
const NUMBER_AT_RISK = /[:,[\s]-?(?:\d[\d.]{15}|\d[\d.]*[eE])/;

/** Below this length no text is as deep. */
const SHORT_UNITS = 2 * DATA_LEVELS_MAX;

export function isTooDeep(text: string): boolean {
  if (text.length <= SHORT_UNITS) return false;
  let level = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) isText = !isText;
    else if (isText) {
      if (unit === BACKSLASH) at++;
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      if (++level > DATA_LEVELS_MAX) return true;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) level--;
  }
  return false;
}

/** `text`: the event's JSON, `data`: what it says under that name. */
export function dataText(text: string, data: unknown): string {
  if (data === undefined) return '';
  const json = JSON.stringify(data);
  // As most events are written, and found out sooner than by looking at every number.
  if (text.endsWith(`,"data":${json}}`) || !NUMBER_AT_RISK.test(text)) return json;
  return memberText(text, 'data') ?? json;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Of a JSON object: the text of a member's value; of the last one, where several have the name, as JSON.parse has it. */
function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  let level = 0;
  let [start, colon] = [0, -1];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfText(text, at);
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      if (++level === 1) start = at + 1;
    } else if (unit === COLON && level === 1 && colon < 0) colon = at;
    else if ((unit === COMMA && level === 1) || ((unit === CLOSE_BRACE || unit === CLOSE_BRACKET) && --level === 0)) {
      const isNamed = colon >= 0 && JSON.parse(text.slice(start, colon)) === name;
      if (isNamed) found = text.slice(colon + 1, at).trim();
      [start, colon] = [at + 1, -1];
    }
  }
  return found;
}

/** Place of the quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
