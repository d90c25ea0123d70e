/** What Grafana makes of a dashboard's file before it asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../helm/parlance/dashboards');

interface DataSource {
  readonly type: string;
  readonly uid: string;
}

interface Target {
  readonly refId: string;
  readonly datasource: DataSource;
  readonly rawSql: string;
  readonly editorType: string;
  readonly queryType: string;
  readonly format: number;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource?: DataSource;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly datasource?: DataSource;
  readonly query: string | { readonly rawSql: string };
}

interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

export const DASHBOARDS: readonly Dashboard[] = readdirSync(FOLDER).map((file) => {
  const dashboard = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Omit<Dashboard, 'file'>;
  return { ...dashboard, file };
});

export interface Chosen {
  readonly from: string;
  readonly to: string;
  /** A list is of a variable of several values; undefined: All. */
  readonly variables: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The statement with its variables, then with the data source's macros. Throws where one is not known. */
export function interpolated(sql: string, { from, to, variables }: Chosen): string {
  const valueOf = (name: string): string | readonly string[] => {
    const value = variables[name];
    if (value === undefined) throw new Error(`no variable ${name}: ${sql}`);
    return value;
  };
  const text = sql
    .replaceAll(/\$__conditionalAll\(((?:[^()]|\([^()]*\))*), \$(\w+)\)/g, (_, phrase: string, name: string) =>
      variables[name] === undefined ? '1=1' : phrase,
    )
    .replaceAll(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) => {
      if (format === 'singlequote') return [valueOf(name)].flat().map(quoted).join(',');
      return [valueOf(name)].flat().join(',');
    })
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${seconds(from)} AND $1 <= ${seconds(to)}`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${INTERVAL_SECONDS} second)`)
    .replaceAll(/\$__interval_s\b/g, INTERVAL_SECONDS);
  if (text.includes('$')) throw new Error(`not replaced: ${text}`);
  return text;
}

const INTERVAL_SECONDS = '3600';

function seconds(moment: string): string {
  return `toDateTime(${Math.floor(Date.parse(moment) / 1000).toString()})`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`\'`)}'`;
}
