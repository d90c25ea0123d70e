/** A dialogue by hand: what somebody types in `parlance simulate` becomes actions on a simulated stage. */
import { catalogueEntry } from '../../../channels/catalogue.ts';
import type { Event } from '../../../channels/event.ts';
import type { Json, JsonObject } from '../../../dsl/json.ts';
import { handedBack } from '../../../dsl/scenario/attempts.ts';
import { completedReceipt } from '../../../dsl/scenario/receipt.ts';
import { AGENT, type Action, type Given, type Person } from '../../../dsl/scenario/scenario.ts';
import type { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { eventLine } from '../../../dsl/scenario/transcript.ts';
import { writeScenarios, type Played } from '../../../dsl/scenario/write.ts';
import { EndlessEvents } from '../../../dsl/simulation/world.ts';
import { parseDuration } from '../../../dsl/text/duration.ts';
import { formatDuration } from '../../../dsl/text/format-duration.ts';
import { fileProblem } from '../../project/file-problem.ts';
import { ProjectError } from '../project/errors.ts';
import { stateOf, whyOf } from './where-it-stands.ts';

export interface DeskOptions {
  readonly stage: SimulatedStage;
  readonly given: Given;
  readonly person: Person;
  /** Name of the definition that a saved scenario is about. */
  readonly about: string;
  /** Rejects where the file is there, and is not to be replaced. */
  readonly save: (path: string, text: string, force: boolean) => Promise<void>;
}

type Command = (rest: string) => Promise<readonly string[]> | readonly string[];

const HELP = [
  'What you type is what the person writes. Besides:',
  '  /advance 2h          time passes',
  '  /next                time passes until something happens',
  '  /event TYPE JSON     an event of yours arrives',
  '  /broadcast JSON      a broadcast reaches the person, with these inputs',
  '  /schedule LIST JSON  the schedule of a list does',
  '  /receive TYPE JSON   a provider reports on the newest message, such as message.delivered',
  '  /agent taken         a person on our side takes the hand-off; /agent reply TEXT writes,',
  '                       /agent returned and /agent nobody give it back',
  '  /data SOURCE JSON    from now on the data source answers so',
  '  /fail SOURCE CODE    from now on it fails, such as data-timed-out',
  '  /state               what the contact waits for, and variables',
  '  /why                 what led to the newest message or event',
  '  /save FILE           the dialogue as a scenario, such as NAME.test.yaml; --force behind it replaces one',
  '  /quit',
] as const;

/** What a list gives is a value for each input. */
const NO_INPUTS = 'write inputs as JSON, such as {"name": "Ana"}';

const AGENT_ACTS: Readonly<Record<string, (text: string) => Action>> = {
  taken: () => ({ do: 'agent', type: 'handoff.taken', data: { agent: AGENT } }),
  reply: (text) => ({ do: 'agent', type: 'handoff.replied', data: { agent: AGENT, text } }),
  returned: () => handedBack('returned'),
  nobody: () => handedBack('nobody'),
};

export class ConversationDesk {
  private readonly options: DeskOptions;
  private readonly played: Played[] = [];
  private readonly commands: Readonly<Record<string, Command>>;

  constructor(options: DeskOptions) {
    this.options = options;
    this.commands = {
      help: () => HELP,
      advance: (rest) => this.advance(rest),
      next: () => this.next(),
      event: (rest) => this.event(rest),
      broadcast: (rest) => this.broadcast(rest),
      schedule: (rest) => this.schedule(rest),
      receive: (rest) => this.receive(rest),
      agent: (rest) => this.agent(rest),
      data: (rest) => this.withJson(rest, '/data SOURCE JSON', (source, value) => this.answer(source, { value })),
      fail: (rest) => this.fail(rest),
      state: () => stateOf(options.stage.world, options.person),
      why: () => whyOf(options.stage.world.events),
      save: (rest) => this.save(rest),
    };
  }

  /** Lines to show for a line that was typed; undefined where the dialogue is over. */
  async take(line: string): Promise<readonly string[] | undefined> {
    const text = line.trim();
    if (text === '') return [];
    const [, name, rest = ''] = /^\/(\w+)\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined) return this.act({ do: 'reply', person: this.options.person, text });
    if (name === 'quit' || name === 'exit') return undefined;
    const command = Object.hasOwn(this.commands, name) ? this.commands[name] : undefined;
    return command ? command(rest) : [`there is no /${name}: /help lists what there is`];
  }

  /** Commands that a line could become. */
  completions(line: string): readonly string[] {
    return [...Object.keys(this.commands), 'quit'].map((name) => `/${name}`).filter((name) => name.startsWith(line));
  }

  /** `performed`: where it is more than what was typed, which is what is saved. */
  private act(action: Action, performed: Action = action): readonly string[] {
    let events: readonly Event[];
    try {
      events = this.options.stage.act(performed);
    } catch (error) {
      if (error instanceof EndlessEvents) return [error.message];
      throw error;
    }
    this.played.push({ action, events });
    const isOwn = action.do === 'event' ? events.slice(1) : events;
    return isOwn.flatMap((event) => eventLine(event) ?? []);
  }

  private advance(rest: string): readonly string[] {
    const ms = parseDuration(rest);
    if (ms === undefined) return ['/advance needs a duration such as 90m, 12h or 3d'];
    return this.act({ do: 'advance', ms, text: rest });
  }

  private next(): readonly string[] {
    const { idleMs } = this.options.stage.world;
    if (idleMs === undefined) return ['nothing will happen by itself'];
    return this.advance(formatDuration(idleMs));
  }

  private event(rest: string): readonly string[] {
    return this.withJson(rest, '/event TYPE JSON', (type, data) => this.act({ do: 'event', type, data }));
  }

  private broadcast(rest: string): readonly string[] {
    const { person, about: definition } = this.options;
    return this.withJson(`recipient ${rest}`, '/broadcast JSON', (_recipient, inputs) =>
      isObject(inputs) ? this.act({ do: 'broadcast', person, definition, inputs }) : [NO_INPUTS],
    );
  }

  private schedule(rest: string): readonly string[] {
    const { person, about: definition } = this.options;
    return this.withJson(rest, '/schedule LIST JSON', (list, inputs) =>
      isObject(inputs) ? this.act({ do: 'schedule', person, definition, list, inputs }) : [NO_INPUTS],
    );
  }

  private receive(rest: string): readonly string[] {
    const { person, stage } = this.options;
    return this.withJson(rest, '/receive TYPE JSON', (type, data) => {
      if (!isObject(data)) return ['write its data as JSON, such as {"code": "unreachable"}'];
      if (!catalogueEntry(type)) return [`there is no event ${type}: write one such as message.delivered`];
      const receipt = { do: 'receive', person, type, data } as const;
      const performed = completedReceipt(stage, receipt);
      return performed ? this.act(receipt, performed) : ['there is no message yet'];
    });
  }

  private agent(rest: string): readonly string[] {
    const [, what = '', text = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
    const act = AGENT_ACTS[what];
    if (!act || (what === 'reply' && text === '')) {
      return ['write /agent taken, /agent reply TEXT, /agent returned or /agent nobody'];
    }
    const { world } = this.options.stage;
    const state = world.state(world.contactOf(this.options.person.addresses[0]));
    if (!state?.conversations.some(({ wait }) => wait.for === 'handoff')) return ['nothing is handed off'];
    return this.act(act(text));
  }

  private answer(source: string, answer: { readonly value: Json } | { readonly code: string }): readonly string[] {
    return this.act({ do: 'answer', answers: { [source]: answer } });
  }

  private fail(rest: string): readonly string[] {
    const [source, code = 'data-unavailable'] = rest.split(/\s+/);
    return source === undefined || source === '' ? ['write /fail SOURCE CODE'] : this.answer(source, { code });
  }

  private withJson(
    rest: string,
    usage: string,
    use: (name: string, value: Json) => readonly string[],
  ): readonly string[] {
    const [, name, json = '{}'] = /^(\S+)(?:\s+(.+))?$/s.exec(rest) ?? [];
    if (name === undefined) return [`write ${usage}`];
    try {
      return use(name, JSON.parse(json) as Json);
    } catch (error) {
      if (error instanceof SyntaxError) return [`that is no JSON: ${error.message}`];
      throw error;
    }
  }

  private async save(rest: string): Promise<readonly string[]> {
    const [, path = '', force] = /^(.*?)(?:(?:^|\s+)(--force))?$/s.exec(rest) ?? [];
    if (path === '') return ['/save needs a file'];
    if (this.played.length === 0) return ['nothing has happened yet'];
    const { given, about } = this.options;
    const text = writeScenarios(about, [{ title: 'saved from a simulation', given, played: this.played }]);
    try {
      await this.options.save(path, text, force !== undefined);
    } catch (error) {
      // The dialogue goes on: it would be lost.
      const problem = error instanceof ProjectError ? error.message : fileProblem(error);
      if (problem === undefined) throw error;
      return [problem];
    }
    return [`saved ${path}`];
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
