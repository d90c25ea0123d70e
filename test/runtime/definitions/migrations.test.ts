import { expect } from 'chai';
import type { Event } from '../../../channels/event.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { Migrations, type MigrationRequest } from '../../../runtime/definitions/migrations.ts';
import { Occupancy } from '../../../runtime/definitions/occupancy.ts';
import { PublishedDefinitions } from '../../../runtime/definitions/published.ts';
import { machineOf } from '../../dsl/given-when-then.ts';

const version = (steps: string): Machine =>
  machineOf(`
conversation: visit
start:
  - match: visit
steps:
${steps}`);

const delay = (step: string, time: string): string => `  - step: ${step}\n    delay: { for: ${time} }\n`;
const FIRST = version(delay('one', '1h') + delay('two', '2h') + delay('three', '3h'));
const SECOND = version(delay('one', '1h') + delay('two', '5h') + delay('four', '4h'));

/** A store that has these conversations on the first version, and engines that answer every trial with these problems. */
class Stored extends Occupancy {
  readonly occupants: readonly { conversation: string; contact: string; state: string }[];
  readonly problems: readonly { code: string; reason: string }[];
  constructor(states: readonly string[], problems: readonly { code: string; reason: string }[] = []) {
    super({ database: 'parlance', query: () => Promise.resolve([]) }, 'acme' as never);
    this.problems = problems;
    this.occupants = states.map((state, index) => ({ conversation: `v${index}`, contact: `c-${index}`, state }));
  }

  override on(): ReturnType<Occupancy['on']> {
    return Promise.resolve(this.occupants);
  }

  override tried(): ReturnType<Occupancy['tried']> {
    const tried = { from: FIRST.hash, to: SECOND.hash, problems: this.problems };
    return Promise.resolve(this.occupants.map(({ conversation }) => ({ conversation, ...tried })));
  }
}

describe('a migration', () => {
  const asked: { readonly channel: string; readonly type: string; readonly data: unknown }[] = [];
  const over = (occupancy: Occupancy): Migrations => {
    const definitions = new PublishedDefinitions();
    for (const machine of [FIRST, SECOND]) definitions.apply({ kind: 'version', machine }, 0);
    asked.length = 0;
    const publish = (channel: string, event: { readonly type: string; readonly data: unknown }): Promise<Event> => {
      asked.push({ channel, type: event.type, data: event.data });
      return Promise.resolve({ id: `e${asked.length.toString()}` } as Event);
    };
    const settled = (): Promise<void> => Promise.resolve();
    return new Migrations({ table: { definitions }, publisher: { publish }, occupancy, settled, clock: systemClock });
  };
  const request = (states: MigrationRequest['states'] = []): MigrationRequest => ({
    ...{ definition: 'visit', from: FIRST.version, to: SECOND.version, states },
  });
  const refusal = async (outcome: Promise<unknown>): Promise<{ code?: unknown; message?: string }> =>
    (await outcome.catch((error: unknown) => error)) as { code?: unknown; message?: string };
  const moved = (): readonly unknown[] =>
    asked.filter(({ type, data }) => type.startsWith('conversation.') && !(data as { trial?: boolean }).trial);

  it('is planned with what becomes of each state in which conversations stand, or that is not the same', async () => {
    const plan = await over(new Stored(['one', 'one', 'two', 'three'])).plan(request());
    expect(plan).to.include({ conversations: 4, from: FIRST.version, to: SECOND.version });
    const rows = plan.states.map(({ state, conversations, becomes, tried }) => [state, conversations, becomes, tried]);
    expect(rows).to.eql([
      ['one', 2, 'same', 2],
      ['two', 1, 'changed', 1],
      ['three', 1, 'removed', 0],
    ]);
    expect(plan.refusals).to.have.lengthOf(1);
    expect(plan.refusals[0]).to.match(/^1 conversation waits in "three", which \w+ does not have: .*--map three=STEP$/);
    expect(moved(), 'nobody is moved').to.eql([]);
  });

  it('tries at most three of a state', async () => {
    const plan = await over(new Stored(Array<string>(9).fill('one'))).plan(request());
    expect(plan.states[0]).to.include({ conversations: 9, tried: 3 });
    expect(asked.filter(({ type }) => type === 'conversation.migration-requested')).to.have.lengthOf(3);
  });

  it('asks for a step only where conversations stand', async () => {
    const plan = await over(new Stored(['one'])).plan(request());
    expect(plan.states.map(({ state, becomes }) => `${state} ${becomes}`)).to.include('three removed');
    expect(plan.refusals).to.eql([]);
  });

  it('is refused where a state has no step, and done once it has one: each is asked once, because of one event', async () => {
    const stored = new Stored(['one', 'three']);
    expect(await refusal(over(stored).apply(request(), true))).to.have.property('code', 'migration-unsafe');
    expect(moved()).to.eql([]);
    const states = [{ left: 'three', entered: 'four' }];
    const { migration } = await over(stored).apply(request(states), false);
    const root = asked[Number(migration.slice(1)) - 1];
    expect(root).to.deep.include({ channel: 'definitions', type: 'definition.migration-requested' });
    expect(root?.data).to.deep.include({
      definition: 'visit',
      from: FIRST.hash,
      to: SECOND.hash,
      conversations: 2,
      states,
    });
    expect(moved()).to.have.lengthOf(2);
  });

  it('is refused where a trial failed, unless it is to be done anyway', async () => {
    const stored = new Stored(['one'], [{ code: 'value-misfits', reason: 'vars.n is no integer' }]);
    const { code, message } = await refusal(over(stored).apply(request(), false));
    expect([code, message]).to.eql(['migration-unsafe', '"one": value-misfits: vars.n is no integer']);
    expect(moved()).to.eql([]);
    await over(stored).apply(request(), true);
    expect(moved()).to.have.lengthOf(1);
  });

  it('is refused where it can not be meant, with all that is wrong', async () => {
    const states = [
      { left: 'nothing', entered: 'four' },
      { left: 'one', entered: 'nowhere' },
    ];
    const { code, message } = await refusal(over(new Stored([])).plan(request(states)));
    expect(code).to.equal('migration-invalid');
    expect(message?.split('\n')).to.eql([
      `nothing waits in "nothing" in ${FIRST.version}: it waits in one, two, three`,
      `${SECOND.version} has no step "nowhere"`,
    ]);
    const same = { ...request(), to: FIRST.version };
    expect(await refusal(over(new Stored([])).plan(same))).to.have.property('code', 'migration-invalid');
    const unknown = { ...request(), to: 'ffffffff' };
    expect(await refusal(over(new Stored([])).plan(unknown))).to.have.property('code', 'definition-version-unknown');
    expect(await refusal(over(new Stored([])).progress('none'))).to.have.property('code', 'migration-unknown');
  });
});
