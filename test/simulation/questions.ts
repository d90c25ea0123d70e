/** What the simulated ClickHouse answers operators, whose questions are SQL: by what tells a question from the others. */

type Row = Readonly<Record<string, unknown>>;
type Question = readonly [pattern: RegExp, answer: (events: readonly Row[], parameters: Row) => readonly Row[]];

const ENDS = new Set(['completed', 'failed', 'expired', 'cancelled'].map((end) => `conversation.${end}`));

export const QUESTIONS: readonly Question[] = [
  [/SELECT machine, count\(\) AS running/, () => []],
  [
    /conversations\s+WHERE machine = /,
    (events, { machine }) =>
      conversations(events).filter((one) => one['machine'] === machine && one['endedAt'] === null),
  ],
  [/type = 'conversation.migration-tried'/, (events, { cause }) => answersTo(events, cause, /migration-tried$/)],
  [
    /type = 'definition.migration-requested'/,
    (events, { id }) => events.filter((event) => event['id'] === id).slice(0, 1),
  ],
  [
    /'conversation.migrated', 'conversation.migration-refused'/,
    (events, { cause }) =>
      answersTo(events, cause, /migrated$|migration-refused$/).map(({ type }) => ({
        type,
        code: '',
        reason: '',
        conversations: 1,
      })),
  ],
  [
    /AS startedAt/,
    (events, { conversation }) =>
      conversations(events).filter((one) =>
        conversation === undefined
          ? one['endedAt'] === null && one['status'] === 'parked'
          : one['conversation'] === conversation,
      ),
  ],
  [/AS newest\s+FROM/, (events) => causes(events)],
  [
    /events\s+WHERE conversation = /,
    (events, { conversation }) =>
      events
        .filter((event) => event['conversation'] === conversation)
        .map((event) => ({ ...event, at: spaced(event['time']) })),
  ],
  [/count\(\) AS events/, (events) => [{ events: events.length, newest: spaced(events.at(-1)?.['published']) }]],
];

function answersTo(events: readonly Row[], cause: unknown, type: RegExp): readonly Row[] {
  const requests = events.filter(
    (one) => one['type'] === 'conversation.migration-requested' && one['causation'] === cause,
  );
  const ids = new Set(requests.map(({ id }) => id));
  return events.filter((one) => type.test(String(one['type'])) && ids.has(one['causation']));
}

/** As they are now. */
function conversations(events: readonly Row[]): readonly Row[] {
  const found = new Map<unknown, Record<string, unknown>>();
  for (const event of events) {
    const { type, conversation, subject, data, channel, time } = event;
    if (channel !== 'conversations') continue;
    const known = found.get(conversation);
    const at = spaced(time);
    const values = JSON.parse(String(data)) as Row;
    if (type === 'conversation.started') {
      const { definition, version, machine, connector } = values;
      const first = { status: 'started', state: '', startedAt: at, endedAt: null, ...known };
      found.set(conversation, {
        ...{ ...first, conversation, contact: subject, definition, version: version ?? '', machine, connector },
        lastEventAt: at,
      });
    } else if (known) {
      known['status'] = String(type).replace('conversation.', '');
      known['lastEventAt'] = at;
      if (typeof values['state'] === 'string') known['state'] = values['state'];
      if (type === 'conversation.migrated') known['machine'] = values['to'];
      if (ENDS.has(String(type))) known['endedAt'] = at;
    }
  }
  return [...found.values()];
}

function causes(events: readonly Row[]): readonly Row[] {
  const parked = events.filter(({ type }) => type === 'conversation.parked');
  return parked.map(({ conversation, time, data }) => ({ conversation, at: spaced(time), newest: data }));
}

/** As ClickHouse writes times. */
function spaced(time: unknown): string {
  const text = typeof time === 'string' ? time : new Date(0).toISOString();
  return text.replace('T', ' ').replace('Z', '');
}
