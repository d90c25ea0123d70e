import type { BrokerError } from '../errors.ts';
import type { Follower, OutgoingMessage } from '../port.ts';
import { refusalOf } from './acceptance.ts';
import type { Sender } from './append-queue.ts';
import type { Topic } from './topic.ts';

/** Whose messages are followed by others. */
export interface Leader extends Sender {
  /** Why some of its followers were lost, if so: none that comes later may leave then. */
  readonly lost: BrokerError | undefined;
  /** Sends its followers. What fails for it is lost. */
  readonly train: Sender;
}

/** What follows one message, until that one's commit begins. */
export class Following {
  readonly leader: Leader;
  readonly followers: readonly Follower[];
  /** Settles when they are decided. */
  followed: Promise<void> = NOTHING;

  constructor(leader: Leader, followers: readonly Follower[]) {
    this.leader = leader;
    this.followers = followers;
  }
}

const NOTHING = Promise.resolve();

/**
 * Brings what follows messages whose commit begins into the queues of their topics, so that it can take part in it.
 * Returns these topics.
 */
export function release(followings: readonly Following[], topicOf: (name: string) => Topic): ReadonlySet<Topic> {
  const reached = new Set<Topic>();
  for (const leader of new Set(followings.map((following) => following.leader))) {
    const own = followings.filter((following) => following.leader === leader);
    const followed = leader.lost ? Promise.reject(leader.lost) : send(leader, own, topicOf, reached);
    // Whoever asks is told.
    followed.catch(nothing);
    for (const following of own) following.followed = followed;
  }
  return reached;
}

function send(
  leader: Leader,
  followings: readonly Following[],
  topicOf: (name: string) => Topic,
  reached: Set<Topic>,
): Promise<void> {
  const batches = new Map<Topic, OutgoingMessage[]>();
  const sent: Promise<unknown>[] = [];
  for (const follower of followings.flatMap(({ followers }) => followers)) {
    const message = follower.message();
    const refusal = refusalOf(message);
    if (refusal) {
      leader.train.fail(refusal);
      sent.push(Promise.reject(refusal));
      break;
    }
    const topic = topicOf(follower.topic);
    const batch = batches.get(topic);
    if (batch) batch.push(message);
    else batches.set(topic, [message]);
  }
  for (const [topic, messages] of batches) {
    reached.add(topic);
    sent.push(topic.append(messages, leader.train));
  }
  return Promise.all(sent).then(nothing);
}

function nothing(): void {
  return undefined;
}
