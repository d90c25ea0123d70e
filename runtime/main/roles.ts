import type { Configuration } from '../config/configuration.ts';

/** What this process does. */
export interface Roles {
  readonly engine: boolean;
  readonly edge: boolean;
  readonly sink: boolean;
}

export function rolesOf({ roles }: Configuration): Roles {
  const has = (role: 'engine' | 'edge' | 'sink'): boolean => roles.includes('all') || roles.includes(role);
  return { engine: has('engine'), edge: has('edge'), sink: has('sink') };
}
