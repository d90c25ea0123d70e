/** The few names that definitions and inputs share. */
export const WORDS = ['red', 'green', 'blue'] as const;
export const INTERRUPTS = ['north', 'south'] as const;
export const LENGTHS = ['30m', '1h', '2h'] as const;
/** A `listen` and an interrupt wait for other events: which of them takes one that both wait for is left open. */
export const LISTENED = ['com.shop.paid', 'com.shop.shipped'] as const;
export const INTERRUPTING = ['com.shop.cancelled', 'com.shop.changed'] as const;
export const KEYS = ['0', '1'] as const;
export const SNIPPETS = ['rebook', 'survey'] as const;
export const OUTCOMES = ['done', 'refused'] as const;
export const VARIABLES = ['n', 'm'] as const;
