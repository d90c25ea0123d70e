/** One scenario on one running platform: says what people would, and sees what follows in the store. */
import type { Address, ContactKey, Millis } from '../../channels/brands.ts';
import {
  apparentConnector,
  contactKeyOf,
  isScriptedContact,
  PROBE_SCHEME,
  schemeOf,
} from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import { DESCRIBED, descriptionsOf, type Description } from '../../dsl/scenario/live/described.ts';
import type { KeptVars, Moment } from '../../dsl/scenario/live/comparison.ts';
import { completedReceipt } from '../../dsl/scenario/receipt.ts';
import type { Action, Person, Scenario } from '../../dsl/scenario/scenario.ts';
import { sleep, type Clock } from '../clock.ts';
import { momentOf } from './own-moment.ts';
import { ScriptedSources } from './scripted-sources.ts';
import { isBehind, type Target } from './target.ts';

/** While time passes. */
const LISTEN_EVERY_MS = 500;

export class Dialogue {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #addresses: ReadonlyMap<string, Address>;
  readonly contacts: readonly [ContactKey, ...ContactKey[]];
  /** Of the person that the scenario is about. */
  readonly #first: readonly ContactKey[];
  readonly #begun: Millis;
  /** Undefined where the platform really asks. */
  readonly #sources: ScriptedSources | undefined;
  readonly #startedAt: number;
  /** Of this run. */
  readonly #source: string;
  readonly #sent: string[] = [];
  #events: readonly Event[] = [];
  /** Ids of what came before anything was done. */
  #before: ReadonlySet<string> = new Set();
  readonly #descriptions: readonly Description[];
  #inputs = 0;
  /** What the scenario let pass. */
  #passedMs = 0;

  constructor(target: Target, clock: Clock, { given: { people, answers, now } }: Scenario, run: string) {
    this.#target = target;
    this.#clock = clock;
    const keys = people.flatMap((person) => person.addresses.map((one) => [contactKeyOf(one), person, one] as const));
    this.#people = new Map(keys.map(([key, person]) => [key, person]));
    this.#addresses = new Map(keys.map(([key, , address]) => [key, address]));
    const [first, ...others] = keys.map(([key]) => key);
    if (first === undefined) throw new RangeError('nobody is given');
    this.contacts = [first, ...others];
    this.#first = (people[0]?.addresses ?? []).map(contactKeyOf);
    this.#begun = now;
    this.#descriptions = descriptionsOf(people);
    this.#sources = isScriptedContact(first) ? new ScriptedSources(answers) : undefined;
    this.#startedAt = clock.now();
    this.#source = `/${PROBE_SCHEME}/${run}`;
  }

