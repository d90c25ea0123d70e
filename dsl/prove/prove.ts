/**
 * What can be told of a compiled machine before anybody talks to it. Time and replies are abstracted, so that what is
 * proved holds whatever happens; then a dialogue is looked for that shows it.
 */
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Position } from '../machine/position.ts';
import type { ProjectConnectors } from '../project/project.ts';
import { callsTooDeep } from './call-depth.ts';
import { deadEnds } from './dead-ends.ts';
import { explore, givenFor } from './explore.ts';
import { unhandledFailures } from './fetch-failures.ts';
import type { Claim, Dialogue, Finding } from './finding.ts';
import { graphOf, type MachineGraph } from './graph.ts';
import { unreachableInterrupts } from './interrupts.ts';
import { timeOutsAfterLifetime } from './lifetime.ts';
import { loopsWithoutWait } from './loops.ts';
import { unheardWords } from './platform-words.ts';
import { messagesAfterWindow, shortestWindow } from './reply-window.ts';
import { startsItself } from './starts-itself.ts';
import { clocksWithoutReceipt } from './receipts.ts';
import { tooManyRounds } from './rounds.ts';
import { loopsInSilence } from './silence.ts';
import { tooManySteps } from './steps-after-input.ts';
import { waitsWithoutTimeOut } from './time-outs.ts';
import { unreachableSteps } from './unreachable.ts';

export interface ProveOptions {
  /** How long after a person's message their connector takes messages that are no templates; without it, as `connectors` say. */
  readonly replyWindowMs?: number;
  /** On which it is held, and what is known of them; without it nothing is said. */
  readonly connectors?: ProjectConnectors;
  /** How many actions dialogues are looked for with; 0 looks for none. */
  readonly mostAttempts?: number;
}

export interface Proof {
  /** In the order of the file. */
  readonly findings: readonly Finding[];
  /** Places in which a conversation was seen to wait, and STOP and HELP were tried. */
  readonly tried: number;
  /** Everything that dialogues lead to was tried. */
  readonly isComplete: boolean;
}

const PROVERS: readonly ((machine: Machine, graph: MachineGraph) => readonly Finding[])[] = [
  unreachableSteps,
  unreachableInterrupts,
  deadEnds,
  loopsWithoutWait,
  tooManySteps,
  tooManyRounds,
  waitsWithoutTimeOut,
  timeOutsAfterLifetime,
  unhandledFailures,
  callsTooDeep,
  startsItself,
];

/** A few dozen per step of a long definition. */
const MOST_ATTEMPTS = 20_000;

export function prove(
  machine: Machine,
  { replyWindowMs, connectors, mostAttempts = MOST_ATTEMPTS }: ProveOptions = {},
): Proof {
  const graph = graphOf(machine);
  const cut = [...graph.values()].find(({ isCut }) => isCut);
  if (cut) return { findings: [notProved(machine, cut.flow)], tried: 0, isComplete: false };
  const found = PROVERS.flatMap((prover) => prover(machine, graph));
  const ends = new Set(found.filter(({ code }) => code === 'dead-end').map(placeOf));
  // Of a dead end more is known than that silence does not leave it.
  const further = loopsInSilence(machine, graph).filter((finding) => !ends.has(placeOf(finding)));
  const windowMs = replyWindowMs ?? shortestWindow(connectors);
  const late = windowMs === undefined ? [] : messagesAfterWindow(machine, graph, windowMs);
  const unreceived = connectors === undefined ? [] : clocksWithoutReceipt(machine, graph, connectors);
  return withDialogues(machine, [...found, ...further, ...late, ...unreceived], mostAttempts);
}

function placeOf({ flow, line, column }: Finding): string {
  return `${flow}:${line.toString()}:${column.toString()}`;
}

function withDialogues(machine: Machine, findings: readonly Finding[], mostAttempts: number): Proof {
  const given = givenFor(machine);
  const [person] = given.people;
  const endless: Claim = { sees: 'endless' };
  const claims = findings.flatMap(({ claim, worst }) => [claim, worst].filter((one) => one !== undefined));
  const unheard: Finding[] = [];
  const canRun = isSound(findings);
  const { shown, places, isComplete } = canRun
    ? explore(machine, {
        given,
        claims: [...claims, endless],
        mostAttempts,
        visit: (played) => {
          if (person) unheard.push(...unheardWords(machine, played, person));
        },
      })
    : { shown: new Map<Claim, Dialogue['actions']>(), places: 0, isComplete: false };
  const told = findings.map((finding): Finding => {
    const { claim, worst } = finding;
    const fatal = worst && shown.get(worst);
    if (worst && fatal) return { ...finding, severity: 'error', dialogue: { given, actions: fatal, claim: worst } };
    const actions = claim && shown.get(claim);
    return claim && actions ? { ...finding, dialogue: { given, actions, claim } } : finding;
  });
  const further: Finding[] = [];
  const actions = shown.get(endless);
  if (actions && !findings.some(({ worst }) => worst?.sees === 'endless'))
    further.push(withoutEnd(machine, { given, actions, claim: endless }));
  if (canRun && !isComplete && mostAttempts > 0) further.push(notTried(machine, places, mostAttempts));
  const all = [...told, ...unheard, ...further].sort((a, b) => a.line - b.line || a.column - b.column);
  return { findings: all, tried: places, isComplete };
}

/** Seen, although nothing in the graph says so. */
function withoutEnd(machine: Machine, dialogue: Dialogue): Finding {
  const message = 'what the conversation emits comes back to it without end';
  return { code: 'starts-itself', flow: MAIN, ...beginningOf(machine, MAIN), message, dialogue };
}

function notTried(machine: Machine, places: number, mostAttempts: number): Finding {
  const attempts = `${mostAttempts.toLocaleString('en')} attempts at dialogues`;
  const message = `${attempts} did not lead everywhere: STOP and HELP were tried in ${places.toLocaleString('en')} places only`;
  return { code: 'not-proved', flow: MAIN, ...beginningOf(machine, MAIN), message };
}

function beginningOf({ flows }: Machine, flow: string): Position {
  const { line = 1, column = 1 } = flows[flow]?.nodes[0] ?? {};
  return { line, column };
}

const UNSOUND: ReadonlySet<string> = new Set(['failure-unhandled', 'wait-without-time-out', 'dead-end']);

/** A machine that leads outside itself can not be run. */
function isSound(findings: readonly Finding[]): boolean {
  return !findings.some(({ code, claim }) => UNSOUND.has(code) && !claim);
}

function notProved(machine: Machine, flow: string): Finding {
  const message = `${flow} has more places than can be looked at`;
  return { code: 'not-proved', flow, ...beginningOf(machine, flow), message };
}
