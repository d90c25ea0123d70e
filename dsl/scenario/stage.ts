import type { Event } from '../../channels/event.ts';
import type { JsonObject } from '../json.ts';
import type { Action, Given, Person, ScenarioFile } from './scenario.ts';

/** Where scenarios are played: the simulation, or a platform with contacts under test. */
export interface Stage {
  /** Resolves once everything has happened that follows from the action by itself, without time passing. */
  perform(action: Action): Promise<void>;
  /** All events so far of the people given, on whatever channel, in order. */
  events(): readonly Event[];
  /** Of the newest conversation with a person that is still open; undefined where there is none. */
  vars(person: Person): Promise<JsonObject | undefined>;
  /** The name of an event's contact among the people given; undefined for an event about nobody of them. */
  personOf(event: Event): Person | undefined;
}

export type OpenStage = (given: Given, file: ScenarioFile) => Promise<Stage>;
