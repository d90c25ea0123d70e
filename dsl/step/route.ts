import { AddressError, parseAddress } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import { ExpressionError, programOf } from '../expression/program.ts';
import { startsOf, type Trigger } from './catalogue.ts';
import type { Route, RouteResult } from './contract.ts';
import { eventVariable } from './event-variable.ts';

/** See `Route`. Of a definition's several starts by one type, the first whose `when` holds is taken. */
export const route: Route = (machines, event) => {
  const triggers = startsOf(machines).events.get(event.type) ?? [];
  const results: RouteResult[] = [];
  for (const trigger of triggers) {
    if (results.some(({ machine }) => machine === trigger.machine)) continue;
    const result = routeTo(trigger, event);
    if (result) results.push(result);
  }
  return results;
};

function routeTo({ machine, start }: Trigger, event: Event): RouteResult | undefined {
  const program = programOf(machine);
  const activation = {
    variables: { event: eventVariable(event) },
    locale: machine.locales[0] ?? 'en',
    zone: machine.zone,
  };
  try {
    if (start.when !== undefined && !program.evaluateBoolean('route', start.when, activation)) return undefined;
    const contact = program.evaluate('route', start.contact, activation);
    if (typeof contact !== 'string')
      return { kind: 'rejected', machine, reason: `\`${start.contact}\` gives no address` };
    return { kind: 'target', machine, address: parseAddress(contact) };
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof AddressError)) throw error;
    return { kind: 'rejected', machine, reason: error.message };
  }
}
