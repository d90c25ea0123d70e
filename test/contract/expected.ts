/** Suites that every driver must run, whatever it declares. */
const ALWAYS = [
  'OrderPerKey',
  'SendsResolveInOrder',
  'SentTogetherInOrder',
  'MessagesArriveUnchanged',
  'PartitionsAreSeparate',
  'ExclusiveSubscriptionRefusesSecond',
  'EverySubscriptionGetsEverything',
  'InitialPositionIsHonoured',
  'SharedSpreadsMessages',
  'KeySharedKeepsKeyOrder',
  'FailoverTakesOver',
  'BufferedMessagesAreTakenWithoutWaiting',
  'ClosingEndsPendingCalls',
  'UnsubscribeForgetsThePosition',
  'CumulativeAckPersists',
  'IndividualAckPersists',
  'UnacknowledgedComesAgain',
  'RedeliveryAfterNack',
  'DeadLetterAfterMaxRedeliveries',
  'BacklogCountsUnacknowledged',
  'SeekById',
  'SeekByTime',
  'SeekToEnds',
  'ReaderReadsFromPosition',
  'ReaderWaitsForWhatComes',
  'ManyProducersShareATopic',
  'ProducerNameIsALock',
  'FailStopAfterFailedSend',
  'LargeMessagesArrive',
  'DurableOverRestart',
  'ClosedBrokerRefuses',
  'AdminIsIdempotent',
  'PartitionsDiffer',
  'PartitionsGrow',
  'LastMessageId',
  'HoldsSince',
  'CreatedSubscriptionHoldsMessages',
];

const EXCLUSIVE = ['ExclusiveProducerRefusesSecond'];
const FENCING = [...EXCLUSIVE, 'FencedProducerIsFinal'];
const DEDUP = ['DedupDropsRepeatedSequence'];
const FOLLOWERS = ['FollowersLeaveWithTheirMessage', 'NothingFollowsWhatFails', 'NothingFollowsARepetition'];
const COMPACTION = ['CompactionKeepsNewestPerKey'];

/** Per driver, as named in its `contract suites run:` line: what CI requires to have run. */
export const EXPECTED_SUITES: Readonly<Record<string, readonly string[]>> = {
  embedded: [
    ...ALWAYS,
    ...FENCING,
    ...FOLLOWERS,
    ...DEDUP,
    ...COMPACTION,
    'UnknownTopicIsRefused',
    'RetentionDeletesAcknowledged',
  ],
  websocket: ALWAYS,
  native: [...ALWAYS, ...FENCING, ...DEDUP, ...COMPACTION],
  'native-stand-in': [...ALWAYS, ...FENCING, ...DEDUP, ...COMPACTION],
};
