/** RFC 3339 with any offset and precision → UTC with milliseconds; what is no time stays as it is, to be refused. */
export function normaliseTime(text: string): string {
  if (!RFC3339.test(text)) return text;
  const millis = Date.parse(text.toUpperCase());
  return Number.isNaN(millis) ? text : new Date(millis).toISOString();
}

const RFC3339 = /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/i;

/** What ClickHouse can hold as a moment: an event of another time could not be stored. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2299, 11, 31);

/** False too of what is no time. */
export function isStorable(milliseconds: number): boolean {
  return milliseconds >= EARLIEST_MS && milliseconds <= LATEST_MS;
}
