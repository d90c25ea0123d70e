/** RFC 3339 with any offset and precision → UTC with milliseconds; what is no time stays as it is, to be refused. */
export function normaliseTime(text: string): string {
  if (!RFC3339.test(text)) return text;
  const millis = Date.parse(text.toUpperCase());
  return Number.isNaN(millis) ? text : new Date(millis).toISOString();
}

const RFC3339 = /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/i;
