/** The same definition, compiled and run by the step function; what happens as lines that can be compared. */
import type { Event } from '../../../../channels/event.ts';
import { timersOf, type Wait } from '../../../../dsl/contact.ts';
import type { Emission } from '../../../../dsl/step/contract.ts';
import { given, machineOf, type Scene } from '../../given-when-then.ts';
import { DESK_TEXT, markOf, type Answer, type DeskWord, type Occurrence } from './happenings.ts';

export const START_WORD = 'begin';
/** How a share of a split tells which it is. */
const SHARE = /^Share (\d+)/;

export class EngineRun {
  private readonly scene: Scene;
  /** By number. */
  private readonly events = new Map<number, Event>();
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
    const { conversation } = this;
    const timer = timersOf(this.scene.state).find(({ id }) => id === conversation?.wait.timer);
    return timer && timer.due - this.scene.now;
  }

  get waitsFor(): Wait['for'] | undefined {
    return this.conversation?.wait.for;
  }

  /** Which share the person got at a step when they came there first. */
  shareAt(step: string): number {
    for (const { type, data } of this.scene.emissions) {
      if (type !== 'message.requested') continue;
      const { step: own, text } = data as { step: string; text: string };
      const [, share] = own === step ? (SHARE.exec(text) ?? []) : [];
      if (share !== undefined) return Number(share);
    }
    return 0;
  }

  reply(text: string): void {
    this.scene.reply(text);
  }

  /** Comes, or comes again. */
  event(occurrence: Occurrence): void {
    const { number, type, key, size } = occurrence;
    const event = this.events.get(number) ?? this.scene.eventOf(type, { key, size, mark: markOf(occurrence) });
    this.events.set(number, event);
    this.scene.arrive(event);
  }

  answer(request: number, answer: Answer): void {
    const { conversation } = this;
    if (!conversation) return;
    const common = { request: `${conversation.id}/d${request.toString()}`, source: 'stock', attempts: 1 };
    if (answer === 'data-unavailable')
      this.scene.receive('data.failed', { ...common, code: answer, reason: 'down', status: 503 });
    else
      this.scene.receive('data.received', { ...common, value: { count: answer === 'unreadable' ? 'many' : answer } });
  }

  desk(does: DeskWord): void {
    const common = { conversation: this.conversation?.id, agent: 'lee' };
    if (does === 'taken') this.scene.receive('handoff.taken', common);
    else if (does === 'replied') this.scene.receive('handoff.replied', { ...common, text: DESK_TEXT });
    else this.scene.receive('handoff.returned', { ...common, outcome: does });
  }

  advance(ms: number): void {
    this.scene.advance(`${(ms / 1000).toString()}s`);
  }

  /** Time passes, and nothing has fallen due yet. */
  skip(ms: number): void {
    this.scene.now = (this.scene.now + ms) as Scene['now'];
  }

  private get conversation() {
    return this.scene.state?.conversations[0];
  }
}

/** Starts and timers are the engine's own; whatever else it states must be what the statechart says. */
function lineOf({ channel, type, data }: Emission): readonly string[] {
  if (channel === 'timers' || type === 'conversation.started') return [];
  const { text, to, state, for: what, outcome, source, queue } = data as Readonly<Record<string, string>>;
  if (type === 'message.requested') return [`says ${text ?? ''}`];
  if (type === 'conversation.advanced') return [`enters ${to ?? ''}`];
  if (type === 'conversation.waiting') return [`waits at ${state ?? ''} for ${what ?? ''}`];
  if (type === 'conversation.handed-off') return [`hands over to ${queue ?? ''}`];
  if (type === 'conversation.completed') return [`ends ${outcome ?? ''}`];
  if (type === 'data.requested') return [`asks ${source ?? ''}`];
  return [`${type} ${JSON.stringify(data)}`];
}
