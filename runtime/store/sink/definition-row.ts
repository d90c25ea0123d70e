import type { Message } from '../../broker/port.ts';
import { decodePublication, type Publication } from '../../definitions/publication.ts';
import type { DefinitionRow } from '../rows.ts';
import { UnstorableError, textOf, type RowContext } from './event-row.ts';
import { isoTime } from './event-time.ts';

/** Throws where the message is no publication. */
export function definitionRow(context: RowContext, message: Message): DefinitionRow {
  const publications = decodePublication(message);
  const [first] = publications;
  if (!first) throw new UnstorableError('it says nothing of definitions');
  return {
    tenant: context.tenant,
    position: message.id,
    batch: context.batch,
    published: isoTime(message.publishTimeMs),
    // A machine by itself, as older workers wrote it, is also put in force.
    kind: publications.length > 1 ? 'publish' : first.kind,
    ...particulars(first),
    payload: JSON.stringify(publications),
  };
}

function particulars(publication: Publication): Pick<DefinitionRow, 'definition' | 'version' | 'machine'> {
  switch (publication.kind) {
    case 'version': {
      const { name, version, hash } = publication.machine;
      return { definition: textOf(name), version: textOf(version), machine: textOf(hash) };
    }
    case 'activate':
      return { definition: '', version: '', machine: textOf(publication.hash) };
    case 'retire':
      return { definition: textOf(publication.definition), version: '', machine: '' };
  }
}
