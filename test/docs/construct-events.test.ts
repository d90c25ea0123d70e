import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { catalogueEntry } from '../../channels/catalogue.ts';
import type { Event } from '../../channels/event.ts';
import type { Json } from '../../dsl/json.ts';
import { runScenario } from '../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../dsl/scenario/simulated-stage.ts';
import { definitionSchema } from '../../dsl/schema/definition.ts';
import { EVENTS } from '../../dsl/schema/events.ts';
import { loadSuite } from '../../runtime/project/suite.ts';
import { UsedConstructs } from '../dsl/schema/constructs.ts';

/** What no scenario brings about; tests of the step function do. */
const ELSEWHERE: ReadonlySet<string> = new Set(['start conversation.queued', 'start external.rejected']);

interface Played {
  readonly folder: string;
  readonly events: readonly Event[];
  /** Parts of the schema that its definitions use. */
  readonly constructs: readonly (readonly [name: string, types: readonly string[]])[];
}

async function play(folder: string): Promise<Played> {
  const { files } = await loadSuite([folder]);
  const events: Event[] = [];
  for (const { scenarios, machines } of files) {
    for (const scenario of scenarios.scenarios) {
      const stages: SimulatedStage[] = [];
      const open = (given: typeof scenario.given): Promise<SimulatedStage> => {
        const stage = SimulatedStage.open(machines, given);
        stages.push(stage);
        return Promise.resolve(stage);
      };
      await runScenario(open, scenarios, scenario);
      events.push(...stages.flatMap((stage) => stage.events()));
    }
  }
  return { folder, events, constructs: constructsOf(folder) };
}

function constructsOf(folder: string): Played['constructs'] {
  const used = new UsedConstructs();
  for (const name of readdirSync(folder).filter((file) => /(?<!\.test)\.yaml$/.test(file)))
    used.add(parse(readFileSync(`${folder}/${name}`, 'utf8')) as Json, definitionSchema);
  return Object.entries(EVENTS).filter(([name]) => {
    const part = definitionSchema.$defs?.[name];
    return name === 'definition' || (part !== undefined && used.has(part));
  });
}

describe('the events that the reference gives for each construct', () => {
  const folders = ['docs/examples', 'conversations'].flatMap((root) =>
    readdirSync(root)
      .map((name) => `${root}/${name}`)
      .filter((path) => existsSync(path) && !/\.\w+$/.test(path)),
  );
  const played: Played[] = [];

  before(async () => {
    for (const folder of folders) played.push(await play(folder));
  });

  it('are of the catalogue', () => {
    for (const type of Object.values(EVENTS).flat()) expect(catalogueEntry(type), type).to.not.equal(undefined);
  });

  it('are all that a definition states, by the constructs that it uses', () => {
    for (const { folder, events, constructs } of played) {
      const known = new Set(constructs.flatMap(([, types]) => types));
      const stated = events.filter(({ source, type }) => source.startsWith('/engine') && catalogueEntry(type));
      const unknown = new Set(stated.map(({ type }) => type).filter((type) => !known.has(type)));
      // STOP and START are the platform's, whatever a definition says.
      for (const type of ['contact.opted-in', 'contact.opted-out']) unknown.delete(type);
      expect([...unknown], folder).to.deep.equal([]);
    }
  });

  it('are each stated by some definition that uses it', () => {
    const unseen = Object.entries(EVENTS).flatMap(([name, types]) =>
      types.filter((type) => !played.some((one) => isIn(one, name, type))).map((type) => `${name} ${type}`),
    );
    expect(unseen.filter((one) => !ELSEWHERE.has(one))).to.deep.equal([]);
  });
});

function isIn({ events, constructs }: Played, construct: string, event: string): boolean {
  return constructs.some(([name]) => name === construct) && events.some(({ type }) => type === event);
}
