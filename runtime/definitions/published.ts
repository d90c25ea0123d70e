import type { MachineHash } from '../../channels/brands.ts';
import { MACHINE_FORMAT, type Machine } from '../../dsl/machine/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { DefinitionError } from './errors.ts';
import type { Origin, Publication } from './publication.ts';

/** One definition, with all its versions. */
export interface PublishedDefinition {
  readonly name: string;
  /** In the order in which they were published first. */
  readonly versions: readonly PublishedVersion[];
  /** What new conversations start by. */
  readonly inForce: PublishedVersion | undefined;
  /** What was in force before that, or before it was retired: where a rollback leads. */
  readonly before: PublishedVersion | undefined;
  readonly isRetired: boolean;
  /** What the folder of a starting platform has put in force last. */
  readonly fromFolder: MachineHash | undefined;
}

export interface PublishedVersion {
  readonly machine: Machine;
  readonly publishedAtMs: number;
}

interface Entry {
  readonly versions: Map<MachineHash, PublishedVersion>;
  /** What was put in force and not taken back, the newest last. */
  history: readonly MachineHash[];
  isRetired: boolean;
  fromFolder?: MachineHash;
}

/** The fold of a tenant's publications, in their order. A machine is known by its content hash and never changes. */
export class PublishedDefinitions {
  readonly #entries = new Map<string, Entry>();
  readonly #machines = new Map<MachineHash, Machine>();

  /** Throws for what is no machine of this version's format. */
  apply(publication: Publication, atMs: number): void {
    switch (publication.kind) {
      case 'version':
        this.#add(publication.machine, atMs);
        return;
      case 'activate':
        this.#activate(publication.hash, publication.by, publication.back === true);
        return;
      case 'retire': {
        const entry = this.#entries.get(publication.definition);
        if (entry) entry.isRetired = true;
      }
    }
  }

  #add(machine: Machine, publishedAtMs: number): void {
    // One of an older version: nothing runs on it any more.
    const { format }: { readonly format: number } = machine;
    if (format !== MACHINE_FORMAT) throw new TypeError(`a machine of format ${format.toString()}`);
    machinesOf([machine]);
    if (this.#machines.has(machine.hash)) return;
    this.#machines.set(machine.hash, machine);
    const entry = this.#entries.get(machine.name) ?? { versions: new Map(), history: [], isRetired: false };
    this.#entries.set(machine.name, entry);
    entry.versions.set(machine.hash, { machine, publishedAtMs });
  }

  /** One that is not here is of an older format: it was passed over. */
  #activate(hash: MachineHash, by: Origin, back: boolean): void {
    const machine = this.#machines.get(hash);
    const entry = machine && this.#entries.get(machine.name);
    if (!entry) return;
    const at = entry.history.lastIndexOf(hash);
    if (back && at >= 0) entry.history = entry.history.slice(0, at + 1);
    else if (entry.history.at(-1) !== hash) entry.history = [...entry.history, hash];
    entry.isRetired = false;
    if (by === 'folder') entry.fromFolder = hash;
  }

  has(hash: MachineHash): boolean {
    return this.#machines.has(hash);
  }

  /** What the step needs of it. */
  machines(): Machines {
    const inForce = [...this.#entries.values()].flatMap(({ history, isRetired }) => {
      const machine = isRetired ? undefined : this.#machines.get(history.at(-1) ?? ('' as MachineHash));
      return machine ? [machine] : [];
    });
    return machinesOf([...this.#machines.values()], inForce);
  }

  get(name: string): PublishedDefinition | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const { versions, history, isRetired, fromFolder } = entry;
    const [newest, earlier] = history.toReversed().map((hash) => versions.get(hash));
    return {
      name,
      versions: [...versions.values()],
      inForce: isRetired ? undefined : newest,
      before: isRetired ? newest : earlier,
      isRetired,
      fromFolder,
    };
  }

  /** In the order of their names. */
  all(): readonly PublishedDefinition[] {
    return [...this.#entries.keys()].sort().flatMap((name) => this.get(name) ?? []);
  }
}

/** What puts a machine in force; without `by` it is only published. */
export function publicationsOf(
  machine: Machine,
  known: Pick<PublishedDefinitions, 'has'>,
  by: Origin | undefined,
): readonly Publication[] {
  // Short where the version is there already: workers of two versions that restart in turn must not fill the topic.
  const version: readonly Publication[] = known.has(machine.hash) ? [] : [{ kind: 'version', machine }];
  return by === undefined ? version : [...version, { kind: 'activate', hash: machine.hash, by }];
}

/** Throws DefinitionError. */
export function knownDefinition(definitions: Pick<PublishedDefinitions, 'get'>, name: string): PublishedDefinition {
  const definition = definitions.get(name);
  if (definition) return definition;
  throw new DefinitionError('definition-unknown', `no definition "${name}" was published`);
}

/** The shortest beginning of a hash that names a version: shorter ones are typing mistakes. */
const MIN_VERSION_CHARACTERS = 4;

/** The version whose hash begins so. Throws DefinitionError. */
export function versionOf({ name, versions }: PublishedDefinition, wanted: string): PublishedVersion {
  const beginning = wanted.replace(/^sha256:/, '');
  const found = versions.filter(({ machine }) => machine.hash.slice('sha256:'.length).startsWith(beginning));
  const [version] = found;
  if (beginning.length >= MIN_VERSION_CHARACTERS && version && found.length === 1) return version;
  const known = versions.map(({ machine }) => machine.version).join(', ');
  throw new DefinitionError('definition-version-unknown', `${name} has no one version "${wanted}": it has ${known}`);
}
