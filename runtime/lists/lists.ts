import { MAIN, type Machine } from '../../dsl/machine/machine.ts';
import { NAME_PATTERN } from '../../dsl/schema/parts.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { readAudience } from '../broadcasts/audience.ts';
import { emptinessOf, reportOf, type AudienceReport } from '../broadcasts/audience-report.ts';
import type { BroadcastDatabase } from '../broadcasts/database.ts';
import { BroadcastError } from '../broadcasts/errors.ts';
import { MAX_LISTS } from '../broadcasts/limits.ts';
import type { Clock } from '../clock.ts';
import { ListStore, type ContactList } from './store.ts';

export interface ContactListsOptions {
  /** Kept over restarts; closed by whoever opened it. */
  readonly database: BroadcastDatabase;
  /** Those in force. */
  readonly machines: () => Machines;
  readonly clock: Clock;
}

export interface ListRequest {
  readonly name: string;
  readonly csv: Buffer;
  /** ISO 3166 code of phone numbers without `+`. */
  readonly country?: string | undefined;
}

/** What a file is good for: as a list, and for each definition in force that sends to the list. */
export interface ListReport {
  readonly report: AudienceReport;
  readonly definitions: readonly { readonly definition: string; readonly report: AudienceReport }[];
}

const NAME = new RegExp(NAME_PATTERN);

/** The contact lists of one tenant that were put at this process. */
export class ContactLists {
  readonly #options: ContactListsOptions;
  readonly #store: ListStore;

  constructor(options: ContactListsOptions) {
    this.#options = options;
    this.#store = new ListStore(options.database);
  }

  /** What `put` would do. Throws BroadcastError. */
  async check({ name, csv, country }: ListRequest): Promise<ListReport> {
    if (!NAME.test(name)) {
      const remedy = 'use small letters, digits and "-", beginning with a letter, 63 at most';
      throw new BroadcastError('list-name-invalid', `"${name}" is no name for a list: ${remedy}`);
    }
    const people = await readAudience(csv, { inputs: {}, country });
    const emptiness = emptinessOf(people);
    if (emptiness !== undefined) throw new BroadcastError('audience-empty', emptiness);
    const definitions = [];
    for (const machine of this.#sendingTo(name)) {
      const inputs = machine.flows[MAIN]?.inputs ?? {};
      const audience = await readAudience(csv, { inputs, country });
      definitions.push({ definition: machine.name, report: reportOf(audience) });
    }
    return { report: reportOf(people), definitions };
  }

  /** Replaces a list of that name as a whole; resolves once it is durable. Throws BroadcastError: nothing has changed. */
  async put(request: ListRequest): Promise<{ readonly list: ContactList } & ListReport> {
    const { name, csv, country } = request;
    const checked = await this.check(request);
    const { recipients, skipped, ignoredColumns } = checked.report;
    const list: ContactList = {
      ...{ name, people: recipients, skipped, columns: ignoredColumns, bytes: csv.length },
      ...(country !== undefined && { country }),
      putAt: new Date(this.#options.clock.now()).toISOString(),
    };
    if (!(await this.#store.put(list, csv, MAX_LISTS))) {
      throw new BroadcastError('lists-too-many', `there are ${MAX_LISTS} lists already: delete one that is not used`);
    }
    return { list, ...checked };
  }

  /** By name. */
  list(): readonly ContactList[] {
    return this.#store.all();
  }

  /** Throws BroadcastError `list-unknown`. */
  get(name: string): ContactList {
    const list = this.#store.get(name);
    if (!list) throw unknown(name);
    return list;
  }

  find(name: string): { readonly csv: Buffer; readonly country?: string } | undefined {
    const [list, csv] = [this.#store.get(name), this.#store.fileOf(name)];
    return list && csv && { csv, ...(list.country !== undefined && { country: list.country }) };
  }

  /** What was sent to it goes on. Throws BroadcastError `list-unknown`. */
  async delete(name: string): Promise<ContactList> {
    const list = this.get(name);
    if (!(await this.#store.delete(name))) throw unknown(name);
    return list;
  }

  #sendingTo(name: string): readonly Machine[] {
    const active = this.#options.machines().active();
    return active.filter(({ starts }) => starts.some((start) => start.on === 'schedule' && start.list === name));
  }
}

function unknown(name: string): BroadcastError {
  return new BroadcastError('list-unknown', `there is no list "${name}": \`parlance lists list\` shows them`);
}
