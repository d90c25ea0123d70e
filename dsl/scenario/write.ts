/** From a session to a scenario that expects what happened in it, as YAML. */
import { stringify } from 'yaml';
import type { Event } from '../../channels/event.ts';
import type { Json } from '../json.ts';
import { shown } from './rows.ts';
import type { Action, Given } from './scenario.ts';
import type { SourceContact, SourceScenario, SourceScenarioStep } from './source.ts';
import { isEmitted } from './transcript.ts';

/** One action and everything that followed. */
export interface Played {
  readonly action: Action;
  readonly events: readonly Event[];
}

export interface Session {
  readonly title: string;
  readonly given: Given;
  readonly played: readonly Played[];
}

/** A whole scenario file. */
export function writeScenarios(about: string, sessions: readonly Session[]): string {
  const cases = sessions.map((session) => sourceOf(session));
  return stringify({ scenarios: about, cases }, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true });
}

/** Cases to append to a scenario file that ends with its cases. */
export function writeCases(sessions: readonly Session[]): string {
  const cases = sessions.map((session) => sourceOf(session));
  const text = stringify(cases, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true });
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function sourceOf({ title, given, played }: Session): SourceScenario {
  const steps = played.flatMap(({ action, events }) => [...actionStep(action), ...events.flatMap(expectationStep)]);
  return { case: title, given: { now: new Date(given.now).toISOString(), contact: contactOf(given) }, steps };
}

function contactOf({ people: [person] }: Given): SourceContact {
  const KINDS: Readonly<Record<string, 'phone' | 'email' | 'webchat'>> = {
    tel: 'phone',
    mailto: 'email',
    webchat: 'webchat',
  };
  const addresses = (person?.addresses ?? []).flatMap((address) => {
    const colon = address.indexOf(':');
    const kind = KINDS[address.slice(0, colon)];
    return kind ? [[kind, address.slice(colon + 1)] as const] : [];
  });
  const { locale, zone } = person ?? {};
  return {
    ...Object.fromEntries(addresses),
    ...(locale === undefined ? {} : { locale }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function actionStep(action: Action): readonly SourceScenarioStep[] {
  switch (action.do) {
    case 'event': {
      const { type, data } = action;
      return [{ event: { type, data } }];
    }
    case 'reply':
      return [{ reply: action.from === undefined ? action.text : { text: action.text, from: action.from } }];
    case 'receive':
      return [{ receive: { type: action.type, data: action.data } }];
    case 'advance':
      return [{ advance: action.text }];
    case 'broadcast':
      return [{ broadcast: { inputs: action.inputs } }];
    case 'schedule': {
      const { do: _do, person: _person, definition: _definition, ...schedule } = action;
      return [{ schedule }];
    }
    case 'agent':
      return [{ agent: agentOf(action) }];
    case 'answer':
      return Object.entries(action.answers).map(([source, answer]) =>
        'value' in answer ? { data: { [source]: answer.value } } : { failing: { [source]: answer.code } },
      );
  }
}

function agentOf({ type, data }: Action & { do: 'agent' }) {
  if (type === 'handoff.replied') return { reply: shown(data['text']) };
  return type === 'handoff.taken' ? { taken: true } : { returned: shown(data['outcome']) };
}

function expectationStep({ type, data, causationid }: Event): readonly SourceScenarioStep[] {
  const fields = data as Readonly<Record<string, string>>;
  switch (type) {
    case 'message.requested': {
      const text = fields['text'] ?? '';
      // A text that looks like a pattern is expected as one that finds it.
      return [{ says: /^\/.+\/$/s.test(text) ? `/${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/` : text }];
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
