const COLOURS: Readonly<Record<string, string>> = { debug: '90', info: '36', warn: '33', error: '31' };

/** `{"level":"info","time":"…T17:21:35.004Z","msg":"listening","port":8080}` → `17:21:35.004 info  listening port=8080` */
export function prettyLine(line: string, colours: boolean): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, time, msg, err, ...others } = fields;
  const name = text(level);
  const paint = (code: string | undefined, painted: string): string =>
    colours && code !== undefined ? `\u001b[${code}m${painted}\u001b[0m` : painted;
  const rest = Object.entries(others).map(([key, value]) => `${key}=${text(value)}`);
  const head = [text(time).slice(11, 23), paint(COLOURS[name], name.padEnd(5)), text(msg)];
  return `${[...head, ...rest.map((pair) => paint('90', pair))].join(' ')}\n${errorLines(err)}`;
}

function errorLines(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message, code, cause } = error as Record<string, unknown>;
  const first = stack ?? (code === undefined ? message : `${text(code)}: ${text(message)}`);
  return `${text(first).replaceAll(/^/gm, '    ')}\n${errorLines(cause)}`;
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
