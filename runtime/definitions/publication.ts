/** What a tenant's topic `engine/machines` says, message by message; the fold of it is in published.ts. */
import type { MachineHash, TenantName } from '../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, Message, OutgoingMessage } from '../broker/port.ts';

/** Who puts a version in force: the folder of a platform that starts, or somebody with a command. */
export type Origin = 'folder' | 'command';

export type Publication =
  /** A version is there from now on; nothing starts by it yet. */
  | { readonly kind: 'version'; readonly machine: Machine }
  /** New conversations start by it. `back`: in place of all that were put in force after it. */
  | { readonly kind: 'activate'; readonly hash: MachineHash; readonly by: Origin; readonly back?: true }
  /** Nothing starts by the definition any more. */
  | { readonly kind: 'retire'; readonly definition: string };

/**
 * As it stands in a message. A machine by itself, as older workers wrote it, is also put in force, by the folder; so
 * that they understand the newer ones, what is new stands beside it, in a property.
 */
type Written =
  | Machine
  | { readonly activate: MachineHash; readonly by?: Origin; readonly back?: true }
  | { readonly retire: string };

const VERSION_ONLY = { version: 'only' };

export function encodePublication(publication: Publication): OutgoingMessage {
  switch (publication.kind) {
    case 'version': {
      const { machine } = publication;
      return { ...written(machine.hash, machine), properties: VERSION_ONLY };
    }
    case 'activate': {
      const { hash, by, back } = publication;
      return written(hash, { activate: hash, by, ...(back ? { back } : {}) });
    }
    case 'retire':
      return written(publication.definition, { retire: publication.definition });
  }
}

function written(key: string, value: Written): OutgoingMessage {
  return { key, payload: Buffer.from(JSON.stringify(value), 'utf8') };
}

/** Throws for what is none. */
export function decodePublication({ payload, properties }: Pick<Message, 'payload' | 'properties'>): Publication[] {
  const value = JSON.parse(payload.toString('utf8')) as Written;
  if ('retire' in value) return [{ kind: 'retire', definition: value.retire }];
  if ('activate' in value) {
    const { activate: hash, by = 'folder', back } = value;
    return [{ kind: 'activate', hash, by, ...(back ? { back } : {}) }];
  }
  const version: Publication = { kind: 'version', machine: value };
  if (properties['version'] === VERSION_ONLY.version) return [version];
  return [version, { kind: 'activate', hash: value.hash, by: 'folder' }];
}

/** Resolves with the position of the last one, once all are durable; undefined where there is none. */
export async function sendPublications(
  broker: Pick<Broker, 'createProducer'>,
  tenant: TenantName,
  publications: readonly Publication[],
): Promise<MessageId | undefined> {
  if (publications.length === 0) return undefined;
  const producer = await broker.createProducer({ topic: machinesTopic(tenant) });
  try {
    let last: MessageId | undefined;
    for (const publication of publications) last = await producer.send(encodePublication(publication));
    return last;
  } finally {
    await producer.close();
  }
}

export function machinesTopic(tenant: TenantName): string {
  return partitionTopic(engineTopic(tenant, 'machines'), 0);
}
