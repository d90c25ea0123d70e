/** A time is for `{name:DateTime64(3, 'UTC')}`, a list for `{name:Array(String)}`. */
export type ParameterValue = string | number | Date | readonly string[];

/** As ClickHouse's HTTP interface reads a parameter: text with tab-separated escapes. */
export function parameterText(value: ParameterValue): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return value.toString();
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '');
  return `[${value.map((item) => `'${escaped(item).replaceAll("'", String.raw`\'`)}'`).join(',')}]`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\0': String.raw`\0`,
};

function escaped(text: string): string {
  return text.replaceAll(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character);
}
