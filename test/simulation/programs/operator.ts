import { PLAIN_CODEC } from '../../../channels/codec.ts';
import type { HttpRoute } from '../../../connectors/port.ts';
import type { Answer, Question } from '../errands.ts';
import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { workForTenant } from './tenants.ts';
import { jsonBody } from '../../connectors/json-body.ts';

/** How long what is under way may take to end, before a growth is called off. */
const DRAIN_MS = 15_000;
const QUIET_MS = 1_500;

/** An edge that is asked for what people ask the platform for over HTTP, and the command that makes the tenant grow. */
export async function operator(home: Home): Promise<void> {
  const { world, process, link, log, folder } = home;
  const modules = world.instances.operator;
  const { clock } = process;
  const newId = (): string => world.newId();
  let routes: readonly HttpRoute[] = [];
  const tenants = await workForTenant(home, modules, async (options) => {
    const closers: (() => Promise<void>)[] = [];
    const partitions = await modules.tenantPartitions(link.admin, TENANT);
    const publisherOf = (source: string) =>
      modules.createPublisher(link, TENANT, partitions, { source, newId, now: () => clock.now() });
    const publisher = publisherOf('/platform');
    closers.push(() => publisher.close());
    const table = await modules.MachineTable.open(link, TENANT, { clock, log });
    closers.push(() => table.close());
    const sending = await modules.startSending(options, partitions, publisherOf('/broadcasts'), table, closers);
    routes = [...sending.routes, ...modules.operatorRoutes(options, publisher, table, () => Promise.resolve())];
    return {
      hold: () => sending.stop(),
      close: async () => {
        routes = [];
        for (const close of closers.toReversed()) await close();
      },
    };
  });
  const grow = async (to: number): Promise<void> => {
    // Of a command that was killed, whoever repeats it learns in this way that all was done.
    if ((await modules.tenantPartitions(link.admin, TENANT)) === to && !tenants.isHeld(TENANT)) return;
    const parts = { broker: link, codec: PLAIN_CODEC, clock, log, newId, folder: `${folder}/growth` };
    await modules.planTenantGrowth({ ...parts, tenant: TENANT, to });
    await modules.growTenant({ ...parts, tenant: TENANT, to, drainMs: DRAIN_MS, quietMs: QUIET_MS });
  };
  const leave = world.errands.serve((errand) =>
    errand.run({ ask: (question) => answered(routes, tenants.isHeld(TENANT), question), grow }),
  );
  process.onDeath(leave);
  home.stop = async () => {
    leave();
    await tenants.close();
  };
}

/** Rejects where asking again later may help. */
async function answered(routes: readonly HttpRoute[], isHeld: boolean, question: Question): Promise<Answer> {
  const { method, path, query = '', body = '' } = question;
  if (isHeld) throw new Error('the tenant is held');
  for (const route of routes) {
    const parameters = method === route.method ? parametersOf(route.path, path) : undefined;
    if (!parameters) continue;
    const request = { headers: {}, query: new URLSearchParams(query), parameters, body: Buffer.from(body) };
    const answer = await route.handle(request);
    const { status } = answer;
    if (status >= 500) throw new Error(`${method} ${path} was answered with ${status}`);
    return { status, body: jsonBody(answer) };
  }
  throw new Error(`nothing answers ${method} ${path}`);
}

function parametersOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [expected, found] = [pattern.split('/'), path.split('/')];
  const isLike = (part: string, at: number): boolean => part.startsWith(':') || part === found[at];
  if (expected.length !== found.length || !expected.every(isLike)) return undefined;
  const named = expected.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), found[at] ?? '']] : []));
  return Object.fromEntries(named) as Readonly<Record<string, string>>;
}
