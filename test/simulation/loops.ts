/** The tenant's loops, as the check knows them: what they read, and how they decide. */
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { RECIPIENT_TARGETED } from '../../dsl/step/contract.ts';
import { route } from '../../dsl/step/route.ts';
import type { MessageId } from '../../runtime/broker/message-id.ts';
import { decodePublication, machinesTopic } from '../../runtime/definitions/publication.ts';
import { PublishedDefinitions } from '../../runtime/definitions/published.ts';
import { contactLogic, DATA_INPUTS, INBOX_INPUTS, MESSAGING_INPUTS } from '../../runtime/engine/contact-logic.ts';
import type { LoopLogic } from '../../runtime/engine/loop-logic.ts';
import { routerLogic } from '../../runtime/engine/router-logic.ts';
import type { Loop } from './check-loop.ts';
import { TENANT } from './founding.ts';
import type { History } from './history.ts';
import type { Shape } from './shape.ts';
import { simulatedStep } from './simulated-step.ts';

interface Table {
  readonly current: Machines;
  readonly position: MessageId | undefined;
  readonly ready: () => undefined;
  readonly definitions: PublishedDefinitions;
}

export function loopsOf({ partitions, growsTo = partitions }: Shape, history: History): readonly Loop[] {
  const tables = tablesOf(history);
  return Array.from({ length: growsTo }, (_, partition) => [
    contactLoop(partition, partitions, growsTo, tables),
    routerLoop(partition, tables),
  ]).flat();
}

/** As they stood once the tenant was founded, and after each message from then on. */
function tablesOf(history: History): readonly Table[] {
  const tables: Table[] = [];
  const messages = history.get(machinesTopic(TENANT)) ?? [];
  const founded = messages.findLastIndex(({ publishTimeMs }) => publishTimeMs === messages[0]?.publishTimeMs);
  for (let count = founded + 1; count <= messages.length; count++) {
    const definitions = new PublishedDefinitions();
    for (const message of messages.slice(0, count))
      for (const publication of decodePublication(message)) definitions.apply(publication, message.publishTimeMs);
    const position = messages[count - 1]?.id;
    tables.push({ current: definitions.machines(), position, ready: () => undefined, definitions });
  }
  return tables;
}

function contactLoop(partition: number, before: number, after: number, tables: readonly Table[]): Loop {
  const feed = (name: string, topic: string, types: ReadonlySet<string>) => ({
    name,
    topic: partitionTopic(topic, partition),
    types,
  });
  const among = (partitions: number): readonly LoopLogic[] =>
    tables.map((machines) =>
      contactLogic({
        ...{ step: simulatedStep, machines },
        place: { partition, partitions },
      }),
    );
  return {
    source: `/engine/${TENANT}/${partition}`,
    journal: partitionTopic(engineTopic(TENANT, 'journal'), partition),
    logics: among(before),
    grown: among(after),
    isStateless: false,
    feeds: [
      feed('inbox', engineTopic(TENANT, 'inbox'), INBOX_INPUTS),
      feed('messaging', channelTopic(TENANT, 'messaging'), MESSAGING_INPUTS),
      feed('data', channelTopic(TENANT, 'data'), DATA_INPUTS),
    ],
  };
}

function routerLoop(partition: number, tables: readonly Table[]): Loop {
  const topic = (channel: 'external' | 'broadcasts') => partitionTopic(channelTopic(TENANT, channel), partition);
  const logics = tables.map((table) => routerLogic(route, table));
  return {
    source: `/router/${TENANT}/${partition}`,
    journal: partitionTopic(engineTopic(TENANT, 'router'), partition),
    ...{ logics, grown: logics, isStateless: true },
    feeds: [
      { name: 'external', topic: topic('external'), types: undefined },
      { name: 'broadcasts', topic: topic('broadcasts'), types: new Set([RECIPIENT_TARGETED]) },
    ],
  };
}
