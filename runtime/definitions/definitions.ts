import type { TenantName } from '../../channels/brands.ts';
import { hasErrors } from '../../dsl/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Broker } from '../broker/port.ts';
import type { MachineTable } from '../engine/machine-table.ts';
import type { Publisher } from '../events/publisher.ts';
import { checkDefinitions } from '../project/check-definitions.ts';
import { DefinitionError } from './errors.ts';
import { sendPublications, type Publication } from './publication.ts';
import { knownDefinition, publicationsOf, versionOf } from './published.ts';
import { stateRejections } from './rejections.ts';
import { stateDefinition } from './statements.ts';
import { summaryOf, type DefinitionSummary, type Running } from './summary.ts';
import { projectsIn, sourcesIn, type Upload } from './upload.ts';

/** Bytes of a machine as JSON: one message, also over Pulsar's WebSocket API, which takes about 750 KiB. */
const MAX_MACHINE_BYTES: number = 700 * 1024;

export interface DefinitionsOptions {
  readonly broker: Pick<Broker, 'createProducer'>;
  readonly tenant: TenantName;
  readonly table: Pick<MachineTable, 'definitions' | 'current' | 'reached'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** Conversations under way, per machine; undefined where the store does not tell. */
  readonly running: () => Promise<Running | undefined>;
}

/** What became of one definition of an upload. */
export interface PublishedReport {
  readonly definition: string;
  readonly version: string;
  readonly machine: string;
  /** Was not there before. */
  readonly isNew: boolean;
  /** Is what new conversations start by now, and was not before. */
  readonly isActivated: boolean;
  readonly isInForce: boolean;
}

/** The life of a tenant's definitions: one change after another. */
export class Definitions {
  readonly #options: DefinitionsOptions;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: DefinitionsOptions) {
    this.#options = options;
  }

  /** In the order of their names. */
  async list(): Promise<readonly DefinitionSummary[]> {
    const { table, running } = this.#options;
    const counts = await running();
    return table.definitions.all().map((definition) => summaryOf(definition, counts));
  }

  /** Rejects with DefinitionError, as all that follows. */
  async show(name: string): Promise<DefinitionSummary> {
    return summaryOf(knownDefinition(this.#options.table.definitions, name), await this.#options.running());
  }

  /** All or nothing: checks as `parlance validate` does, and beside what is in force. */
  publish(upload: Upload, activate: boolean): Promise<readonly PublishedReport[]> {
    return this.#change(() => this.#publish(upload, activate));
  }

  async #publish(upload: Upload, activate: boolean): Promise<readonly PublishedReport[]> {
    const { table, publisher } = this.#options;
    const sources = sourcesIn(upload);
    const beside = activate ? table.current.active() : [];
    const { diagnostics, sound } = await checkDefinitions(sources, { projects: projectsIn(upload), beside });
    if (hasErrors(diagnostics)) {
      await stateRejections(publisher, sources, diagnostics);
      throw new DefinitionError('definitions-invalid', formatDiagnostics(diagnostics));
    }
    for (const { machine } of sound) requireSize(machine);
    const before = new Map(
      sound.map(({ machine: { name, hash } }) => [
        name,
        {
          isNew: !table.definitions.has(hash),
          wasInForce: table.definitions.get(name)?.inForce?.machine.hash === hash,
        },
      ]),
    );
    const reports = sound.map(({ machine: { name, version, hash } }): PublishedReport => {
      const { isNew = true, wasInForce = false } = before.get(name) ?? {};
      const isActivated = activate && !wasInForce;
      return { definition: name, version, machine: hash, isNew, isActivated, isInForce: activate || wasInForce };
    });
    const activated = new Set(reports.filter(({ isActivated }) => isActivated).map(({ definition }) => definition));
    await this.#send(
      sound.flatMap(({ machine }) =>
        publicationsOf(machine, table.definitions, activated.has(machine.name) ? 'command' : undefined),
      ),
    );
    for (const { machine, text } of sound) {
      if (before.get(machine.name)?.isNew) await stateDefinition(publisher, 'definition.published', machine, text);
      if (activated.has(machine.name)) await stateDefinition(publisher, 'definition.activated', machine);
    }
    return reports;
  }

  /** `version`: the beginning of its hash. Activating what is in force changes nothing. */
  activate(name: string, version: string): Promise<DefinitionSummary> {
    return this.#change(async () => {
      const definition = knownDefinition(this.#options.table.definitions, name);
      const { machine } = versionOf(definition, version);
      if (definition.inForce?.machine !== machine) await this.#activate(machine, false);
      return this.show(name);
    });
  }

  /** Back to what was in force before; of a retired definition, to what it had. */
  rollBack(name: string): Promise<DefinitionSummary> {
    return this.#change(async () => {
      const { before } = knownDefinition(this.#options.table.definitions, name);
      if (!before) {
        const message = `no version of ${name} was in force before: \`parlance definitions activate ${name} VERSION\` takes any`;
        throw new DefinitionError('definition-no-earlier-version', message);
      }
      await this.#activate(before.machine, true);
      return this.show(name);
    });
  }

  /** No conversation starts by it any more; those under way go on. */
  retire(name: string): Promise<DefinitionSummary> {
    return this.#change(async () => {
      const { inForce } = knownDefinition(this.#options.table.definitions, name);
      if (!inForce) throw new DefinitionError('definition-not-in-force', `no version of ${name} is in force`);
      await this.#send([{ kind: 'retire', definition: name }]);
      await stateDefinition(this.#options.publisher, 'definition.retired', inForce.machine);
      return this.show(name);
    });
  }

  async #activate(machine: Machine, back: boolean): Promise<void> {
    await this.#send([{ kind: 'activate', hash: machine.hash, by: 'command', ...(back ? { back } : {}) }]);
    await stateDefinition(this.#options.publisher, 'definition.activated', machine);
  }

  /** Resolves once this process knows it too. */
  async #send(publications: readonly Publication[]): Promise<void> {
    const { broker, tenant, table } = this.#options;
    const last = await sendPublications(broker, tenant, publications);
    if (last !== undefined) await table.reached(last);
  }

  /** Each sees what the one before it did. */
  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

function requireSize(machine: Machine): void {
  const bytes = Buffer.byteLength(JSON.stringify(machine));
  if (bytes <= MAX_MACHINE_BYTES) return;
  const message = `${machine.name} takes ${bytes.toString()} bytes when it is compiled, with all that it calls; at most ${MAX_MACHINE_BYTES.toString()} can be published`;
  throw new DefinitionError('definition-too-large', message);
}
