/** Fields that several events share, so that one thing has one name and one shape everywhere. */
import { freeObject, list, name, object, personal, text, time, type DataSchema } from './schema.ts';

/** The normal form that `parseAddress` gives: E.164, an e-mail address, or another scheme's plain id. */
const ADDRESS_PATTERN =
  '^tel:\\+[1-9]\\d{5,14}$|^mailto:[^\\s@]+@[^\\s@]+$|^(?!tel:|mailto:)[a-z][a-z0-9+.-]*:[\\w.~+/=-]+$';

export function address(description: string): DataSchema {
  return personal({ type: 'string', description, pattern: ADDRESS_PATTERN, tsType: 'Address' });
}

export const message: DataSchema = name('The outgoing message: `<conversation>/m<n>`.');
export const connector: DataSchema = name('The connector: `webchat`, `sms`, `email`.');
export const to: DataSchema = address('Where the message goes.');
export const providerId: DataSchema = name("The carrier's own id of the message.");
export const body: DataSchema = personal(text('What the person reads or wrote.'));

export const locale: DataSchema = personal(name('BCP 47, e.g. `es` or `en-GB`.'));
export const zone: DataSchema = personal(name('IANA time zone, e.g. `America/New_York`.'));
export const attributes: DataSchema = personal(freeObject('Whatever the customer keeps about the person.'));

export const definition: DataSchema = name('Name of the definition.');
export const version: DataSchema = name('Its version, as declared, else the start of its content hash.');
export const machine: DataSchema = {
  type: 'string',
  description: "The machine's content hash.",
  pattern: '^sha256:[0-9a-f]{64}$',
  tsType: 'MachineHash',
};
export const state: DataSchema = name("A state of the machine: a step's name or position.");

export const code: DataSchema = name('Stable code of the failure; see docs/errors.md where it is one of ours.');
export const reason: DataSchema = text('Why, for people.');
export const until: DataSchema = time('When that ends by itself.');

export const timer: DataSchema = name('The timer, unique within its conversation.');
export const broadcast: DataSchema = name('The broadcast.');
export const request: DataSchema = name('The request: `<conversation>/d<n>`.');
export const source: DataSchema = name("The data source's name in the definition.");

/** What an operator says of states that the new version does not have. */
export const entries: DataSchema = list(
  object({ left: state, entered: name('Step of the new version that is begun in its place.') }),
  'By state of the old version; what is not named goes on where it stands.',
);

/** Content hashes for examples. */
export const EXAMPLE_MACHINE = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
export const OTHER_MACHINE = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
