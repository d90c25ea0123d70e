/** How conversations of the bench go: some are confirmed, some declined, some never answered, some under way. */
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { quoteText } from '../../../runtime/store/quote.ts';
import { TOLD } from './conversations.ts';

/** What its two versions were published with. */
const TEXT = `conversation: appointment-reminder
start:
  - broadcast: true
steps:
  - step: remind
    ask: Reply YES to confirm or NO to move it.
    within: 1d
    replies:
      - match: ['yes']
        goto: confirmed
      - match: ['no']
        end: declined
      - otherwise:
          say: Please reply YES or NO.
          again: 1
          exhausted: { end: not-understood }
    silence:
      - end: no-answer
  - step: confirmed
    say: Thank you, see you on Tuesday.
    end: confirmed
`;

/** The older one first. */
export const VERSIONS: readonly Machine[] = [TEXT, TEXT.replace('Thank you', 'Thanks')].map(machineOf);

function machineOf(text: string): Machine {
  const compiled = compileText(text, { file: 'appointment-reminder.yaml' });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(compiled.diagnostics.map(({ message, line }) => `${line}: ${message}`).join('\n'));
}

type Said = (typeof TOLD)[number];

const ENDS: Said = {
  channel: 'conversations',
  type: 'conversation.completed',
  afterSeconds: 900,
  data: () => ({ outcome: 'declined' }),
};

const CONFIRMED = TOLD;
const DECLINED: readonly Said[] = [...TOLD.slice(0, 6), ENDS];
const UNDER_WAY = TOLD.slice(0, 5);
const SILENT: readonly Said[] = [
  ...UNDER_WAY,
  { ...ENDS, afterSeconds: 86_401, data: () => ({ outcome: 'no-answer' }) },
];

/** Ten conversations of each version: more of the second are confirmed. */
const TEN: readonly (readonly (readonly Said[])[])[] = [6, 7].map((confirmed) => [
  ...Array<readonly Said[]>(confirmed).fill(CONFIRMED),
  ...Array<readonly Said[]>(8 - confirmed).fill(DECLINED),
  ...[SILENT, UNDER_WAY],
]);

/** On average, as half of the conversations run each version. */
export const EVENTS_A_CONVERSATION: number = TEN.flat().flat().length / TEN.flat().length;

/** SQL: the events of conversation `n`, called `k`, of `all`: channel, type, seconds from its start, data, number, cause. */
export function eventsSql(all: number): string {
  const version = `if(n * 2 < ${all}, 1, 2)`;
  const courses = TEN.map((ten) => `[${ten.map(courseSql).join(', ')}]`).join(', ');
  const hashes = VERSIONS.map(({ hash }) => quoteText(hash)).join(', ');
  return `arrayMap(one -> (one.1, one.2, one.3, replaceAll(replaceAll(one.4, '@k', k), '@m', [${hashes}][${version}]), one.5, one.6),
    [${courses}][${version}][n % 10 + 1])`;
}

function courseSql(course: readonly Said[]): string {
  let input = 0;
  const events = course.map(({ channel, type, afterSeconds, data }, at) => {
    if (type === 'message.received') input = at;
    const own = type === 'conversation.started' ? { ...data('@k'), machine: '@m' } : data('@k');
    const cause = isOfEngine(type) ? input : at - 1;
    return `(${quoteText(channel)}, ${quoteText(type)}, ${afterSeconds}, ${quoteText(JSON.stringify(own))}, ${at}, ${cause})`;
  });
  return `[${events.join(', ')}]`;
}

function isOfEngine(type: string): boolean {
  return type.startsWith('conversation.') || type === 'message.requested';
}
