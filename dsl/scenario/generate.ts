/** Finds dialogues through what no scenario passes: a breadth-first search on the simulation, shortest first. */
import { canonicalJson } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import type { Passage } from '../step/trace.ts';
import { EndlessEvents } from '../simulation/world.ts';
import type { Answers } from '../simulation/answers.ts';
import { nextAttempts } from './attempts.ts';
import { Coverage } from './coverage.ts';
import { edgesOf, stopsOf } from './edges.ts';
import type { Action, Given } from './scenario.ts';
import { SimulatedStage } from './simulated-stage.ts';
import { answersToTry, delaysToTry, startsToTry } from './variants.ts';
import type { Played, Session } from './write.ts';

export interface GenerateOptions {
  readonly machine: Machine;
  /** All that are active. */
  readonly machines: readonly Machine[];
  readonly given: Given;
  /** What other scenarios pass already. */
  readonly passed: Coverage;
  /** Actions of other scenarios, to learn the data of events from. */
  readonly seen: readonly Action[];
}

/** Attempts in all: a conversation of 50 steps needs a few hundred. */
const MAX_ATTEMPTS = 4000;
/** Actions of one dialogue: longer ones nobody reads. */
const MAX_DEPTH = 40;

interface Visit {
  readonly stage: SimulatedStage;
  readonly played: readonly Played[];
  readonly passages: readonly Passage[];
  /** What sways a dialogue beside its state: other answers of data sources, or that it began later. */
  readonly variant: string;
}

/** Sessions that together pass everything that the search reached and nothing else passes; none where nothing is new. */
export function generate(options: GenerateOptions): readonly Session[] {
  const { machine, passed } = options;
  const answers = answersToTry(machine, options.given);
  const given = { ...options.given, answers: answers[0] ?? {} };
  const visits = search({ ...options, given }, answers);
  const covered = new Coverage();
  const isWanted = (passage: Passage) => passage.machine === machine.hash && !passed.has(machine.hash, passage);
  const sessions: Session[] = [];
  for (;;) {
    let best: Visit | undefined;
    let most = 0;
    for (const visit of visits) {
      const gain = new Set(
        visit.passages
          .filter((passage) => isWanted(passage) && !covered.has(machine.hash, passage))
          .map(({ flow, node, way }) => `${flow} ${node} ${way ?? ''}`),
      ).size;
      if (gain > most) {
        most = gain;
        best = visit;
      }
    }
    if (!best) return sessions;
    sessions.push({ title: titleOf(best, machine, covered, isWanted), given, played: best.played });
    for (const passage of best.passages) covered.add(passage);
  }
}

function search({ machine, machines, given, seen }: GenerateOptions, answers: readonly Answers[]): readonly Visit[] {
  const [person] = given.people;
  if (!person) return [];
  const known = new Set<string>();
  const visits: Visit[] = [];
  const queue: Visit[] = [{ stage: SimulatedStage.open(machines, given), played: [], passages: [], variant: '' }];
  let attempts = 0;
  const attempt = (from: Visit, action: Action, variant = from.variant): void => {
    attempts += 1;
    const passages = [...from.passages];
    const stage = from.stage.fork((passage) => passages.push(passage));
    const events = actWithEnd(stage, action);
    if (!events) return;
    const visit = { stage, played: [...from.played, { action, events }], passages, variant };
    visits.push(visit);
    const key = `${variant} ${placeOf(stage, machine)} ${passages.at(-1)?.way ?? ''}`;
    if (known.has(key)) return;
    known.add(key);
    queue.push(visit);
  };
  for (let visit = queue.shift(); visit && attempts < MAX_ATTEMPTS; visit = queue.shift()) {
    if (visit.played.length >= MAX_DEPTH) continue;
    const { stage, passages, variant } = visit;
    const conversation = openOf(stage, machine);
    if (!conversation && passages.length > 0) continue;
    const next = conversation
      ? nextAttempts(machine, conversation, person, stage.world)
      : startsToTry(machine, given, seen);
    for (const action of next) attempt(visit, action);
    // One change of a kind: each more multiplies what there is to search.
    if (variant !== '') continue;
    for (const [index, changed] of answers.entries()) {
      if (index > 0) attempt(visit, { do: 'answer', answers: changed }, `answers ${index}`);
    }
    if (!conversation) for (const delay of delaysToTry(machine)) attempt(visit, delay, `after ${delay.text}`);
  }
  return visits;
}

/** Undefined where what follows has no end. */
function actWithEnd(stage: SimulatedStage, action: Action): ReturnType<SimulatedStage['act']> | undefined {
  try {
    return stage.act(action);
  } catch (error) {
    if (error instanceof EndlessEvents) return undefined;
    throw error;
  }
}

function openOf(stage: SimulatedStage, machine: Machine) {
  return stage.world.contacts.flatMap(({ conversations }) => conversations).find((one) => one.machine === machine.hash);
}

/** Two dialogues that lead to the same place differ in nothing that comes after. */
function placeOf(stage: SimulatedStage, machine: Machine): string {
  const conversation = openOf(stage, machine);
  if (!conversation) return stage.world.now.toString();
  const { wait, frames } = conversation;
  const timeless = (key: string, value: unknown) => (TIMES.has(key) ? undefined : value);
  return canonicalJson(JSON.parse(JSON.stringify({ wait, frames }, timeless)));
}

const TIMES: ReadonlySet<string> = new Set([
  'since',
  'timer',
  'message',
  'visits',
  'reply',
  'leftMs',
  'awaiting',
  'awaited',
]);

/** The first thing that it alone shows. */
function titleOf(visit: Visit, machine: Machine, covered: Coverage, isWanted: (passage: Passage) => boolean): string {
  const fresh = visit.passages.filter((passage) => isWanted(passage) && !covered.has(machine.hash, passage));
  const edges = edgesOf(machine);
  for (const { flow, node, way } of fresh) {
    const edge = edges.find((one) => one.flow === flow && one.node === node && one.way === way);
    if (edge?.way !== undefined && !edge.way.startsWith('start')) return edge.title;
  }
  const [passage] = fresh;
  const stop = stopsOf(machine).find(({ flow, node }) => flow === passage?.flow && node === passage.node);
  return stop?.state ?? 'generated';
}
