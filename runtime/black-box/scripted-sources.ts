/** The data sources of people who do not exist: what a scenario says that they answer, and when. */
import type { Event } from '../../channels/event.ts';
import { answerEvent, type Answer, type Answers, type DataRequest } from '../../dsl/simulation/answers.ts';

export interface DueAnswer {
  readonly question: Event;
  readonly type: string;
  readonly data: object;
}

/** Time is the scenario's: milliseconds that it let pass. So an answer is as late as in virtual time, however slow the platform is. */
export class ScriptedSources {
  readonly #answers: Map<string, Answer>;
  readonly #asked = new Set<string>();
  #pending: (DueAnswer & { readonly due: number })[] = [];

  constructor(answers: Answers) {
    this.#answers = new Map(Object.entries(answers));
  }

  /** From now on. */
  script(answers: Answers): void {
    for (const [source, answer] of Object.entries(answers)) this.#answers.set(source, answer);
  }

  /** Those among the events that were not there before are questions. */
  hear(events: readonly Event[], now: number): void {
    for (const question of events) {
      if (question.type !== 'data.requested' || this.#asked.has(question.id)) continue;
      this.#asked.add(question.id);
      const request = question.data as DataRequest;
      const answer = this.#answers.get(request.source);
      this.#pending.push({ question, ...answerEvent(request, answer), due: now + (answer?.afterMs ?? 0) });
    }
  }

  /** When the next one answers. */
  get nextDue(): number | undefined {
    return this.#pending.length === 0 ? undefined : Math.min(...this.#pending.map(({ due }) => due));
  }

  /** Those due by `now`, once. */
  takeDue(now: number): readonly DueAnswer[] {
    const due = this.#pending.filter((one) => one.due <= now);
    this.#pending = this.#pending.filter((one) => one.due > now);
    return due;
  }
}
