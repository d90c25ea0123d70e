/** What must hold once a world has come to rest, whatever happened in it. Each problem is one sentence. */
import { checkBroadcasts } from './check-broadcasts.ts';
import { checkLoop, type Moments } from './check-loop.ts';
import { checkMoves } from './check-moves.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkOutside } from './check-outside.ts';
import { checkStore } from './check-store.ts';
import { channelTopics, identityOf, readHistory, type History } from './history.ts';
import { loopsOf } from './loops.ts';
import type { World } from './world.ts';

export async function checkWorld(world: World): Promise<readonly string[]> {
  const { broker, durableAtMs, authors } = world.network;
  if (!broker) return ['the broker is not up'];
  const history = await readHistory(broker);
  const moments: Moments = {
    endMs: world.scheduler.now(),
    durableAtMs: (topic, id) => (world.clockWentBack ? undefined : durableAtMs.get(`${topic} ${id}`)),
    authorOf: (topic, id) => authors.get(`${topic} ${id}`),
  };
  const loops = loopsOf(world.shape, history).map((loop) => checkLoop(history, loop, moments));
  return [
    ...loops.flatMap(({ problems }) => problems),
    ...checkMoves(loops, world.shape),
    ...checkInputs(world, history),
    ...checkOutputs(history, loops),
    ...checkOutside(world, history),
    ...checkBroadcasts(history),
    ...checkStore(world, history, loops),
  ];
}

/** Everything that came in is accepted in the end, and is where it belongs; every errand was done. */
function checkInputs({ load, incoming, plannedErrands, errands }: World, history: History): readonly string[] {
  const published = new Set(
    channelTopics(history, ['messaging', 'external']).flatMap(([, messages]) =>
      messages.map((message) => identityOf(message).id),
    ),
  );
  const inputs = load.flatMap((one) => {
    if (!incoming.taken.has(one)) return [`the input ${one.id} was never accepted`];
    return published.has(one.id) ? [] : [`the input ${one.id} was accepted, and is not there`];
  });
  const undone = plannedErrands.filter((errand) => !errands.taken.has(errand));
  return [...inputs, ...undone.map(({ what }) => `an errand was never done: ${what}`)];
}
