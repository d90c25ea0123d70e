import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';

export type Rows = readonly Record<string, unknown>[];

/** Asks as a tenant's analyst does: through the interface that lets only harmless statements pass. */
export function analyst(
  store: Store,
  tenant: TenantName,
): (sql: string, parameters?: Readonly<Record<string, string>>) => Promise<Rows> {
  const http = sqlOverHttp(store);
  return async (sql, parameters = {}) => {
    const query = new URLSearchParams({ default_format: 'JSON', output_format_json_quote_64bit_integers: '0' });
    for (const [name, value] of Object.entries(parameters)) query.set(`param_${name}`, value);
    const { status, body } = await http.handle({ tenant, query, headers: {}, body: Buffer.from(sql) });
    let text = '';
    if (typeof body === 'string') text = body;
    else for await (const chunk of body) text += String(chunk);
    expect(status, `${sql}\n${text}`).to.equal(200);
    return (JSON.parse(text) as { data: Rows }).data;
  };
}
