import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import type { TenantName } from '../../../channels/brands.ts';
import type { Broker } from '../../broker/port.ts';
import type { Configuration } from '../../config/configuration.ts';
import { createPublisher } from '../../events/publisher.ts';
import { parseTenantName, tenantPartitions } from '../../events/tenant.ts';
import { brokerSource } from '../replay/broker-source.ts';
import { fileOutput } from '../replay/file-output.ts';
import {
  maxGapOf,
  speedOf,
  subscriptionTarget,
  topicTarget,
  type ReplayPlan,
  type ReplayTarget,
} from '../replay/plan.ts';
import { progressLine } from '../replay/progress-line.ts';
import { isNoted, loadState, saveState, statePath, type ReplayState } from '../replay/replay-state.ts';
import { runReplay } from '../replay/run-replay.ts';
import { storeSource } from '../replay/source.ts';
import { topicOutput } from '../replay/topic-output.ts';
import { EXIT } from '../exit-codes.ts';
import { momentOf, ordered } from '../moment.ts';
import { openTenantStore, withStoreOptions, type StoreArguments } from '../store-access.ts';
import { configurationOf } from './configuration-options.ts';
import type { OpenBroker } from './tenants.ts';

interface ReplayArguments extends StoreArguments {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly types: readonly string[] | undefined;
  readonly contact: string | undefined;
  readonly correlation: string | undefined;
  readonly 'to-subscription': string | undefined;
  readonly 'to-topic': string | undefined;
  readonly file: string | undefined;
  readonly speed: string | undefined;
  readonly 'max-gap': string | undefined;
  readonly 'from-store': boolean | undefined;
  readonly 'from-broker': boolean | undefined;
  readonly resume: string | undefined;
  readonly json: boolean;
}

export function replayCommand(openBroker: OpenBroker): CommandModule<object, ReplayArguments> {
  return {
    command: 'replay',
    describe: 'Tell past events again: to a subscription or topic of their own, or into a file',
    builder: (yargs: Argv) => withReplayOptions(yargs),
    handler: async (args) => {
      const { configuration } = configurationOf(args);
      const begun = await begunBy(args, configuration);
      const plan = begun?.plan ?? planOf(args, configuration);
      if (begun?.done !== true) {
        const goesOn = `Interrupted. It goes on with: parlance replay --resume ${plan.id}\n`;
        const state = await run(args, configuration, plan, begun, openBroker).catch(async (error: unknown) => {
          if (await isNoted(configuration.dataFolder, plan.id)) process.stderr.write(goesOn);
          throw error;
        });
        if (!state.done) {
          process.stderr.write(goesOn);
          process.exitCode = EXIT.failed;
        }
        process.stdout.write(told(args, state));
      } else process.stdout.write(told(args, begun));
    },
  };
}

/** What `--resume` names, at another speed and with another longest gap where these are given. */
async function begunBy(
  { resume, speed, 'max-gap': maxGap }: ReplayArguments,
  { dataFolder }: Configuration,
): Promise<ReplayState | undefined> {
  if (resume === undefined) return undefined;
  const begun = await loadState(dataFolder, resume);
  const { speed: noted, ...plan } = begun.plan;
  const wanted = speed === undefined ? noted : speedOf(speed);
  return {
    ...begun,
    plan: {
      ...plan,
      ...(wanted !== undefined && { speed: wanted }),
      ...(maxGap !== undefined && { maxGapMs: maxGapOf(maxGap) }),
    },
  };
}

/** What a replay that is resumed has noted. */
const PLANNED = [
  ...['from', 'to', 'types', 'contact', 'correlation', 'to-subscription', 'to-topic', 'file'],
  ...['from-store', 'from-broker'],
] as const;

