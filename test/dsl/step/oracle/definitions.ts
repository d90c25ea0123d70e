/** Small definitions at random, all valid: nothing goes round without a wait, and every name exists. */
import fc, { type GeneratorValue } from 'fast-check';
import type {
  SourceBody,
  SourceCall,
  SourceDefinition,
  SourceInterrupt,
  SourceReply,
  SourceSilence,
  SourceSnippet,
  SourceStep,
  SourceWay,
} from '../../../../dsl/schema/source.ts';
import type { Input } from './compare.ts';
import { START_WORD } from './engine.ts';

const WORDS = ['red', 'green', 'blue'] as const;
const INTERRUPTS = ['north', 'south'] as const;
const SNIPPETS = ['rebook', 'survey'] as const;
const OUTCOMES = ['done', 'refused'] as const;
const LENGTHS = ['30m', '1h', '2h'] as const;
const VARIABLES = ['n', 'm'] as const;
const KINDS = [
  'say',
  'ask',
  'ask',
  'ask',
  'branch',
  'delay',
  'delay',
  'delay',
  'repeat',
  'call',
  'call',
  'goto',
  'end',
] as const;
const MAX_STEPS = 5;
const MAX_INNER_STEPS = 2;

type Kind = (typeof KINDS)[number];

export const definitions: fc.Arbitrary<SourceDefinition> = fc.gen().map((gen) => new Author(gen).definition());

export const inputs: fc.Arbitrary<readonly Input[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ reply: fc.constantFrom(...WORDS, ...INTERRUPTS, ...INTERRUPTS, 'other') }) },
    { weight: 3, arbitrary: fc.record({ advance: fc.constantFrom('10m', ...LENGTHS) }) },
    { weight: 1, arbitrary: fc.record({ replyInTime: fc.constantFrom(...WORDS, ...INTERRUPTS, 'other') }) },
  ),
  { minLength: 10, maxLength: 20 },
);

/** What a step may lead to and call. */
interface Surroundings {
  /** Steps with names, in the order of the file; inside a loop too. */
  readonly named: readonly { readonly name: string; readonly place: number; readonly waits: boolean }[];
  readonly place: number;
  readonly callable: readonly string[];
}

class Author {
  private readonly gen: GeneratorValue;
  private readonly snippets: Record<string, SourceSnippet> = {};
  private texts = 0;

  constructor(gen: GeneratorValue) {
    this.gen = gen;
  }

  definition(): SourceDefinition {
    const names = SNIPPETS.slice(0, this.pick([0, 1, 1, 2, 2]));
    // A snippet calls those before it, so none calls itself.
    for (const [index, name] of names.entries()) this.snippets[name] = this.body(names.slice(0, index), 3, 1);
    return {
      conversation: 'oracle',
      start: [{ match: START_WORD }],
      ...this.body(names, MAX_STEPS, INTERRUPTS.length),
      ...(names.length === 0 ? {} : { snippets: this.snippets }),
    };
  }

