import type { TenantName } from '../../channels/brands.ts';
import { CHANNELS, channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { BrokerAdmin } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import { GrowthError } from './mark.ts';

/** Nothing was written for so long: an engine that has anything to do does it sooner. */
export const QUIET_MS = 2_000;

/** How often it is looked at, in a quiet time. */
const LOOKS = 4;

/** Topics asked about at a time. */
const TOPICS_AT_ONCE = 16;

/** Subscriptions of connectors: what they have not taken is on its way to people, in an order that is to be kept. */
const OF_CONNECTORS = /^(connector|follow)-/;

export interface DrainOptions {
  readonly admin: BrokerAdmin;
  readonly tenant: TenantName;
  readonly partitions: number;
  readonly clock: Clock;
  readonly quietMs: number;
  readonly timeoutMs: number;
}

/**
 * Resolves once nothing has been written on the tenant's channels, inboxes and journals for a while, and connectors have
 * taken everything. While a tenant is held nothing comes from outside and no deadline passes, so that this comes about
 * once all that was under way is done. Rejects with GrowthError `tenant-not-drained`.
 */
export async function drained(options: DrainOptions): Promise<void> {
  const { clock, timeoutMs, quietMs } = options;
  const until = clock.now() + timeoutMs;
  let quietSince = clock.now();
  let before: string | undefined;
  for (;;) {
    const written = await lastWritten(options);
    const waiting = await untaken(options);
    const now = clock.now();
    if (written !== before || waiting !== undefined) quietSince = now;
    before = written;
    if (now - quietSince >= quietMs) return;
    if (now > until) {
      const what = waiting ?? 'the engine still writes';
      throw new GrowthError(
        'tenant-not-drained',
        `what was under way did not end within ${timeoutMs / 1000} s: ${what}; nothing was changed, the tenant is open again`,
      );
    }
    await sleep(clock, quietMs / LOOKS);
  }
}

/** As `drained`, once nobody works for the tenant any more; whoever still does is fenced off. */
export async function released(options: DrainOptions): Promise<void> {
  const { clock, quietMs } = options;
  for (let before: string | undefined; ;) {
    const written = await lastWritten(options);
    if (written === before) return;
    before = written;
    await sleep(clock, quietMs / 2);
  }
}

async function lastWritten({ admin, tenant, partitions }: DrainOptions): Promise<string> {
  const topics = [
    ...CHANNELS.map((channel) => channelTopic(tenant, channel)),
    ...(['inbox', 'journal', 'router'] as const).map((topic) => engineTopic(tenant, topic)),
  ].flatMap((topic) => Array.from({ length: partitions }, (_, partition) => partitionTopic(topic, partition)));
  const ids = await eachOf(topics, (topic) => admin.lastMessageId(topic));
  return ids.join(' ');
}

/** What connectors have not taken, in words. */
async function untaken({ admin, tenant, partitions }: DrainOptions): Promise<string | undefined> {
  const topics = CHANNELS.flatMap((channel) =>
    Array.from({ length: partitions }, (_, partition) => partitionTopic(channelTopic(tenant, channel), partition)),
  );
  const found = await eachOf(topics, async (topic) => {
    const { backlog } = await admin.stats(topic);
    const behind = Object.entries(backlog).find(([name, count]) => OF_CONNECTORS.test(name) && count > 0);
    return behind && `"${behind[0]}" has not taken ${behind[1]} messages of ${topic}`;
  });
  return found.find((one) => one !== undefined);
}

async function eachOf<Answer>(topics: readonly string[], ask: (topic: string) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < topics.length; start += TOPICS_AT_ONCE) {
    answers.push(...(await Promise.all(topics.slice(start, start + TOPICS_AT_ONCE).map(ask))));
  }
  return answers;
}
