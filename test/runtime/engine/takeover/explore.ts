import { World, type Action, type Model } from './world.ts';

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** Shortest way to a state in which something is wrong. */
  readonly counterexample: string | undefined;
}

interface Found {
  readonly path: readonly Action[];
  readonly actions: readonly Action[];
  /** What the path has led to. Its last action goes on from it: most states have only one. */
  readonly world: World;
}

/**
 * Every state that a model can reach, breadth first, so that the first counterexample is a shortest one. What a run has
 * become cannot be copied, since the engine's own code is in the middle of it: each transition but a state's last runs its
 * path anew.
 */
export async function explore(model: Model): Promise<Explored> {
  const start = new World(model);
  const visited = new Set([start.fingerprint()]);
  let level: readonly Found[] = [{ path: [], actions: start.actions(), world: start }];
  let transitions = 0;
  while (level.length > 0) {
    const next: Found[] = [];
    for (const found of level) {
      for (const [index, action] of found.actions.entries()) {
        transitions += 1;
        const path = [...found.path, action];
        const world = index === found.actions.length - 1 ? found.world : await runOf(model, found.path);
        await world.act(action);
        const fingerprint = world.fingerprint();
        if (visited.has(fingerprint)) continue;
        visited.add(fingerprint);
        const actions = world.actions();
        const wrong = world.violation() ?? (await stuck(model, path, actions));
        if (wrong !== undefined) {
          return { states: visited.size, transitions, counterexample: told(path, world, wrong) };
        }
        next.push({ path, actions, world });
      }
    }
    level = next;
  }
  return { states: visited.size, transitions, counterexample: undefined };
}

async function runOf(model: Model, path: readonly Action[]): Promise<World> {
  const world = new World(model);
  for (const action of path) await world.act(action);
  return world;
}

/**
 * From every state a way without faults leads to one in which nothing more happens by itself; where somebody can step
 * from all of those, somebody can from everywhere.
 */
async function stuck(model: Model, path: readonly Action[], actions: readonly Action[]): Promise<string | undefined> {
  if (!actions.every(({ kind }) => kind === 'crash' || kind === 'unload')) return undefined;
  return (await (await runOf(model, path)).canGoOn()) ? undefined : 'nobody can ever step again';
}

const WORDS = {
  open: 'opens its producer',
  look: 'learns where the journal ends',
  store: 'has its oldest record stored',
  step: 'steps, and sends the record',
  crash: 'crashes',
} as const;

function told(path: readonly Action[], world: World, wrong: string): string {
  const lines = path.map((action, index) => {
    const words = action.kind === 'unload' ? 'the topic is unloaded' : `owner ${action.owner} ${WORDS[action.kind]}`;
    return `${index + 1}. ${words}`;
  });
  return [...lines, `Then ${wrong}. The journal:`, world.toString()].join('\n');
}
