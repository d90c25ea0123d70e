import { Readable } from 'node:stream';
import type { HttpRoute } from '../../../connectors/port.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { routesOf } from '../../http/route-answers.ts';
import { checkTenant, type CheckOptions, type CheckProgress } from './check-tenant.ts';
import type { TenantReport } from './finding.ts';

/** A line of the answer: a check may take longer than anybody waits for a first byte. */
export type CheckLine =
  | { readonly progress: CheckProgress }
  | { readonly report: TenantReport }
  | { readonly error: { readonly code: string; readonly detail: string } };

/** Before clients and proxies take a silent answer for dead: merging a large month takes minutes. */
const SILENT_MAX_MS = 15_000;

const route = routesOf('operations:write', () => undefined);

/** POST /store/check, ?repair=true: lines of JSON, the last of which is the report. */
export function storeCheckRoutes(parts: Omit<CheckOptions, 'isRepair' | 'onProgress'>): readonly HttpRoute[] {
  return [
    route('POST', '/store/check', ({ query }) => ({
      status: 200,
      headers: { 'content-type': 'application/x-ndjson' },
      body: checkLines({ ...parts, isRepair: query.get('repair') === 'true' }),
    })),
  ];
}

function checkLines(options: CheckOptions): Readable {
  const lines = new Readable({ read: () => undefined });
  const write = (line: CheckLine): void => {
    lines.push(`${JSON.stringify(line)}\n`);
  };
  let hush = (): void => undefined;
  /** Said again where nothing newer is to be said. */
  const onProgress = (progress: CheckProgress): void => {
    hush();
    write({ progress });
    hush = options.clock.after(SILENT_MAX_MS, () => {
      onProgress(progress);
    });
  };
  const run = async (): Promise<void> => {
    try {
      write({ report: await checkTenant({ ...options, onProgress }) });
    } catch (error) {
      // The status is sent: what went wrong is the last line.
      if (!(error instanceof ParlanceError)) lines.destroy(error instanceof Error ? error : new Error(String(error)));
      else write({ error: { code: String(error.code), detail: error.message } });
    } finally {
      hush();
    }
    lines.push(null);
  };
  void run();
  return lines;
}
