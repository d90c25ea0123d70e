/**
 * A test says what is known of somebody who does not exist: of a real person, lists and conversations tell it bit by bit.
 */
import type { EventId } from '../../channels/brands.ts';
import { isProbeContact } from '../../channels/contact-key.ts';
import { MAX_VALUES_BYTES } from '../limits.ts';
import type { Draft } from './draft.ts';
import { isRepeated } from './repeats.ts';
import { updateContact, type ContactChange } from './update.ts';

export function describePerson(draft: Draft, id: EventId, known: ContactChange): void {
  if (!isProbeContact(draft.state.key) || isRepeated(draft, `described ${id}`)) return;
  const attributes = { ...draft.state.attributes, ...known.attributes };
  // As much as definitions may keep of anybody: nobody would be told here that it is too much.
  if (JSON.stringify(attributes).length <= MAX_VALUES_BYTES) updateContact(draft, known);
}
