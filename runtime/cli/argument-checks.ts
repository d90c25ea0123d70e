/** What holds of options of a name, whichever command takes them. */
const WHOLE_FROM_ONE: readonly string[] = ['limit', 'partitions', 'per-second'];
const ADDRESSES: readonly string[] = ['url', 'target'];
/** Of which a command takes several. */
const SEVERAL: readonly string[] = [
  ...['_', 'paths', 'positions', 'definitions', 'scope', 'param', 'map', 'type', 'types', 'channel'],
];
/** Of what is told apart by it: nothing at all would mean everything, or what belongs to none. */
const NOT_EMPTY: readonly string[] = ['contact', 'conversation', 'correlation', 'definition', 'resume'];

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
  if (value === '' && NOT_EMPTY.includes(name)) return `${name} is empty here: name one`;
  if (Array.isArray(value) && !SEVERAL.includes(name)) return `--${name} stands here more than once`;
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
