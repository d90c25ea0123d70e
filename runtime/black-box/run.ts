/** Plays a scenario on a running platform and compares what the store then has. */
import { compare, compareVars } from '../../dsl/scenario/live/comparison.ts';
import type { Difference } from '../../dsl/scenario/live/difference.ts';
import type { Counts, Leg, LivePlan } from '../../dsl/scenario/live/plan.ts';
import type { Event } from '../../channels/event.ts';
import type { Action, Expectation, ScenarioStep } from '../../dsl/scenario/scenario.ts';
import { actionLine, eventLine } from '../../dsl/scenario/transcript.ts';
import { sleep } from '../clock.ts';
import { describePeople, KNOWN } from './describing.ts';
import { Dialogue } from './dialogue.ts';
import { happenedAll, LOOK_PAUSE_MS, lookBefore, type Patience } from './looking.ts';
import { PASSED, passTime } from './own-time.ts';
import { RefusedError, type Target } from './target.ts';

export interface LiveOptions extends Patience {
  /** Of the run: in addresses and ids. */
  readonly run: string;
}

export interface LiveResult {
  /** None: everything is as expected. */
  readonly differences: readonly Difference[];
  /** What was done and said, line by line. */
  readonly transcript: readonly string[];
  readonly durationMs: number;
  /** Content hashes of the versions that ran, by name of the definition. */
  readonly machines: ReadonlyMap<string, string>;
  /** Why events started nothing, where something differs. */
  readonly rejections: readonly string[];
}

type Placed<Part> = Part & { readonly line: number; readonly column: number };

/** An action and what is expected after it. */
interface Segment {
  readonly action: Placed<Action> | undefined;
  readonly expectations: readonly Placed<Expectation>[];
}

const NOTHING: Counts = new Map();

/** Stops behind the first action after which something differs. Rejects with TargetError where the platform fails. */
export async function runLive(target: Target, plan: LivePlan, options: LiveOptions): Promise<LiveResult> {
  const { clock } = options;
  const begun = clock.now();
  const dialogue = new Dialogue(target, clock, plan.scenario, options.run);
  const transcript: string[] = [];
  let used: ReadonlySet<string> = new Set();
  const refusals: string[] = [];
  let actions = 0;
  const { scenario, legs } = plan;
  const isBegun =
    !legs || (await passTime(dialogue, { ms: scenario.given.now - clock.now(), counts: NOTHING }, options));
  const lacking = !isBegun ? PASSED : (await describePeople(dialogue, options)) ? undefined : KNOWN;
  let differences: readonly Difference[] =
    lacking === undefined ? [] : [{ kind: 'missing', line: scenario.line, what: lacking }];
  dialogue.begin();
  for (const segment of lacking === undefined ? segmentsOf(scenario.steps) : []) {
    const { action } = segment;
    const before = dialogue.seen();
    if (action) {
      transcript.push(actionLine(action));
      const { lacking, refusal } = await performed(dialogue, action, legs?.get(action), options);
      if (lacking !== undefined) {
        differences = [{ kind: 'missing', line: action.line, what: lacking }];
        if (refusal !== undefined) refusals.push(refusal);
        break;
      }
    }
    const predicted = action ? plan.predicted[actions++] : undefined;
    const seen = await untilAsExpected({ dialogue, plan, segment, used, predicted, before, options });
    transcript.push(...dialogue.since(before).flatMap(shown));
    ({ differences, used } = seen);
    if (differences.length > 0) break;
  }
  const rejections = differences.length > 0 ? [...refusals, ...(await dialogue.rejections())] : [];
  const { machines } = dialogue;
  return { differences, transcript, durationMs: clock.now() - begun, machines, rejections };
}

/** What there is to be before it can be done, where that is not; or it, and why the platform does not take it. */
async function performed(
  dialogue: Dialogue,
  action: Action,
  legs: readonly Leg[] | undefined,
  patience: Patience,
): Promise<{ readonly lacking?: string | undefined; readonly refusal?: string }> {
  try {
    if (!legs) return { lacking: await dialogue.perform(action) };
    for (const leg of legs) {
      dialogue.passed(leg.ms);
      if (!(await passTime(dialogue, leg, patience))) return { lacking: PASSED };
    }
    return {};
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { lacking: 'type' in action ? action.type : action.do, refusal: error.message };
  }
}

