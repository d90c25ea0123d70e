import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TenantName } from '../../../channels/brands.ts';
import type { HistoryStore } from '../../../runtime/history/read.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';

const AS_ROWS = {
  default_format: 'JSONEachRow',
  output_format_json_quote_64bit_integers: '0',
  date_time_output_format: 'iso',
};

/** The views of a tenant, as its SQL interface answers, within its limits. */
export function tenantStore(store: Store, tenant: TenantName): HistoryStore {
  const over = sqlOverHttp(store);
  const ask: HistoryStore['ask'] = async ({ sql, settings = {}, parameters = {} }) => {
    const query = new URLSearchParams(settings);
    for (const [name, value] of Object.entries(parameters)) query.set(`param_${name}`, value);
    const { status, body } = await over.handle({ tenant, query, headers: {}, body: Buffer.from(sql) });
    const answered = typeof body === 'string' ? Readable.from([body]) : body;
    if (status !== 200) throw new Error(await text(answered));
    return answered;
  };
  return {
    ask,
    rows: async <Row>(sql: string, parameters: Readonly<Record<string, string>> = {}) =>
      (await text(await ask({ sql, parameters, settings: AS_ROWS })))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row),
  };
}
