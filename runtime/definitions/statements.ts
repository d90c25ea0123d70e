import type { Machine } from '../../dsl/machine/machine.ts';
import type { Publisher } from '../events/publisher.ts';

/** Bytes of a source that a `definition.published` carries: an event holds 256 KiB, and JSON escapes what is in it. */
const MAX_SOURCE_BYTES: number = 200 * 1024;

type Statement = 'definition.published' | 'definition.activated' | 'definition.retired';

/** States what became of a version, on the channel `definitions`. */
export async function stateDefinition(
  publisher: Pick<Publisher, 'publish'>,
  type: Statement,
  { name, version, hash }: Pick<Machine, 'name' | 'version' | 'hash'>,
  source?: string,
): Promise<void> {
  const fits = source !== undefined && Buffer.byteLength(JSON.stringify(source)) <= MAX_SOURCE_BYTES;
  const data = { definition: name, version, machine: hash, ...(fits ? { source } : {}) };
  await publisher.publish('definitions', { type, data, partitionkey: name });
}
