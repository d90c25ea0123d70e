const ISO_8601 = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A moment that a person wrote in ISO 8601, to the day or finer, in UTC where nothing else is said; undefined for anything else. */
export function instantOf(text: string): Date | undefined {
  const [, year, month, day, time, , , zone] = ISO_8601.exec(text) ?? [];
  // JavaScript takes 30 February for 2 March.
  if (day === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return undefined;
  const millis = Date.parse(time === undefined || zone !== undefined ? text : `${text}Z`);
  return Number.isNaN(millis) ? undefined : new Date(millis);
}