  private body(callable: readonly string[], most: number, interrupts: number): SourceBody {
    const kinds = this.kinds(1 + this.upTo(most - 1), callable);
    const plan = kinds.map((kind) => ({ kind, inner: kind === 'repeat' ? this.innerKinds() : [] }));
    let place = 0;
    const places = plan
      .flatMap(({ kind, inner }) => [kind, ...inner])
      .map((kind) => ({
        place: place++,
        name: this.chance(2, 3) ? `${kind}-${place.toString()}` : undefined,
        waits: kind === 'ask' || kind === 'delay',
      }));
    const named = places.flatMap(({ name, ...rest }) => (name === undefined ? [] : [{ name, ...rest }]));
    let at = 0;
    const next = (kind: Kind, inner: readonly SourceStep[] = []): SourceStep => {
      const { name, place: own = 0 } = places[at++] ?? {};
      const around = { named, place: own, callable };
      return { ...(name === undefined ? {} : { step: name }), ...this.step(kind, around, inner) };
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
    const anytime = this.interrupts({ named, place: -1, callable }, this.upTo(1) + this.upTo(interrupts - 1));
    return {
      vars: Object.fromEntries(VARIABLES.map((name) => [name, { type: 'integer', default: 0 } as const])),
      steps,
      ...(anytime.length === 0 ? {} : { anytime }),
    };
  }

  private kinds(count: number, callable: readonly string[]): readonly Kind[] {
    return Array.from({ length: count }, () => {
      const kind = this.pick(KINDS);
      return kind === 'call' && callable.length === 0 ? 'ask' : kind;
    });
  }

  private innerKinds(): readonly Kind[] {
    return Array.from({ length: 1 + this.upTo(MAX_INNER_STEPS - 1) }, () =>
      this.pick(['say', 'ask', 'branch', 'delay']),
    );
  }

  private step(kind: Kind, around: Surroundings, inner: readonly SourceStep[]): SourceStep {
    const before = this.actions();
    switch (kind) {
      case 'say':
        return { ...before, say: this.text() };
      case 'ask':
        return { ...before, ask: this.text(), within: this.pick(LENGTHS), ...this.answers(around) };
      case 'delay':
        return { ...before, delay: { for: this.pick(LENGTHS) } };
      case 'branch':
        return { ...before, branch: this.cases(around) };
      case 'call':
        return { ...before, ...this.call(around) };
      case 'goto': {
        const goto = this.target(around);
        return goto === undefined ? { ...before, say: this.text() } : { ...before, goto };
      }
      case 'end':
        return { ...before, end: this.pick(OUTCOMES) };
      case 'repeat':
        return {
          ...before,
          repeat: {
            most: 1 + this.upTo(2),
            ...(this.chance(1, 2) ? { while: `vars.n < ${(1 + this.upTo(2)).toString()}` } : {}),
            steps: inner,
            // Back into its own steps, it would go round for ever.
            exhausted: this.chance(1, 3) ? 'next' : this.way({ ...around, place: around.place + inner.length }),
          },
        };
    }
  }

  private answers(around: Surroundings): Pick<SourceStep, 'replies' | 'silence'> {
    const silence: SourceSilence[] = Array.from({ length: this.upTo(2) }, () => ({
      ...this.actions(),
      within: this.pick(LENGTHS),
    }));
    silence.push(this.way(around));
    if (this.chance(1, 5)) return { silence };
    const replies: SourceReply[] = WORDS.slice(0, 1 + this.upTo(WORDS.length - 1)).map((match) => ({
      match,
      ...this.way(around),
    }));
    replies.push({ otherwise: this.otherwise(around) });
    return { replies, silence };
  }

  private otherwise(around: Surroundings): NonNullable<SourceReply['otherwise']> {
    if (this.chance(1, 6)) return 'next';
    if (this.chance(1, 5)) return this.way(around);
    return {
      ...this.actions(),
      again: 1 + this.upTo(1),
      exhausted: this.chance(1, 3) ? 'next' : this.way(around),
    };
  }

  private cases(around: Surroundings): NonNullable<SourceStep['branch']> {
    const when = (): string => `vars.${this.pick(VARIABLES)} ${this.pick(['>=', '=='])} ${this.upTo(2).toString()}`;
    return [
      ...Array.from({ length: 1 + this.upTo(1) }, () => ({ when: when(), ...this.way(around) })),
      { otherwise: this.chance(1, 2) ? 'next' : this.way(around) },
    ];
  }

  private interrupts(around: Surroundings, count: number): readonly SourceInterrupt[] {
    return INTERRUPTS.slice(0, count).map((match) => {
      const call = around.callable.length > 0 && this.chance(2, 3) ? this.call(around) : {};
      return { match, ...this.actions(), ...call, ...this.afterInterrupt(around) };
    });
  }

  private afterInterrupt(around: Surroundings): Pick<SourceInterrupt, 'then' | 'goto' | 'end'> {
    const goto = this.target(around);
    const kind = this.pick(['resume', 'resume', 'resume', 'resume', 'resume', 'restart', 'goto', 'end'] as const);
    if (kind === 'end') return { end: this.pick(OUTCOMES) };
    if (kind === 'goto') return goto === undefined ? { then: 'resume' } : { goto };
    return { then: kind };
  }

  private way(around: Surroundings): SourceWay {
    const goto = this.target(around);
    const kind = this.pick(['next', 'next', 'goto', 'goto', 'goto', 'end', 'call', 'call'] as const);
    if (kind === 'end') return { ...this.actions(), end: this.pick(OUTCOMES) };
    if (kind === 'call' && around.callable.length > 0) return { ...this.actions(), ...this.call(around) };
    return { ...this.actions(), goto: kind === 'goto' ? (goto ?? 'next') : 'next' };
  }

  private call(around: Surroundings): SourceCall {
    const name = this.pick(around.callable);
    const inside = { ...around, callable: [] };
    const known = outcomesOf(this.snippets[name]);
    const named = known.filter(() => this.chance(1, 2));
    const outcome = (): 'next' | SourceWay => (this.chance(1, 3) ? 'next' : this.way(inside));
    return {
      call: name,
      outcomes: Object.fromEntries([...named, 'otherwise'].map((one) => [one, outcome()])),
    };
  }

  /** Forward, or back to where it waits. */
  private target({ named, place }: Surroundings): string | undefined {
    const fit = named.filter((step) => step.place > place || step.waits);
    return fit.length === 0 ? undefined : this.pick(fit).name;
  }

  private actions(): Pick<SourceWay, 'say' | 'set'> {
    const say = this.chance(1, 3) ? { say: this.text() } : {};
    const set = this.chance(1, 3) ? { set: this.values() } : {};
    return this.chance(1, 2) ? { ...say, ...set } : { ...set, ...say };
  }

  private values(): NonNullable<SourceWay['set']> {
    const names = VARIABLES.slice(this.upTo(VARIABLES.length - 1));
    const value = () =>
      this.chance(1, 4) ? this.upTo(2) : `\${vars.${this.pick(VARIABLES)} + ${this.upTo(2).toString()}}`;
    return Object.fromEntries(names.map((name) => [name, value()]));
  }

  private text(): string {
    this.texts += 1;
    return `Text ${this.texts.toString()}: \${vars.n} and \${vars.m}`;
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[this.upTo(values.length - 1)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  private upTo(most: number): number {
    return this.gen(fc.nat, most);
  }

  private chance(part: number, of: number): boolean {
    return this.upTo(of - 1) < part;
  }
}

function outcomesOf(snippet: SourceSnippet | undefined): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(snippet, (key, value: unknown) => {
    if (key === 'end' && typeof value === 'string') found.add(value);
    return value;
  });
  return [...found];
}
