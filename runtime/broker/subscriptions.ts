/**
 * Durable subscriptions of the platform's own parts. They are created with the tenant: until a subscription exists,
 * a broker deletes what is published once its retention is over, read or not.
 */

/** The loops of the contacts, on their inputs. */
export const ENGINE_SUBSCRIPTION = 'engine';

/** The routers, on theirs. */
export const ROUTER_SUBSCRIPTION = 'router';

/** On journals: keeps records from being deleted before a checkpoint covers them. */
export const CHECKPOINT_SUBSCRIPTION = 'checkpoint';

/** The sink, on everything that it stores and on its own records. */
export const STORE_SUBSCRIPTION = 'store';

/**
 * On topics that are read as a table, and on dead letters: holds what they contain, whatever the retention. Whoever has
 * written everything anew, or redriven it, acknowledges up to there.
 */
export const KEEP_SUBSCRIPTION = 'keep';
