/** A nominal type over a plain representation: costs nothing at run time, keeps ids from being mixed up. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };

/** Unique per `source`; ids that the platform emits are derived from their cause, so that a retry repeats them. */
export type EventId = Brand<string, 'EventId'>;

/** A customer; also the name of the Pulsar tenant: `[a-z][a-z0-9-]{0,62}`. */
export type TenantName = Brand<string, 'TenantName'>;

/** Stable key of one person: routes, orders and stores everything about them. See `contactKeyOf`. */
export type ContactKey = Brand<string, 'ContactKey'>;

/** Stable key of a value of events of one type, for which conversations wait. See `correlationKeyOf`. */
export type CorrelationKey = Brand<string, 'CorrelationKey'>;

/** One running instance of a machine. */
export type ConversationId = Brand<string, 'ConversationId'>;

/** Content hash of a machine: `sha256:` and 64 hex digits. */
export type MachineHash = Brand<string, 'MachineHash'>;

/** Milliseconds since the Unix epoch. Always passed in, never read from a clock inside the core. */
export type Millis = Brand<number, 'Millis'>;

/** Where a person can be reached, as a URI: `tel:+12125550123`, `mailto:ana@example.org`, `webchat:…`. */
export type Address = Brand<string, 'Address'>;
