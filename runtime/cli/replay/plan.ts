import type { TenantName } from '../../../channels/brands.ts';
import { CHANNELS, ENGINE_NAMESPACE, INSTALLATION, replayTopic } from '../../../channels/topics.ts';
import { parseDuration } from '../../../dsl/text/duration.ts';
import { ReplayError } from './replay-error.ts';

export type ReplayTarget =
  | { readonly kind: 'subscription'; readonly name: string; readonly topic: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'file'; readonly path: string };

/** All that a replay is to do; kept, so that it can be resumed by its id alone. */
export interface ReplayPlan {
  readonly id: string;
  readonly tenant: TenantName;
  readonly origin: 'store' | 'broker';
  /** Both included. From the broker: of the publication. */
  readonly from: string;
  readonly to: string;
  readonly types: readonly string[];
  readonly contact?: string;
  readonly correlation?: string;
  readonly target: ReplayTarget;
  /** Times the recorded pace; undefined: as fast as it goes. */
  readonly speed?: number;
  /** The longest that an event is waited for; undefined: as long as the gap was, at that speed. */
  readonly maxGapMs?: number;
}

/** Throws ReplayError. */
export function subscriptionTarget(tenant: TenantName, name: string): ReplayTarget {
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) {
    throw new ReplayError(
      'replay-target-unknown',
      `"${name}" is no name of a subscription here: use letters, digits, . _ -`,
    );
  }
  return { kind: 'subscription', name, topic: replayTopic(tenant, name) };
}

/**
 * Not one that Parlance itself works from, of whatever tenant: what is told again there would be passed over by us, and
 * taken for something new by everybody else who listens. Throws ReplayError.
 */
export function topicTarget(text: string): ReplayTarget {
  const [, tenant, namespace] = /^persistent:\/\/([^/\s]+)\/([^/\s]+)\/[^/\s]+$/.exec(text) ?? [];
  if (tenant === undefined || namespace === undefined) {
    throw new ReplayError('replay-target-unknown', `"${text}" is no topic: write persistent://TENANT/NAMESPACE/NAME`);
  }
  const live: readonly string[] = [...CHANNELS, ENGINE_NAMESPACE];
  if (live.includes(namespace) || tenant === INSTALLATION.tenant) {
    throw new ReplayError(
      'replay-target-live',
      `${text} is live: those who listen there would take what is told again for something new; give it a topic of its own, or use --to-subscription`,
    );
  }
  return { kind: 'topic', topic: text };
}

/** `10x`, `0.5x`, `max`. Throws ReplayError. */
export function speedOf(text: string): number | undefined {
  if (text === 'max') return undefined;
  const speed = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1]);
  if (speed > 0) return speed;
  throw new ReplayError('replay-option-invalid', `--speed ${text} is no speed: write 1x, 10x, 0.5x or max`);
}

/** `90s`, `1h`. Throws ReplayError. */
export function maxGapOf(text: string): number {
  const maxGapMs = parseDuration(text);
  if (maxGapMs !== undefined) return maxGapMs;
  throw new ReplayError('replay-option-invalid', `--max-gap ${text} is no duration: write 10s, 1h or 1h30m`);
}
