/** What holds of options of a name, whichever command takes them. */
const WHOLE_FROM_ONE: readonly string[] = ['limit', 'partitions', 'per-second'];
const ADDRESSES: readonly string[] = ['url', 'target'];

/** What tools are given that speak to one interface: `http://HOST:PORT/v1/tenants/acme/sql`. */
const TENANT_ADDRESS = /^(https?:\/\/.*?)\/v1\/tenants\/([^/?#]+)/;

/** What is wrong with the arguments, or true. */
export function checkedByName(args: Readonly<Record<string, unknown>>): string | true {
  for (const [name, value] of Object.entries(args)) {
    const problem = problemOf(name, value);
    if (problem !== undefined) return problem;
  }
  return true;
}

function problemOf(name: string, value: unknown): string | undefined {
  const isOne = WHOLE_FROM_ONE.includes(name) || ADDRESSES.includes(name);
  if (isOne && Array.isArray(value)) return `--${name} stands here more than once`;
  if (typeof value === 'number') {
    if (WHOLE_FROM_ONE.includes(name) && !(Number.isInteger(value) && value >= 1)) {
      return `--${name} takes a whole number from 1`;
    }
    if (!(value >= 0)) return `--${name} takes a number from 0`;
  }
  if (typeof value === 'string' && ADDRESSES.includes(name) && !isHttpAddress(value)) {
    return `--${name} ${value} is no address: write http://HOST:PORT`;
  }
  if (typeof value === 'string' && ADDRESSES.includes(name)) {
    const [, platform, tenant] = TENANT_ADDRESS.exec(value) ?? [];
    if (platform !== undefined && tenant !== undefined)
      return `--${name} ${value} is the address of something of the tenant: write --${name} ${platform} --tenant ${tenant}`;
  }
  return undefined;
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
