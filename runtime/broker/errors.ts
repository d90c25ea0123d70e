import { ParlanceError } from '../../channels/error.ts';

export type BrokerErrorCode =
  /** Closed by its owner while a call was pending. */
  | 'broker-closed'
  /** Cannot be reached at all; try again with backoff. */
  | 'broker-unreachable'
  /** The connection broke under the call; what was sent may or may not be stored. */
  | 'broker-disconnected'
  | 'producer-busy'
  /** Superseded by another exclusive producer: final for this owner, never retried. */
  | 'producer-fenced'
  /** An earlier send of this producer failed: fail-stop. */
  | 'producer-failed'
  | 'consumer-busy'
  | 'topic-missing'
  | 'partitions-differ'
  | 'message-too-large'
  | 'capability-missing'
  /** The native client's addon is not installed. */
  | 'native-client-missing'
  /** The disk is full: nothing more is accepted until there is room; what was accepted stays. */
  | 'storage-full'
  /** Another process holds the data folder. */
  | 'storage-locked'
  /** A position is of another topic, or of one that was made anew under the same name. */
  | 'position-unknown'
  | 'broker-refused';

/** The one shape in which every driver reports; drivers map their client's strings here and nowhere else. */
export class BrokerError extends ParlanceError<BrokerErrorCode> {}
