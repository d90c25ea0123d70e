/** Small definitions at random, all valid: nothing goes round without a wait, and every name exists. */
import fc from 'fast-check';
import type { SourceBody, SourceDefinition, SourceInterrupt, SourceStep } from '../../../../../dsl/schema/source.ts';
import { START_WORD } from '../engine.ts';
import { Dice } from './dice.ts';
import { INTERRUPTING, INTERRUPTS, OUTCOMES, SNIPPETS, VARIABLES } from './names.ts';
import { stepOf, WAITING, type Kind } from './steps.ts';
import { LITERAL_KEYS, Ways, type Surroundings } from './ways.ts';

const KINDS: readonly Kind[] = [
  'say',
  ...(['ask', 'ask', 'ask', 'delay', 'delay', 'listen', 'listen', 'listen', 'fetch', 'fetch', 'handoff'] as const),
  ...(['branch', 'split', 'repeat', 'repeat', 'call', 'call', 'call', 'goto', 'end'] as const),
];
const INNER_KINDS: readonly Kind[] = ['say', 'ask', 'branch', 'delay', 'listen', 'fetch', 'handoff'];
const MAX_STEPS = 5;
const MAX_INNER_STEPS = 2;

export const definitions: fc.Arbitrary<SourceDefinition> = fc
  .gen()
  .map((gen) => new Author(new Dice(gen)).definition());

class Author {
  private readonly dice: Dice;
  private readonly ways: Ways;

  constructor(dice: Dice) {
    this.dice = dice;
    this.ways = new Ways(dice);
  }

  definition(): SourceDefinition {
    const { snippets } = this.ways;
    const names = SNIPPETS.slice(0, this.dice.pick([0, 1, 1, 2, 2]));
    // A snippet calls those before it, so none calls itself.
    for (const [index, name] of names.entries()) snippets[name] = this.body(names.slice(0, index), 3, 1);
    return {
      conversation: 'oracle',
      start: [{ match: START_WORD }],
      data: {
        stock: { get: 'https://shop.example/stock', timeout: '10s', retry: 2, returns: { count: 'integer' } },
      },
      ...this.body(names, MAX_STEPS, INTERRUPTS.length),
      ...(names.length === 0 ? {} : { snippets }),
    };
  }

  private body(callable: readonly string[], most: number, words: number): SourceBody {
    const { dice } = this;
    const kinds = this.kinds(1 + dice.upTo(most - 1), callable);
    const plan = kinds.map((kind) => ({ kind, inner: kind === 'repeat' ? this.innerKinds() : [] }));
    const places = plan
      .flatMap(({ kind, inner }) => [kind, ...inner])
      .map((kind, place) => ({
        place,
        name: dice.chance(2, 3) ? `${kind}-${(place + 1).toString()}` : undefined,
        waits: WAITING.has(kind),
      }));
    const named = places.flatMap(({ name, ...rest }) => (name === undefined ? [] : [{ name, ...rest }]));
    let at = 0;
    const next = (kind: Kind, inner: readonly SourceStep[] = []): SourceStep => {
      const { name, place = 0 } = places[at++] ?? {};
      const around = { named, place, callable };
      return { ...(name === undefined ? {} : { step: name }), ...stepOf(this.ways, kind, around, inner) };
    };
    const steps = plan.map(({ kind, inner }) => {
      const own = at;
      at += 1;
      const innerSteps = inner.map((one) => next(one));
      const end = at;
      at = own;
      const step = next(kind, innerSteps);
      at = end;
      return step;
    });
    const anytime = this.anytime({ named, place: -1, callable }, dice.upTo(1) + dice.upTo(words - 1));
    return {
      vars: Object.fromEntries(VARIABLES.map((name) => [name, { type: 'integer', default: 0 } as const])),
      steps,
      ...(anytime.length === 0 ? {} : { anytime }),
    };
  }

  private kinds(count: number, callable: readonly string[]): readonly Kind[] {
    return Array.from({ length: count }, () => {
      const kind = this.dice.pick(KINDS);
      return kind === 'call' && callable.length === 0 ? 'ask' : kind;
    });
  }

  private innerKinds(): readonly Kind[] {
    return Array.from({ length: 1 + this.dice.upTo(MAX_INNER_STEPS - 1) }, () => this.dice.pick(INNER_KINDS));
  }

  private anytime(around: Surroundings, words: number): readonly SourceInterrupt[] {
    const byWords = INTERRUPTS.slice(0, words).map((match) => this.interrupt({ match }, around));
    const byEvents = Array.from({ length: this.dice.upTo(1) }, () =>
      this.interrupt(this.ways.awaited(INTERRUPTING, LITERAL_KEYS), around),
    );
    return this.dice.chance(1, 2) ? [...byWords, ...byEvents] : [...byEvents, ...byWords];
  }

  private interrupt(trigger: SourceInterrupt, around: Surroundings): SourceInterrupt {
    const call = around.callable.length > 0 && this.dice.chance(2, 3) ? this.ways.call(around) : {};
    const actions = this.ways.actions(trigger.event === undefined ? undefined : 'event.data.mark');
    return { ...trigger, ...actions, ...call, ...this.afterInterrupt(around) };
  }

  private afterInterrupt(around: Surroundings): Pick<SourceInterrupt, 'then' | 'goto' | 'end'> {
    const goto = this.ways.target(around);
    const kind = this.dice.pick(['resume', 'resume', 'resume', 'resume', 'resume', 'restart', 'goto', 'end'] as const);
    if (kind === 'end') return { end: this.dice.pick(OUTCOMES) };
    if (kind === 'goto') return goto === undefined ? { then: 'resume' } : { goto };
    return { then: kind };
  }
}
