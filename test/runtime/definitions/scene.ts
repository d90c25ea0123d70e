/** A tenant on the embedded broker, with its table of machines and what changes it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { Definitions } from '../../../runtime/definitions/definitions.ts';
import { publishFolder } from '../../../runtime/definitions/from-folder.ts';
import type { Running } from '../../../runtime/definitions/summary.ts';
import type { Upload } from '../../../runtime/definitions/upload.ts';
import { MachineTable } from '../../../runtime/engine/machine-table.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { stored } from '../events/scene.ts';

export const TENANT = 'acme' as TenantName;

/** A definition that says one thing when somebody writes `word`. */
export function definitionText(name: string, says: string, word: string = name): string {
  return `conversation: ${name}
about: Says one thing.

start:
  - match: { en: [${word}] }

steps:
  - say: { text: { en: "${says}" } }
    end: done
`;
}

export function machineOf(text: string): Machine {
  const compiled = compileText(text, { file: 'definition.yaml' });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
}

export function uploadOfTexts(...texts: readonly string[]): Upload {
  const files = Object.fromEntries(texts.map((text, index) => [`conversations/${index}.yaml`, text]));
  return { definitions: Object.keys(files), files };
}

export class DefinitionsScene {
  readonly folder: ReturnType<typeof temporaryFolder>;
  readonly broker: Broker;
  readonly table: MachineTable;
  readonly definitions: Definitions;
  readonly #publisher: Publisher;
  running: Running | undefined = new Map();

  private constructor(folder: ReturnType<typeof temporaryFolder>, broker: Broker, table: MachineTable) {
    this.folder = folder;
    this.broker = broker;
    this.table = table;
    this.#publisher = createPublisher(broker, TENANT, 1, { source: '/test', now: Date.now, newId: randomUUID });
    this.definitions = new Definitions({
      ...{ broker, tenant: TENANT, table, publisher: this.#publisher },
      running: () => Promise.resolve(this.running),
    });
  }

  static async open(): Promise<DefinitionsScene> {
    const folder = temporaryFolder();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, TENANT, 1);
    return new DefinitionsScene(folder, broker, await MachineTable.open(broker, TENANT));
  }

  /** As a platform does with the definitions of its folder when it starts; returns what it put in force. */
  async start(...texts: readonly string[]): Promise<readonly string[]> {
    const { broker } = this;
    const table = await MachineTable.open(broker, TENANT);
    const folder = texts.map((text) => ({ machine: machineOf(text), text }));
    const target = { broker, tenant: TENANT, publisher: this.#publisher, log: { info: () => undefined } };
    const published = await publishFolder(target, folder, table.definitions);
    await table.close();
    const last = await broker.admin.lastMessageId(`persistent://${TENANT}/engine/machines-partition-0`);
    if (last !== undefined) await this.table.reached(last);
    return published.map(({ hash }) => hash);
  }

  /** Of the definitions in force. */
  get inForce(): readonly string[] {
    return this.table.current.active().map(({ hash }) => hash);
  }

  /** Types and versions on the channel `definitions`, in order. */
  async stated(): Promise<readonly string[]> {
    const messages = await stored(this.broker, partitionTopic(channelTopic(TENANT, 'definitions'), 0));
    return messages.map(({ payload }) => {
      const { type, data } = decodeEvent(payload);
      const { definition, version } = data as { readonly definition: string; readonly version?: string };
      return [type, definition, version].filter((part) => part !== undefined).join(' ');
    });
  }

  /** The YAML of every `definition.published`, in order. */
  async publishedTexts(): Promise<readonly unknown[]> {
    const messages = await stored(this.broker, partitionTopic(channelTopic(TENANT, 'definitions'), 0));
    const published = messages
      .map(({ payload }) => decodeEvent(payload))
      .filter(({ type }) => type.endsWith('.published'));
    return published.map(({ data }) => (data as { readonly source?: string }).source);
  }

  async close(): Promise<void> {
    await this.table.close();
    await this.#publisher.close();
    await this.broker.close();
    this.folder.remove();
  }
}
