import type { Json, JsonObject } from '../json.ts';
import { readAnswers, readDuration, readInstant, wrong, type Reader } from './given.ts';
import { patternProblem } from './match.ts';
import { fillRow, shown } from './rows.ts';
import { AGENT, type Action, type Expectation, type Given, type Person } from './scenario.ts';
import type { SourceEnds, SourceSays, SourceScenarioStep } from './source.ts';

export interface StepReader extends Reader {
  /** Name of the definition that the file is about. */
  readonly about: string;
  readonly given: Given;
  /** As it stands in the file: problems are shown there. */
  readonly original: SourceScenarioStep;
}

/** What a step does or expects; undefined where it was reported. `step`: with the row's values in it. */
export function readStep(reader: StepReader, step: SourceScenarioStep): Action | Expectation | undefined {
  return readAction(reader, step) ?? readExpectation(reader, step);
}

function readAction(reader: StepReader, step: SourceScenarioStep): Action | undefined {
  const { event, reply, receive, broadcast, schedule, agent } = step;
  if (event) {
    const { type, data = {}, id } = event;
    return { do: 'event', type, data: plain(data), ...(id === undefined ? {} : { id }) };
  }
  if (reply !== undefined) {
    const detail = typeof reply === 'object' ? reply : { text: reply };
    const { from } = detail;
    const text = shown(detail.text);
    return { do: 'reply', person: personOf(reader, 'reply', detail), text, ...(from === undefined ? {} : { from }) };
  }
  if (receive) {
    const { type, data = {} } = receive;
    return { do: 'receive', person: personOf(reader, 'receive', receive), type, data: plain(data) as JsonObject };
  }
  if (step.advance !== undefined) {
    const ms = readDuration(reader, step, 'advance') ?? 0;
    return { do: 'advance', ms, text: step.advance };
  }
  if (broadcast) {
    const { definition = reader.about, inputs = {} } = broadcast;
    return {
      do: 'broadcast',
      person: personOf(reader, 'broadcast', broadcast),
      definition,
      inputs: plain(inputs) as JsonObject,
    };
  }
  if (schedule) {
    const { definition = reader.about, inputs = {}, list, at } = schedule;
    return {
      do: 'schedule',
      person: personOf(reader, 'schedule', schedule),
      definition,
      ...(list === undefined ? {} : { list }),
      ...(at === undefined ? {} : { at }),
      inputs: plain(inputs) as JsonObject,
    };
  }
  if (agent) return readAgent(agent);
  if (step.data ?? step.failing ?? step.slow) {
    return { do: 'answer', answers: readAnswers(reader, step, reader.given.answers) };
  }
  return undefined;
}

/** What was read from the file has no prototype, and leaves it here. */
function plain(value: Json): Json {
  return fillRow(value, {});
}

function readAgent(agent: NonNullable<SourceScenarioStep['agent']>): Action {
  const base: JsonObject = { agent: agent.name ?? AGENT };
  if (agent.reply !== undefined) return { do: 'agent', type: 'handoff.replied', data: { ...base, text: agent.reply } };
  if (agent.returned === undefined) return { do: 'agent', type: 'handoff.taken', data: base };
  return { do: 'agent', type: 'handoff.returned', data: { ...base, outcome: agent.returned } };
}

function readExpectation(reader: StepReader, step: SourceScenarioStep): Expectation | undefined {
  const { says, emits, ends, waits, vars, happens } = step;
  if (says !== undefined) return readSays(reader, typeof says === 'object' ? says : { text: shown(says) });
  if (emits) return { expect: 'emits', ...typeAndData(emits) };
  if (happens) return { expect: 'happens', ...typeAndData(happens) };
  if (ends !== undefined) return readEnds(typeof ends === 'object' ? ends : { outcome: shown(ends) });
  if (waits !== undefined) return { expect: 'waits', state: shown(waits) };
  if (vars) return { expect: 'vars', values: vars };
  return step['no-message'] === true ? { expect: 'no-message' } : undefined;
}

function typeAndData({ type, data }: { readonly type: string; readonly data?: Json }) {
  return { type, ...(data === undefined ? {} : { data }) };
}

function readSays(reader: StepReader, says: SourceSays): Expectation {
  const { text, choices, connector, data } = says;
  const instant = readInstant(reader, says, 'at');
  const problem = text === undefined ? undefined : patternProblem(text);
  if (problem !== undefined)
    wrong(reader, reader.original, 'says', `${text ?? ''} is no pattern: ${problem}`, '/words/');
  return {
    expect: 'says',
    person: personOf(reader, 'says', says),
    ...(text === undefined ? {} : { text }),
    ...(choices === undefined ? {} : { choices }),
    ...(connector === undefined ? {} : { connector }),
    ...(data === undefined ? {} : { data }),
    ...(instant === undefined ? {} : { at: instant }),
  };
}

function readEnds({ outcome, how = 'completed', code, definition }: SourceEnds): Expectation {
  return {
    expect: 'ends',
    how,
    ...(outcome === undefined ? {} : { outcome }),
    ...(code === undefined ? {} : { code }),
    ...(definition === undefined ? {} : { definition }),
  };
}

function personOf(
  reader: StepReader,
  key: keyof SourceScenarioStep,
  { contact = '' }: { readonly contact?: string },
): Person {
  const { people } = reader.given;
  const found = people.find(({ name }) => name === contact) ?? people[0];
  if (found?.name !== contact) {
    const names = people.map(({ name }) => name).filter((name) => name !== '');
    wrong(reader, reader.original, key, `nobody is called "${contact}"`, names.join(', ') || 'an entry under others');
  }
  if (!found) throw new RangeError('nobody is given');
  return found;
}
