/**
 * Which addresses may be connected to. Checked where the connection is made, on the very address that is used: what a
 * name resolved to earlier or elsewhere, or what it resolves to the next time, makes no difference.
 */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { CONNECT_TIMEOUT_MS } from './limits.ts';

/** Every address of a name, in the order in which to try them. Rejects where there is none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Nothing at that name or address may be connected to. */
export class ForbiddenAddressError extends Error {}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [address: Address, bits: number];

/** Public by its number, but the hypervisor's own service to every virtual machine on Azure. */
const FORBIDDEN_PUBLIC: readonly Network[] = [ipaddr.parseCIDR('168.63.129.16/32')];

export class AddressGuard {
  readonly #allowed: readonly Network[];

  /** `allowedNetworks`: in CIDR notation, `10.1.0.0/16`, beside all public addresses. Throws where one is none. */
  constructor(allowedNetworks: readonly string[]) {
    this.#allowed = allowedNetworks.map((network) => ipaddr.parseCIDR(network));
  }

  /** Whether a numeric address may be connected to. */
  permits(text: string): boolean {
    // `fe80::1%eth0`: the zone does not matter, for such an address is not public anyway.
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    if (within(address, this.#allowed)) return true;
    return isPublic(address) && !within(address, FORBIDDEN_PUBLIC);
  }
}

/** All that the internet routes as IPv6 unicast. */
const GLOBAL_UNICAST: Network = ipaddr.parseCIDR('2000::/3');

/** Everything but plain unicast is not: loopback, private, link-local (cloud metadata), shared, multicast, reserved … */
function isPublic(address: Address): boolean {
  const range = address.range();
  // An address of NAT64 stands for the IPv4 address in its last bytes.
  if (range === 'rfc6052') return isPublic(new ipaddr.IPv4(address.toByteArray().slice(-4)));
  return range === 'unicast' && (address.kind() === 'ipv4' || within(address, [GLOBAL_UNICAST]));
}

function within(address: Address, networks: readonly Network[]): boolean {
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** Opens connections for undici, to permitted addresses only. */
export function guardedConnector(guard: AddressGuard, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    autoSelectFamily: true,
    lookup: guardedLookup(guard, resolve),
  });
  return (options, callback) => {
    // A numeric address is not looked up.
    if (isIP(options.hostname) !== 0 && !guard.permits(options.hostname)) {
      callback(new ForbiddenAddressError('the address is not permitted'), null);
      return;
    }
    connect(options, callback);
  };
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** For `net.connect`, which connects to exactly what this gives it. */
function guardedLookup(guard: AddressGuard, resolve: Resolve) {
  return (hostname: string, { all = false }: LookupOptions, callback: LookupCallback): void => {
    resolve(hostname).then(
      (addresses) => {
        const permitted = addresses.filter(({ address }) => guard.permits(address));
        const [first] = permitted;
        if (!first) callback(new ForbiddenAddressError('no address of the name is permitted'), '');
        else if (all) callback(null, permitted);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '');
      },
    );
  };
}
