/** What a platform is told of somebody who does not exist. */
import type { Address } from '../../../channels/brands.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import type { Person } from '../scenario.ts';

export const DESCRIBED = 'probe.person-described';

export interface Description {
  readonly of: Address;
  readonly data: EventData[typeof DESCRIBED];
}

/** By each of their addresses: nobody knows there that they belong together. */
export function descriptionsOf(people: readonly Person[]): readonly Description[] {
  return people.flatMap(({ addresses, locale, zone, attributes = {} }) => {
    const data = {
      ...(locale === undefined ? {} : { locale }),
      ...(zone === undefined ? {} : { zone }),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    };
    return Object.keys(data).length === 0 ? [] : addresses.map((of) => ({ of, data }));
  });
}
