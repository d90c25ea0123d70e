/** The same definition, compiled and run by the step function; what happens as lines that can be compared. */
import { timersOf } from '../../../../dsl/contact.ts';
import type { Emission } from '../../../../dsl/step/contract.ts';
import { given, machineOf, type Scene } from '../../given-when-then.ts';

export const START_WORD = 'begin';

export class EngineRun {
  private readonly scene: Scene;
  private told = 0;

  constructor(text: string) {
    this.scene = given([machineOf(text)]);
  }

  get now(): number {
    return this.scene.now;
  }

  /** What happened since the last call. */
  taken(): readonly string[] {
    const emissions = this.scene.emissions.slice(this.told);
    this.told += emissions.length;
    return emissions.flatMap(lineOf);
  }

  begin(): void {
    this.scene.reply(START_WORD);
  }

  /** Milliseconds until the conversation's wait ends by itself; undefined where it has ended. */
  get waitsForMs(): number | undefined {
    const [conversation] = this.scene.state?.conversations ?? [];
    const timer = timersOf(this.scene.state).find(({ id }) => id === conversation?.wait.timer);
    return timer && timer.due - this.scene.now;
  }

  reply(text: string): void {
    this.scene.reply(text);
  }

  advance(ms: number): void {
    this.scene.advance(`${(ms / 1000).toString()}s`);
  }

  /** Time passes, and nothing has fallen due yet. */
  skip(ms: number): void {
    this.scene.now = (this.scene.now + ms) as Scene['now'];
  }
}

/** Starts and timers are the engine's own; whatever else it states must be what the statechart says. */
function lineOf({ channel, type, data }: Emission): readonly string[] {
  if (channel === 'timers' || type === 'conversation.started') return [];
  const { text, to, state, for: what, outcome } = data as Readonly<Record<string, string>>;
  if (type === 'message.requested') return [`says ${text ?? ''}`];
  if (type === 'conversation.advanced') return [`enters ${to ?? ''}`];
  if (type === 'conversation.waiting') return [`waits at ${state ?? ''} for ${what ?? ''}`];
  if (type === 'conversation.completed') return [`ends ${outcome ?? ''}`];
  return [`${type} ${JSON.stringify(data)}`];
}
