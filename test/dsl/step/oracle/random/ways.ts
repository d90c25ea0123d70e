/** What happens on a way, and where it leads. */
import type { SourceAwaited, SourceCall, SourceSnippet, SourceWay } from '../../../../../dsl/schema/source.ts';
import type { Dice } from './dice.ts';
import { KEYS, OUTCOMES, VARIABLES } from './names.ts';

/** What a step may lead to and call. */
export interface Surroundings {
  /** Steps with names, in the order of the file; inside a loop too. */
  readonly named: readonly { readonly name: string; readonly place: number; readonly waits: boolean }[];
  readonly place: number;
  readonly callable: readonly string[];
}

/** Of an event that has just come; of a fetch that has just failed. */
type Seen = 'event.data.mark' | 'failure.code';

export class Ways {
  readonly dice: Dice;
  readonly snippets: Record<string, SourceSnippet> = {};
  private texts = 0;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  way(around: Surroundings, seen?: Seen): SourceWay {
    return { ...this.actions(seen), ...this.exit(around) };
  }

  exit(around: Surroundings): SourceWay {
    const goto = this.target(around);
    const kind = this.dice.pick(['next', 'next', 'goto', 'goto', 'goto', 'end', 'call'] as const);
    if (kind === 'end') return { end: this.dice.pick(OUTCOMES) };
    if (kind === 'call' && around.callable.length > 0) return this.call(around);
    return { goto: kind === 'goto' ? (goto ?? 'next') : 'next' };
  }

  wayOrNext(around: Surroundings): 'next' | SourceWay {
    return this.dice.chance(1, 3) ? 'next' : this.way(around);
  }

  call(around: Surroundings): SourceCall {
    const name = this.dice.pick(around.callable);
    const inside = { ...around, callable: [] };
    const named = outcomesOf(this.snippets[name]).filter(() => this.dice.chance(1, 2));
    return {
      call: name,
      outcomes: Object.fromEntries([...named, 'otherwise'].map((one) => [one, this.wayOrNext(inside)])),
    };
  }

  /** Forward, or back to where it waits. */
  target({ named, place }: Surroundings): string | undefined {
    const fit = named.filter((step) => step.place > place || step.waits);
    return fit.length === 0 ? undefined : this.dice.pick(fit).name;
  }

  actions(seen?: Seen): Pick<SourceWay, 'say' | 'set'> {
    const say = this.dice.chance(1, 3) ? { say: this.text(seen) } : {};
    const set = this.dice.chance(1, 3) ? { set: this.values() } : {};
    return this.dice.chance(1, 2) ? { ...say, ...set } : { ...set, ...say };
  }

  text(seen?: Seen): string {
    this.texts += 1;
    const more = seen === undefined ? '' : `, \${${seen}}`;
    return `Text ${this.texts.toString()}: \${vars.n} and \${vars.m}${more}`;
  }

  /** `equals`: the expressions that may give the value. */
  awaited(types: readonly string[], equals: readonly string[]): SourceAwaited {
    return {
      event: this.dice.pick(types),
      key: 'event.data.key',
      equals: this.dice.pick(equals),
      ...(this.dice.chance(1, 2) ? { when: this.dice.pick(['vars.n >= 1', 'event.data.size == 1.0']) } : {}),
    };
  }

  private values(): NonNullable<SourceWay['set']> {
    const { dice } = this;
    const names = VARIABLES.slice(dice.upTo(VARIABLES.length - 1));
    const value = () =>
      dice.chance(1, 4) ? dice.upTo(2) : `\${vars.${dice.pick(VARIABLES)} + ${dice.upTo(2).toString()}}`;
    return Object.fromEntries(names.map((name) => [name, value()]));
  }
}

export const LITERAL_KEYS: readonly string[] = ['0', ...KEYS].map((key) => `'${key}'`);

function outcomesOf(snippet: SourceSnippet | undefined): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(snippet, (key, value: unknown) => {
    if (key === 'end' && typeof value === 'string') found.add(value);
    return value;
  });
  return [...found];
}
