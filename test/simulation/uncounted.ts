/** Awaits of modules under test that no process of a world comes to, and why: they are neither visited nor counted. */

interface Uncounted {
  readonly file: string;
  /** Name of the function. Default: the whole file. */
  readonly within?: string;
  readonly why: string;
}

const FOUNDED = 'the tenant is created before the world begins';
const ALONE = 'there is one tenant, which every process takes by its name';
const MARK = 'only whoever has the sink in its own process waits for it, and in a world that is a process of its own';

export const UNCOUNTED: readonly Uncounted[] = [
  { file: 'runtime/events/tenant.ts', within: 'createTenant', why: FOUNDED },
  { file: 'runtime/events/announce-tenant.ts', within: 'announceTenant', why: FOUNDED },
  { file: 'runtime/main/tenants.ts', within: 'create', why: FOUNDED },
  { file: 'runtime/main/tenants.ts', within: 'takeOthers', why: ALONE },
  { file: 'runtime/main/new-tenants.ts', why: ALONE },
  { file: 'runtime/store/sink/sink.ts', within: 'settled', why: MARK },
  {
    file: 'runtime/engine/recovery.ts',
    within: 'recover',
    why: 'no local copy is older than its journal, for journals are not shortened',
  },
];
