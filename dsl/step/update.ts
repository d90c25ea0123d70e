/** What is known of a contact, changed: stated as `contact.updated`. */
import { isDeepStrictEqual } from 'node:util';
import type { ContactState } from '../contact.ts';
import type { JsonObject } from '../json.ts';
import type { Draft } from './draft.ts';

export interface ContactChange {
  /** BCP 47. */
  readonly locale?: string;
  /** IANA. */
  readonly zone?: string;
  /** Those that change. */
  readonly attributes?: JsonObject;
}

/** What is known already is not stated again. */
export function updateContact(draft: Draft, change: ContactChange): void {
  const { state } = draft;
  const fields: Record<string, unknown> = {};
  if (change.locale !== undefined && change.locale !== state.locale) fields['locale'] = change.locale;
  if (change.zone !== undefined && change.zone !== state.zone) fields['zone'] = change.zone;
  const attributes = Object.entries(change.attributes ?? {}).filter(
    ([name, value]) => !isDeepStrictEqual(state.attributes?.[name], value),
  );
  if (attributes.length > 0) fields['attributes'] = Object.fromEntries(attributes);
  if (Object.keys(fields).length === 0) return;
  draft.emit('contacts', 'contact.updated', fields);
  const kept: Partial<ContactState> = fields;
  draft.update(attributes.length > 0 ? { ...kept, attributes: { ...state.attributes, ...kept.attributes } } : kept);
}
