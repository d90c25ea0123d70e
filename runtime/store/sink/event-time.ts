/** Times of events: RFC 3339 text, nearly always in the form that `Date` writes. */

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** NaN where it is no time. */
export function timeOf(text: string): number {
  const time = canonicalTime(text);
  return Number.isNaN(time) ? Date.parse(text) : time;
}

const FORM = '0000-00-00T00:00:00.000Z';
const [ZERO, NINE] = [0x30, 0x39];

/** Every month has as many. */
const DAYS_OF_MONTHS = 28;

/** NaN where `isoTime` would write it otherwise, or that is not seen at once: `Date` takes several times as long. */
export function canonicalTime(text: string): number {
  if (text.length !== FORM.length) return NaN;
  for (let at = 0; at < FORM.length; at++) {
    const unit = text.charCodeAt(at);
    const wanted = FORM.charCodeAt(at);
    if (wanted === ZERO ? unit < ZERO || unit > NINE : unit !== wanted) return NaN;
  }
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  const isDay = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= DAYS_OF_MONTHS;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second, pair(text, 20) * 10 + text.charCodeAt(22) - ZERO);
}

function pair(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}
