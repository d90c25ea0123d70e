import type { Address } from '../../channels/brands.ts';

/** Of somebody who is known by this name in a bench. */
export function addressOf(name: string): Address {
  return `mailto:${name}@example.org` as Address;
}