function withReplayOptions(yargs: Argv): Argv<ReplayArguments> {
  return withStoreOptions(yargs)
    .option('from', { type: 'string', describe: 'First moment: 2026-01-31T12:00Z, or 7d (ago)' })
    .option('to', { type: 'string', describe: 'Last moment (default: now)' })
    .option('types', {
      ...{ type: 'string', array: true, requiresArg: true },
      describe: 'Only these types; `message.*` is all that begin so',
    })
    .option('contact', { type: 'string', describe: 'Only about this person: an address or a contact key' })
    .option('correlation', { type: 'string', describe: 'Only of this conversation' })
    .option('to-subscription', {
      type: 'string',
      describe: 'To persistent://TENANT/replay/NAME, for its subscription NAME',
    })
    .option('to-topic', { type: 'string', describe: 'To this topic, which is no channel: persistent://…' })
    .option('file', { type: 'string', normalize: true, describe: 'Into this new file, a CloudEvent a line' })
    .option('speed', { type: 'string', describe: 'Of the recorded pace: 1x, 10x, max (default: 1x, of files max)' })
    .option('max-gap', {
      type: 'string',
      describe: 'Wait no longer than this for an event: 10s, 1h (default: as long as it takes)',
    })
    .option('from-store', { type: 'boolean', describe: 'As they are stored (default)' })
    .option('from-broker', { type: 'boolean', describe: 'As the broker still has them' })
    .option('resume', {
      type: 'string',
      describe: 'Go on with a replay that was interrupted: its id; --speed and --max-gap may be others',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Say as JSON what was done' })
    .conflicts('from-store', 'from-broker')
    .conflicts('to-subscription', ['to-topic', 'file'])
    .conflicts('to-topic', 'file')
    .conflicts('resume', [...PLANNED])
    .check(({ from, resume, ...rest }) => {
      if (resume !== undefined) return true;
      if (from === undefined) return 'From when? Give --from, or --resume and an id.';
      if (rest['to-subscription'] === undefined && rest['to-topic'] === undefined && rest.file === undefined) {
        return 'To where? Give --to-subscription, --to-topic or --file.';
      }
      return true;
    });
}

function planOf(args: ReplayArguments, configuration: Configuration): ReplayPlan {
  const now = Date.now();
  const tenant = parseTenantName(args.tenant ?? configuration.defaultTenant.name);
  const target = targetOf(args, tenant);
  const speed = speedOf(args.speed ?? (target.kind === 'file' ? 'max' : '1x'));
  const { types = [], contact, correlation } = args;
  const from = momentOf('from', args.from ?? '', now);
  const to = args.to === undefined ? new Date(now) : momentOf('to', args.to, now);
  ordered(['from', from], ['to', to]);
  const moment = new Date(now).toISOString().replaceAll(/[-:]|\.\d+Z/g, '');
  return {
    id: `r-${moment}-${randomBytes(3).toString('hex')}`,
    ...{ tenant, target, types },
    origin: args['from-broker'] === true ? 'broker' : 'store',
    from: from.toISOString(),
    to: to.toISOString(),
    ...(contact !== undefined && { contact }),
    ...(correlation !== undefined && { correlation }),
    ...(speed !== undefined && { speed }),
    ...(args['max-gap'] !== undefined && { maxGapMs: maxGapOf(args['max-gap']) }),
  };
}

function targetOf(args: ReplayArguments, tenant: TenantName): ReplayTarget {
  const { 'to-subscription': subscription, 'to-topic': topic, file } = args;
  if (subscription !== undefined) return subscriptionTarget(tenant, subscription);
  if (topic !== undefined) return topicTarget(topic);
  return { kind: 'file', path: resolve(file ?? '') };
}

async function run(
  args: ReplayArguments,
  configuration: Configuration,
  plan: ReplayPlan,
  begun: ReplayState | undefined,
  openBroker: OpenBroker,
): Promise<ReplayState> {
  const { target } = plan;
  const needsBroker = target.kind !== 'file' || plan.origin === 'broker';
  const broker = needsBroker ? await openBroker(configuration) : undefined;
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const source =
      broker && plan.origin === 'broker'
        ? brokerSource(broker, plan)
        : storeSource(await openTenantStore({ ...args, tenant: plan.tenant }), plan);
    try {
      const output =
        target.kind === 'file' || !broker
          ? await fileOutput(target.kind === 'file' ? target.path : '', plan.id, begun?.output)
          : await topicOutput(broker, { tenant: plan.tenant, replay: plan.id, target }, begun?.output);
      const operations = broker && target.kind !== 'file' ? await statementsOf(broker, plan) : undefined;
      const line = progressLine(process.stderr.isTTY ? await source.count() : undefined, begun?.events ?? 0);
      try {
        if (!begun) await operations?.started();
        const path = statePath(configuration.dataFolder, plan.id);
        const save = (state: ReplayState): Promise<void> => saveState(path, state);
        return await runReplay({
          ...{ plan, source, output, begun, save, progress: line.show },
          ...(operations && { completed: (events: number) => operations.completed(events) }),
          signal: stopping.signal,
        });
      } finally {
        line.end();
        await operations?.close();
        await output.close();
      }
    } finally {
      await source.close();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await broker?.close();
  }
}

interface Statements {
  started(): Promise<void>;
  completed(events: number): Promise<void>;
  close(): Promise<void>;
}

/** A file is read by nobody yet; what goes to a topic is stated on the channel `operations`. */
async function statementsOf(broker: Broker, { tenant, id, from, to }: ReplayPlan): Promise<Statements> {
  const partitions = await tenantPartitions(broker.admin, tenant);
  const identity = { source: '/replays', now: Date.now, newId: randomUUID };
  const publisher = createPublisher(broker, tenant, partitions, identity);
  return {
    started: async () => {
      await publisher.publish('operations', {
        type: 'replay.started',
        id: `${id}/started`,
        data: { replay: id, from, to },
      });
    },
    completed: async (events) => {
      // It compares nothing: that is what-if.
      const data = { replay: id, events, differences: 0 };
      await publisher.publish('operations', { type: 'replay.completed', id: `${id}/completed`, data });
    },
    close: () => publisher.close(),
  };
}

function told({ json }: ReplayArguments, { plan, events, done }: ReplayState): string {
  const { id: replay, from, to, target } = plan;
  if (json) return `${JSON.stringify({ replay, from, to, target, events, done })}\n`;
  const where = target.kind === 'file' ? target.path : target.topic;
  const count = `${events.toString()} ${events === 1 ? 'event' : 'events'}`;
  if (!done) return `Replay ${replay}: ${count} so far, in ${where}.\n`;
  return `Replay ${replay}: ${count} from ${from} to ${to}, in ${where}.\n`;
}
