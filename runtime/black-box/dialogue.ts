/** One scenario on one running platform: says what people would, and sees what follows in the store. */
import type { Address, ContactKey } from '../../channels/brands.ts';
import { contactKeyOf, PROBE_SCHEME, schemeOf } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import { completedReceipt } from '../../dsl/scenario/receipt.ts';
import type { Action, Person, Scenario } from '../../dsl/scenario/scenario.ts';
import { sleep, type Clock } from '../clock.ts';
import type { Target } from './target.ts';

export class Dialogue {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #contacts: readonly [ContactKey, ...ContactKey[]];
  readonly #startedAt: number;
  /** Of this run. */
  readonly #source: string;
  readonly #sent: string[] = [];
  #events: readonly Event[] = [];
  #inputs = 0;

  constructor(target: Target, clock: Clock, { given: { people } }: Scenario, run: string) {
    this.#target = target;
    this.#clock = clock;
    const keys = people.flatMap((person) => person.addresses.map((one) => [contactKeyOf(one), person] as const));
    this.#people = new Map(keys);
    const [first, ...others] = keys.map(([key]) => key);
    if (first === undefined) throw new RangeError('nobody is given');
    this.#contacts = [first, ...others];
    this.#startedAt = clock.now();
    this.#source = `/${PROBE_SCHEME}/${run}`;
  }

  /** As of the last `look`. */
  events(): readonly Event[] {
    return this.#events;
  }

  /** Those that were not seen before, by their ids. */
  since(before: ReadonlySet<string>): readonly Event[] {
    return this.#events.filter(({ id }) => !before.has(id));
  }

  personOf({ subject = '' }: Event): Person | undefined {
    return this.#people.get(subject);
  }

  /** Sees what is stored by now; all that was done before is among it. */
  async look(): Promise<void> {
    await this.#target.settled();
    this.#events = await this.#target.events(this.#contacts, this.#startedAt);
  }

  /** Why nothing came of what was sent, as far as the platform says. */
  rejections(): Promise<readonly string[]> {
    return this.#target.rejections(this.#sent, this.#startedAt);
  }

  /** Versions that its conversations run on: content hashes by name. */
  get machines(): ReadonlyMap<string, string> {
    const started = this.#events.filter(({ type }) => type === 'conversation.started');
    return new Map(
      started.map(({ data }) => {
        const { definition, machine } = data as { readonly definition: string; readonly machine: string };
        return [definition, machine];
      }),
    );
  }

  /** False where there is no message yet that a receipt could be about. */
  async perform(action: Action): Promise<boolean> {
    this.#inputs += 1;
    const id = `${this.#source}/${this.#inputs}`;
    switch (action.do) {
      case 'event': {
        const sent = { id: action.id ?? id, source: this.#source, type: action.type, data: action.data };
        this.#sent.push(sent.id);
        await this.#target.send({ ...sent, subject: this.#contacts[0] });
        return true;
      }
      case 'reply':
        await this.#target.write({ from: this.#addressOf(action.person, action.from), text: action.text, id });
        return true;
      case 'receive': {
        const receipt = completedReceipt(this, action);
        if (receipt) await this.#target.report({ ...receipt.data, type: receipt.type, id });
        return receipt !== undefined;
      }
      case 'advance':
        await sleep(this.#clock, action.ms);
        return true;
      case 'answer':
        // The platform asks as it always does.
        return true;
      case 'broadcast':
      case 'schedule':
      case 'agent':
        throw new RangeError(`${action.do} is not performed on a running platform`);
    }
  }

  /** The one named, else where the newest message went. */
  #addressOf(person: Person, from: string | undefined): Address {
    const { addresses } = person;
    const named = addresses.find((address) => address === from || schemeOf(address) === from);
    if (named !== undefined) return named;
    const newest = this.#events.findLast(
      (event) => event.type === 'message.requested' && this.personOf(event) === person,
    );
    return (newest?.data as { readonly to?: Address } | undefined)?.to ?? addresses[0];
  }
}