  /** Undefined where no time passes for them. */
  momentOf(event: Event): Moment | undefined {
    return momentOf(event, this.#events, this.#begun);
  }

  /** Of the person that the scenario is about. */
  vars(): Promise<KeptVars> {
    return this.#target.vars(this.#first);
  }

  /** Says what is known of these people. */
  async describe(): Promise<readonly ContactKey[]> {
    for (const { of, data } of this.#descriptions) {
      this.#inputs += 1;
      await this.#target.state({ of, type: DESCRIBED, data, id: `${this.#source}/${this.#inputs}` });
    }
    return this.#descriptions.map(({ of }) => contactKeyOf(of));
  }

  /** What has come until now follows from nothing in the scenario. */
  begin(): void {
    this.#before = this.seen();
  }

  /** As of the last `look`. */
  events(): readonly Event[] {
    return this.#events.filter(({ id }) => !this.#before.has(id));
  }

  /** Ids of these. */
  seen(): ReadonlySet<string> {
    return new Set(this.#events.map(({ id }) => id));
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
    this.#events = await this.#target.events(this.contacts, this.#startedAt);
    this.#sources?.hear(this.#events, this.#passedMs);
    await this.#answer();
  }

  async #answer(): Promise<void> {
    for (const { question, type, data } of this.#sources?.takeDue(this.#passedMs) ?? []) {
      const { id, correlationid: conversation } = question;
      const answered = { of: this.#addressIn(question), type, data, id, cause: id };
      await this.#target.state({ ...answered, ...(conversation !== undefined && { conversation }) });
    }
  }

  /** Whatever is asked on the way is heard on the way, and answered as late as it should be. */
  async #advance(ms: number): Promise<void> {
    const begunMs = this.#clock.now() - this.#passedMs;
    const end = this.#passedMs + ms;
    while (this.#passedMs < end) {
      const next = this.#sources
        ? Math.min(this.#sources.nextDue ?? Infinity, this.#passedMs + LISTEN_EVERY_MS, end)
        : end;
      await sleep(this.#clock, Math.max(0, next - (this.#clock.now() - begunMs)));
      this.#passedMs = Math.min(end, Math.max(next, this.#clock.now() - begunMs));
      if (this.#passedMs < end) await this.#listen();
    }
    await this.#answer();
  }

  /** So much of the scenario's time has passed: whatever is to be answered by then is answered with the next look. */
  passed(ms: number): void {
    this.#passedMs += ms;
  }

  /** So much time is to pass at once for each of these people: `probe.time-passed` tells what came of it. */
  async askForTime(asked: ReadonlyMap<ContactKey, number>): Promise<void> {
    for (const [contact, ms] of asked) {
      this.#inputs += 1;
      const of = this.#addresses.get(contact);
      if (of === undefined) throw new RangeError(`${contact} is nobody of the scenario`);
      const id = `${this.#source}/${this.#inputs}`;
      await this.#target.state({ of, type: 'probe.time-requested', data: { ms }, id });
    }
  }

  async #listen(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      // A store that is far behind tells it a little later.
      if (!isBehind(error)) throw error;
    }
  }

  /** Why nothing came of what was sent, as far as the platform says. */
  async rejections(): Promise<readonly string[]> {
    const skipped = this.#events.filter(({ type }) => type === 'broadcast.recipient-skipped');
    const reasons = skipped.map(({ data }) => (data as { readonly reason: string }).reason);
    return [...reasons, ...(await this.#target.rejections(this.#sent, this.#startedAt))];
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

  /** What there is to be before it can be done, where that is not. */
  async perform(action: Action): Promise<string | undefined> {
    this.#inputs += 1;
    const id = `${this.#source}/${this.#inputs}`;
    switch (action.do) {
      case 'event': {
        const sent = { id: action.id ?? id, source: this.#source, type: action.type, data: action.data };
        this.#sent.push(sent.id);
        await this.#target.send({ ...sent, subject: this.contacts[0] });
        return undefined;
      }
      case 'reply':
        await this.#target.write({ from: this.#addressOf(action.person, action.from), text: action.text, id });
        return undefined;
      case 'receive': {
        const receipt = completedReceipt(this, action);
        if (receipt) await this.#target.report({ ...receipt.data, type: receipt.type, id });
        return receipt ? undefined : `a message that ${action.type} is about`;
      }
      case 'advance':
        await this.#advance(action.ms);
        return undefined;
      case 'answer':
        this.#sources?.script(action.answers);
        return undefined;
      case 'broadcast':
      case 'schedule':
        await this.#aim(action, id);
        return undefined;
      case 'agent': {
        const handoff = this.#events.findLast(({ type }) => type === 'conversation.handed-off');
        if (handoff) await this.#act(handoff, action, id);
        return handoff ? undefined : `a hand-off that ${action.type} is about`;
      }
    }
  }

  /** As a broadcast does that has this person in its audience, or a schedule whose list they are on. */
  async #aim(action: Action & { do: 'broadcast' | 'schedule' }, id: string): Promise<void> {
    const { person, definition, inputs } = action;
    const [to] = person.addresses;
    const machine = (await this.#target.inForce(definition)) ?? 'none';
    const schedule = action.do === 'schedule' ? { schedule: { list: action.list, at: action.at } } : {};
    const data = { broadcast: PROBE_SCHEME, connector: PROBE_SCHEME, to, definition, machine, inputs, ...schedule };
    await this.#target.state({ of: to, type: 'broadcast.recipient-targeted', data, id });
  }

  async #act(handoff: Event, { type, data }: Action & { do: 'agent' }, id: string): Promise<void> {
    const { correlationid: conversation = '', data: of } = handoff;
    const { handoff: name } = of as { readonly handoff?: string };
    const acted = { ...data, conversation, ...(name !== undefined && { handoff: name }) };
    await this.#target.state({ of: this.#addressIn(handoff), type, data: acted, id, cause: handoff.id, conversation });
  }

  #addressIn({ id, subject = '' }: Event): Address {
    const address = this.#addresses.get(subject);
    if (address === undefined) throw new RangeError(`${id} is about nobody of the scenario`);
    return address;
  }

  /** The one named, else where the newest message went. */
  #addressOf(person: Person, from: string | undefined): Address {
    const { addresses } = person;
    const isMeant = (one: Address) => one === from || apparentConnector(schemeOf(one), one) === from;
    const named = addresses.find(isMeant);
    if (named !== undefined) return named;
    const newest = this.#events.findLast(
      (event) => event.type === 'message.requested' && this.personOf(event) === person,
    );
    return (newest?.data as { readonly to?: Address } | undefined)?.to ?? addresses[0];
  }
}
