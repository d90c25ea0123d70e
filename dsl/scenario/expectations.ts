import { apparentConnector } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import type { Json } from '../json.ts';
import { dataMatches, textMatches } from './match.ts';
import type { Ending, Expectation, Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { eventLine, isEmitted } from './transcript.ts';

/** What happened is not what the scenario expects. */
export class Mismatch extends Error {
  readonly expected: string | undefined;
  readonly actual: string | undefined;

  constructor(message: string, expected?: string, actual?: string) {
    super(message);
    this.expected = expected;
    this.actual = actual;
  }
}

interface Said {
  readonly text: string;
  readonly connector: string;
  readonly to: string;
  readonly choices?: readonly { readonly label: string }[];
}

const ENDINGS: readonly Ending[] = ['completed', 'failed', 'expired', 'cancelled'];

/**
 * Messages are expected one by one, in their order, and each must be; emitted events and ends are taken in their order
 * too, but need not all be expected.
 */
export class Expectations {
  private readonly stage: Stage;
  private readonly scenario: Scenario;
  private readonly isLenient: boolean;
  private seen = 0;
  private messages: Event[] = [];
  private emitted: Event[] = [];
  private ended: Event[] = [];

  constructor(stage: Stage, scenario: Scenario, isLenient: boolean) {
    this.stage = stage;
    this.scenario = scenario;
    this.isLenient = isLenient;
  }

  /** Takes in what happened since the last call. */
  collect(): void {
    const events = this.stage.events();
    for (const event of events.slice(this.seen)) {
      if (event.type === 'message.requested') this.messages.push(event);
      else if (isEmitted(event.type, event.causationid)) this.emitted.push(event);
      else if (endingOf(event)) this.ended.push(event);
    }
    this.seen = events.length;
  }

  /** Throws a Mismatch where a message is left that nothing expected. */
  nothingMore(): void {
    const [message] = this.messages;
    if (!message || this.isLenient) return;
    throw new Mismatch('said, but not expected', undefined, saidOf(message).text);
  }

  /** Throws a Mismatch where what is expected did not happen. */
  async check(expectation: Expectation): Promise<void> {
    switch (expectation.expect) {
      case 'says':
        this.says(expectation);
        return;
      case 'emits':
        this.emits(expectation.type, expectation.data);
        return;
      case 'happens':
        this.happens(expectation.type, expectation.data);
        return;
      case 'ends':
        this.ends(expectation);
        return;
      case 'waits': {
        const waiting = this.stage.events().findLast(({ type }) => type === 'conversation.waiting');
        const { state = 'nowhere' } = (waiting?.data ?? {}) as { state?: string };
        if (state !== expectation.state) throw new Mismatch('waits elsewhere', expectation.state, state);
        return;
      }
      case 'vars': {
        const [person] = this.scenario.given.people;
        const vars = person && (await this.stage.vars(person));
        if (!vars) throw new Mismatch('no conversation is open');
        if (!dataMatches(expectation.values, vars)) {
          throw new Mismatch('the variables differ', JSON.stringify(expectation.values), JSON.stringify(vars));
        }
        return;
      }
      case 'no-message': {
        const [message] = this.messages;
        if (message) throw new Mismatch('something was said', undefined, saidOf(message).text);
      }
    }
  }

  private says(expected: Expectation & { expect: 'says' }): void {
    const { person, text, choices, connector, at, data } = expected;
    const index = this.messages.findIndex((event) => this.stage.personOf(event) === person);
    const event = this.messages[index];
    if (!event) throw new Mismatch('nothing more was said', text);
    const said = saidOf(event);
    if (text !== undefined && !textMatches(text, said.text)) throw new Mismatch('said something else', text, said.text);
    const labels = said.choices?.map(({ label }) => label) ?? [];
    if (choices && JSON.stringify(choices) !== JSON.stringify(labels)) {
      throw new Mismatch('offered other choices', choices.join(' | '), labels.join(' | '));
    }
    const over = apparentConnector(said.connector, said.to);
    if (connector !== undefined && connector !== over) {
      throw new Mismatch('said over another connector', connector, over);
    }
    const when = at === undefined ? event.time : new Date(at).toISOString();
    if (when !== event.time) throw new Mismatch('said at another time', when, event.time);
    if (data && !dataMatches(data, event.data)) {
      throw new Mismatch('the message differs', JSON.stringify(data), JSON.stringify(event.data));
    }
    this.messages.splice(index, 1);
  }

  private emits(type: string, data: Json | undefined): void {
    const index = this.emitted.findIndex((event) => event.type === type && matches(data, event));
    if (index >= 0) {
      this.emitted.splice(0, index + 1);
      return;
    }
    const others = this.emitted.map((event) => `${event.type} ${JSON.stringify(event.data)}`).join('\n');
    throw new Mismatch('not emitted', `${type}${shownData(data)}`, others || 'nothing');
  }

  private happens(type: string, data: Json | undefined): void {
    const ofType = this.stage.events().filter((event) => event.type === type);
    if (ofType.some((event) => matches(data, event))) return;
    const others = ofType.map((event) => JSON.stringify(event.data)).join('\n');
    throw new Mismatch('did not happen', `${type}${shownData(data)}`, others || `no ${type}`);
  }

  private ends({ how, outcome, code, definition }: Expectation & { expect: 'ends' }): void {
    const wanted = `${how}${outcome === undefined ? '' : `: ${outcome}`}${code === undefined ? '' : `: ${code}`}`;
    const index = this.ended.findIndex((event) => definition === undefined || this.definitionOf(event) === definition);
    const event = this.ended[index];
    if (!event) throw new Mismatch('has not ended', wanted);
    const data = event.data as { outcome?: string; code?: string };
    const isSame =
      endingOf(event) === how && (outcome ?? data.outcome) === data.outcome && (code ?? data.code) === data.code;
    if (!isSame) throw new Mismatch('ended otherwise', wanted, (eventLine(event) ?? '').trim());
    this.ended.splice(index, 1);
  }

  private definitionOf({ correlationid }: Event): string | undefined {
    const started = this.stage
      .events()
      .find((event) => event.type === 'conversation.started' && event.correlationid === correlationid);
    return (started?.data as { definition?: string } | undefined)?.definition;
  }
}

function saidOf(event: Event): Said {
  return event.data as Said;
}

function endingOf({ type }: Event): Ending | undefined {
  return ENDINGS.find((ending) => type === `conversation.${ending}`);
}

function matches(expected: Json | undefined, { data }: Event): boolean {
  return expected === undefined || dataMatches(expected, data);
}

function shownData(data: Json | undefined): string {
  return data === undefined ? '' : ` ${JSON.stringify(data)}`;
}
