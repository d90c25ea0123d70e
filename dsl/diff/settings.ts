/** Facts of a definition as a whole: how it starts, its settings, and the platform's words that it adds to. */
import { startTitle, sourceOf } from '../diagram/words.ts';
import { USUAL_PER_SECOND } from '../limits.ts';
import type { Machine, PlatformAddition } from '../machine/machine.ts';
import type { SendPolicy } from '../machine/send-policy.ts';
import type { Start } from '../machine/starts.ts';
import { formatDays } from '../text/days.ts';
import { formatDuration } from '../text/format-duration.ts';
import { formatTimeOfDay } from '../text/local-time.ts';
import type { Fact } from './fact.ts';
import { typeText, valueText } from './values.ts';

const setting = (where: string, value: string | undefined): readonly Fact[] =>
  value === undefined ? [] : [{ kind: 'setting', where, value }];

export function settingFacts(machine: Machine): readonly Fact[] {
  const { locales, zone, country, lifetimeMs, priority, busy, send, stop, help, attributes = {} } = machine;
  return [
    ...setting('conversation', machine.name),
    ...setting('about', machine.about),
    ...setting('locales', locales.join(', ')),
    ...setting('zone', zone),
    ...setting('country', country),
    { kind: 'timing', where: 'lifetime', value: formatDuration(lifetimeMs) },
    ...setting('priority', priority.toString()),
    ...setting('busy', busy),
    ...Object.entries(attributes).flatMap(([name, type]) => setting(`attribute ${name}`, typeText(type))),
    ...(send ? sendFacts(send) : []),
    ...(stop ? additionFacts('stop', stop) : []),
    ...(help ? additionFacts('help', help) : []),
    ...machine.starts.flatMap((start) => startFacts(start, locales)),
  ];
}

function sendFacts({ window, cap, exceptReplies }: SendPolicy): readonly Fact[] {
  const hours = window && `${formatTimeOfDay(window.from)} to ${formatTimeOfDay(window.to)}`;
  const days = window?.days ? formatDays(window.days) : 'every day';
  return [
    ...setting('send window', window && `${hours ?? ''}, ${days}, otherwise ${window.otherwise}`),
    ...setting('send cap', cap && `${cap.most} in ${formatDuration(cap.perMs)}, otherwise ${cap.otherwise}`),
    ...setting('send except replies', exceptReplies ? 'yes' : 'no'),
  ];
}

function additionFacts(where: string, { words, text }: PlatformAddition): readonly Fact[] {
  return [
    ...Object.entries(words).map(([locale, ofLocale]): Fact => ({
      ...{ kind: 'words', where, locale },
      value: ofLocale.join(', '),
    })),
    ...Object.entries(text ?? {}).map(([locale, parts]): Fact => ({
      ...{ kind: 'text', where, locale },
      value: sourceOf(parts),
    })),
  ];
}

function startFacts(start: Start, locales: readonly string[]): readonly Fact[] {
  const where = `start by ${start.on}`;
  const fact = (about: string, value: string | undefined): readonly Fact[] =>
    value === undefined ? [] : [{ kind: 'start', where: about === '' ? where : `${where}: ${about}`, value }];
  return [
    ...(start.on === 'keyword'
      ? Object.entries(start.words).map(([locale, words]): Fact => ({
          ...{ kind: 'start', where, locale },
          value: words.join(', '),
        }))
      : fact('', startTitle(start, locales))),
    ...fact('again', start.again),
    ...fact('key', start.key),
    ...(start.on === 'keyword' ? fact('typos', start.typos ? 'taken' : 'not taken') : []),
    ...(start.on === 'schedule' ? fact('per second', (start.perSecond ?? USUAL_PER_SECOND).toString()) : []),
    ...(start.on === 'event' ? fact('contact', start.contact) : []),
    ...(start.on === 'event'
      ? Object.entries(start.inputs).flatMap(([input, value]) => fact(input, valueText(value)))
      : []),
  ];
}