function segmentsOf(steps: readonly ScenarioStep[]): readonly Segment[] {
  const segments: { action: Placed<Action> | undefined; expectations: Placed<Expectation>[] }[] = [];
  for (const step of steps) {
    if ('do' in step) segments.push({ action: step, expectations: [] });
    else if (segments.length === 0) segments.push({ action: undefined, expectations: [step] });
    else segments.at(-1)?.expectations.push(step);
  }
  return segments;
}

interface Wait {
  readonly dialogue: Dialogue;
  readonly plan: LivePlan;
  readonly segment: Segment;
  /** Ids of events that earlier expectations took. */
  readonly used: ReadonlySet<string>;
  readonly predicted: Counts | undefined;
  /** Ids of events seen before the action. */
  readonly before: ReadonlySet<string>;
  readonly options: LiveOptions;
}

interface Seen {
  readonly differences: readonly Difference[];
  readonly used: ReadonlySet<string>;
}

/**
 * What happened is complete once as much is stored as followed in virtual time. Where the platform does otherwise, it is
 * once nothing new has come for a while.
 */
async function untilAsExpected(wait: Wait): Promise<Seen> {
  const { dialogue, options } = wait;
  const { clock, timeoutMs, quietMs, signal } = options;
  const deadline = clock.now() + timeoutMs;
  let count = -1;
  let newestAt = clock.now();
  for (;;) {
    await lookBefore(deadline, dialogue, clock);
    const now = clock.now();
    if (dialogue.events().length !== count) newestAt = now;
    const isNew = dialogue.events().length !== count;
    count = dialogue.events().length;
    const seen = await seenBy(wait);
    const isQuiet = now - newestAt >= quietMs;
    const since = dialogue.since(wait.before);
    const isComplete = happenedAll(since, wait.predicted ?? NOTHING);
    // Nothing at all may be a platform that is slow: then it is only quiet because nothing was done yet. What time brings
    // may have come before, for time passes there between two actions as well.
    const isPassing = wait.segment.action?.do === 'advance';
    const hasBegun = isComplete || isPassing || since.some(({ causationid }) => causationid !== undefined);
    // Where time passes at once, what is still on its way would come too late: after a deadline of its own.
    const isSettled = isQuiet && hasBegun && (isComplete || !wait.plan.legs);
    // What comes too many comes with the last step, so that one more look shows it.
    if (seen.differences.length === 0 && (isSettled || (isComplete && !isNew))) return seen;
    if ((isComplete && isQuiet) || now >= deadline || signal?.aborted === true) {
      return hasBegun || seen.differences.length > 0 ? seen : { ...seen, differences: [nothingFollowed(wait, since)] };
    }
    if (!isNew) await sleep(clock, LOOK_PAUSE_MS);
  }
}

/** Where no message was expected, that none came would else pass for what should be. */
function nothingFollowed({ plan, segment, predicted = new Map() }: Wait, since: readonly Event[]): Difference {
  const [what = 'anything'] = [...predicted.keys()].filter((type) => !since.some((event) => event.type === type));
  return { kind: 'missing', line: segment.action?.line ?? plan.scenario.line, what };
}

async function seenBy({ dialogue, plan: { scenario }, segment, used }: Wait): Promise<Seen> {
  const events = dialogue.events();
  const line = segment.action?.line ?? scenario.line;
  const taken = new Set(events.filter(({ id }) => used.has(id)));
  const personOf = (event: Event) => dialogue.personOf(event);
  const momentOf = (event: Event) => dialogue.momentOf(event);
  const compared = compare(segment.expectations, events, taken, { scenario, personOf, momentOf, line });
  const isAskingVars = segment.expectations.some(({ expect }) => expect === 'vars');
  // They are made again from all that is stored of the person: last, and only where somebody wants to know.
  const isAsked = isAskingVars && compared.differences.length === 0;
  const differences = isAsked ? compareVars(segment.expectations, await dialogue.vars()) : compared.differences;
  return { differences, used: new Set([...compared.used].map(({ id }) => id)) };
}

function shown(event: Event): readonly string[] {
  const line = eventLine(event);
  return line === undefined ? [] : [line];
}
