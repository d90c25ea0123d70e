import { AddressError, parseAddress } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import type { Machine } from '../machine/machine.ts';
import { ExpressionError, programOf } from '../expression/program.ts';
import { correlationKeyOf } from '../correlation.ts';
import { MAX_EVENT_HOPS } from '../limits.ts';
import { startsOf, type Trigger } from './catalogue.ts';
import type { Correlation, Route, RouteResult } from './contract.ts';
import { eventVariable } from './event-variable.ts';
import { isTooFar } from './hops.ts';

/** See `Route`. Of a definition's several starts by one type, the first whose `when` holds is taken. */
export const route: Route = (machines, event) => {
  const triggers = startsOf(machines).events.get(event.type) ?? [];
  const results: RouteResult[] = [];
  const seen = new Set<Machine>();
  for (const trigger of triggers) {
    if (seen.has(trigger.machine)) continue;
    const result = routeTo(trigger, event);
    if (!result) continue;
    results.push(result);
    seen.add(trigger.machine);
  }
  for (const correlation of machines.correlations(event.type)) results.push(correlated(correlation, event));
  return results;
};

/** Definitions that start one another with no person and no delay in between would do so without end. */
const TOO_FAR = `more than ${MAX_EVENT_HOPS} events of conversations follow from one another with no person and no delay in between`;

/** In one language and zone for all: what shows a value in the person's can not tell events apart. */
const PLAIN = { locale: 'en', zone: 'UTC' };

function correlated({ key, type, machine }: Correlation, event: Event): RouteResult {
  if (isTooFar(event)) return { kind: 'rejected', machine, reason: TOO_FAR };
  try {
    const value = programOf(machine).evaluate('route', key, {
      variables: { event: eventVariable(event, machine) },
      ...PLAIN,
    });
    if (typeof value === 'string') return { kind: 'correlated', correlation: correlationKeyOf({ type, key }, value) };
    return { kind: 'rejected', machine, reason: `\`${key}\` gives no text` };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { kind: 'rejected', machine, reason: error.message };
  }
}

function routeTo({ machine, start }: Trigger, event: Event): RouteResult | undefined {
  const program = programOf(machine);
  try {
    const activation = {
      variables: { event: eventVariable(event, machine) },
      locale: machine.locales[0] ?? 'en',
      zone: machine.zone,
    };
    if (start.when !== undefined && !program.evaluateBoolean('route', start.when, activation)) return undefined;
    if (isTooFar(event)) return { kind: 'rejected', machine, reason: TOO_FAR };
    const contact = program.evaluate('route', start.contact, activation);
    if (typeof contact !== 'string')
      return { kind: 'rejected', machine, reason: `\`${start.contact}\` gives no address` };
    return { kind: 'target', machine, address: parseAddress(contact) };
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof AddressError)) throw error;
    return { kind: 'rejected', machine, reason: error.message };
  }
}
