import type { TenantName } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Broker } from '../broker/port.ts';
import type { Publisher } from '../events/publisher.ts';
import type { Log } from '../log.ts';
import { sendPublications } from './publication.ts';
import { publicationsOf, type PublishedDefinitions } from './published.ts';
import { stateDefinition } from './statements.ts';

export interface FolderDefinition {
  readonly machine: Machine;
  /** The YAML of which it was compiled. */
  readonly text: string;
}

export interface FolderTarget {
  readonly broker: Pick<Broker, 'createProducer'>;
  readonly tenant: TenantName;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly log: Pick<Log, 'info'>;
}

/**
 * Puts into force what has changed in the folder since it was put in force from there last. What was put in force or
 * retired by a command meanwhile stays so: a restart undoes no rollback.
 */
export async function publishFolder(
  { broker, tenant, publisher, log }: FolderTarget,
  folder: readonly FolderDefinition[],
  definitions: Pick<PublishedDefinitions, 'get' | 'has'>,
): Promise<readonly Machine[]> {
  const changed = folder.filter(({ machine: { name, hash } }) => definitions.get(name)?.fromFolder !== hash);
  // Before it is sent: the table may follow at once.
  const news = new Set(changed.filter(({ machine }) => !definitions.has(machine.hash)));
  await sendPublications(
    broker,
    tenant,
    changed.flatMap(({ machine }) => publicationsOf(machine, definitions, 'folder')),
  );
  for (const one of changed) {
    const { machine, text } = one;
    if (news.has(one)) await stateDefinition(publisher, 'definition.published', machine, text);
    await stateDefinition(publisher, 'definition.activated', machine);
    log.info({ tenant, definition: machine.name, version: machine.version }, 'definition activated');
  }
  return changed.map(({ machine }) => machine);
}
