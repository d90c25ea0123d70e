import { BrokerError, type BrokerErrorCode } from '../errors.ts';

/** Result names of the C++ client that say more than "refused". */
const CODES: Readonly<Record<string, BrokerErrorCode>> = {
  AlreadyClosed: 'broker-closed',
  ConnectError: 'broker-unreachable',
  ServiceUnitNotReady: 'broker-unreachable',
  TooManyLookupRequestException: 'broker-unreachable',
  LookupError: 'broker-unreachable',
  Retryable: 'broker-unreachable',
  TimeOut: 'broker-unreachable',
  Timeout: 'broker-unreachable',
  NotConnected: 'broker-disconnected',
  Disconnected: 'broker-disconnected',
  ReadError: 'broker-disconnected',
  Interrupted: 'broker-disconnected',
  ProducerBusy: 'producer-busy',
  ProducerFenced: 'producer-fenced',
  ConsumerBusy: 'consumer-busy',
  TopicNotFound: 'topic-missing',
  MessageTooBig: 'message-too-large',
};

/**
 * The one place where the native client's errors become ours. They are texts, `Failed to send message: ProducerFenced`
 * (in some versions `ResultProducerFenced`), as the error itself or as an Error's message.
 */
export function clientError(thrown: unknown, purpose: string): BrokerError {
  if (thrown instanceof BrokerError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const result = /(?:Result)?(\w+)\s*$/.exec(text)?.[1]?.replace(/^Result/, '') ?? '';
  return new BrokerError(CODES[result] ?? 'broker-refused', `${purpose}: ${text}`, { cause: thrown });
}
