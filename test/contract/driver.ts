import type { Broker, Capabilities } from '../../runtime/broker/port.ts';

/** What a driver claims about itself to the contract suite: suites for what is not declared do not run. */
export interface Declares extends Capabilities {
  /** `accessMode: 'Exclusive'` refuses a second producer whatever its name. */
  readonly exclusiveProducers: boolean;
  /** Topics that nobody created are refused (Pulsar creates them by default). */
  readonly refusesUnknownTopics: boolean;
  /** Producers can `lead`. */
  readonly followers: boolean;
  /** Deletes what every subscription has acknowledged now, not in its own time. Absent: retention is not tested. */
  readonly trim?: (broker: Broker) => Promise<void>;
}

/** Opens the driver. Called again after `close()`, it opens the same data: that is how a restart is tested. */
export type OpenDriver = () => Promise<Broker>;

/** What a suite works with. `restart` closes the broker and opens it anew over the same data. */
export interface Stage {
  readonly broker: Broker;
  readonly declares: Declares;
  readonly restart: () => Promise<Broker>;
}

export interface Suite {
  /** Runs only where the driver declares this. */
  readonly needs?: (declares: Declares) => boolean;
  /** Defines the tests; `stage()` may only be called inside a test. */
  readonly define: (stage: () => Stage) => void;
}
