/** From a session to a scenario that expects what happened in it, as YAML. */
import { Document, isSeq, parseDocument, visit } from 'yaml';
import type { Event } from '../../channels/event.ts';
import type { Json } from '../json.ts';
import { isReadBothWays } from '../parse/traps.ts';
import { shown } from './rows.ts';
import { AGENT, type Action, type Given, type Person } from './scenario.ts';
import type { SourceScenario, SourceScenarioStep } from './source.ts';
import { isEmitted } from './transcript.ts';
import { sourceOfAnswers, sourceOfGiven } from './written-given.ts';

/** One action and everything that followed. */
export interface Played {
  readonly action: Action;
  readonly events: readonly Event[];
}

export interface Session {
  readonly title: string;
  readonly given: Given;
  readonly played: readonly Played[];
  /** For whoever reads the file: comments behind the steps. */
  readonly notes?: readonly string[];
}

/** A whole scenario file. `beside`: paths of definitions that are not in its folder, relative to it. */
export function writeScenarios(about: string, sessions: readonly Session[], beside: readonly string[] = []): string {
  const cases = sessions.map(sourceOf);
  return toYaml({ scenarios: about, ...(beside.length === 0 ? {} : { beside }), cases }, (document) => {
    sessions.forEach(({ notes = [] }, index) => {
      const steps = document.getIn(['cases', index, 'steps'], true);
      if (isSeq(steps) && notes.length > 0) steps.comment = notes.map((note) => ` ${note}`).join('\n');
    });
  });
}

/** A scenario file with further cases behind its own; undefined where these are not a list with one case per `-`. */
export function withCases(file: string, sessions: readonly Session[]): string | undefined {
  const cases = parseDocument(file).get('cases', true);
  if (!isSeq(cases) || !cases.range) return undefined;
  const [start, end] = cases.range;
  if (cases.flow === true && cases.items.length > 0) return undefined;
  const indent = cases.flow === true ? 2 : start - (file.lastIndexOf('\n', start - 1) + 1);
  const written = toYaml(sessions.map(sourceOf)).replaceAll(/^(?=.)/gm, ' '.repeat(indent));
  if (cases.flow === true) return `${file.slice(0, start).trimEnd()}\n${written}${file.slice(end).trimStart()}`;
  const behind = file.slice(end).trimStart();
  return `${file.slice(0, end).trimEnd()}\n\n${written}${behind === '' ? '' : `\n${behind}`}`;
}

/** Texts that other tools read as something else are quoted, as the reader of scenarios demands. */
function toYaml(source: unknown, annotate: (document: Document) => void = () => undefined): string {
  const document = new Document(source, { aliasDuplicateObjects: false });
  annotate(document);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && isReadBothWays(node.value)) node.type = 'QUOTE_SINGLE';
      if (Object.is(node.value, -0)) node.value = 0;
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function sourceOf({ title, given, played }: Session): SourceScenario {
  const steps = played.flatMap(({ action, events }) => [
    ...actionSteps(action),
    ...events.flatMap((event) => expectationSteps(event, given)),
  ]);
  return { case: title, given: sourceOfGiven(given), steps };
}

function actionSteps(action: Action): readonly SourceScenarioStep[] {
  switch (action.do) {
    case 'event': {
      const { type, data, id } = action;
      return [{ event: { type, data, ...(id === undefined ? {} : { id }) } }];
    }
    case 'reply': {
      const { text, from, person } = action;
      const detail = { ...(from === undefined ? {} : { from }), ...contactNamed(person) };
      return [{ reply: Object.keys(detail).length === 0 ? text : { text, ...detail } }];
    }
    case 'receive':
      return [{ receive: { type: action.type, data: action.data, ...contactNamed(action.person) } }];
    case 'advance':
      return [{ advance: action.text }];
    case 'broadcast': {
      const { person, definition, inputs } = action;
      return [{ broadcast: { definition, inputs, ...contactNamed(person) } }];
    }
    case 'schedule': {
      const { person, definition, list, at, inputs } = action;
      const which = { ...(list === undefined ? {} : { list }), ...(at === undefined ? {} : { at }) };
      return [{ schedule: { definition, ...which, inputs, ...contactNamed(person) } }];
    }
    case 'agent':
      return [{ agent: agentOf(action) }];
    case 'answer': {
      const { data, failing, slow } = sourceOfAnswers(action.answers);
      return [...(data ? [{ data }] : []), ...(failing ? [{ failing }] : []), ...(slow ? [{ slow }] : [])];
    }
  }
}

function contactNamed(person: Person | undefined): { readonly contact?: string } {
  return person === undefined || person.name === '' ? {} : { contact: person.name };
}

function agentOf({ type, data }: Action & { do: 'agent' }): NonNullable<SourceScenarioStep['agent']> {
  const name = data['agent'] === undefined || data['agent'] === AGENT ? {} : { name: shown(data['agent']) };
  if (type === 'handoff.replied') return { reply: shown(data['text']), ...name };
  return { ...(type === 'handoff.taken' ? { taken: true } : { returned: shown(data['outcome']) }), ...name };
}

function expectationSteps({ type, data, causationid }: Event, { people }: Given): readonly SourceScenarioStep[] {
  const fields = data as Readonly<Record<string, string>>;
  switch (type) {
    case 'message.requested': {
      const text = fields['text'] ?? '';
      // A text that looks like a pattern is expected as one that finds it.
      const expected = /^\/.+\/$/s.test(text) ? `/${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/` : text;
      const contact = contactNamed(people.find(({ addresses }) => addresses.some((one) => one === fields['to'])));
      return [{ says: contact.contact === undefined ? expected : { text: expected, ...contact } }];
    }
    case 'conversation.completed':
      return [{ ends: fields['outcome'] ?? '' }];
    case 'conversation.failed':
      return [{ ends: { how: 'failed', code: fields['code'] ?? '' } }];
    case 'conversation.expired':
    case 'conversation.cancelled':
      return [{ ends: { how: type === 'conversation.expired' ? 'expired' : 'cancelled' } }];
    default:
      return isEmitted(type, causationid) ? [{ emits: { type, data: data as Json } }] : [];
  }
}
