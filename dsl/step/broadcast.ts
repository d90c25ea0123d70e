/** A definition's start for the recipient of a broadcast, be it asked for or scheduled. Where nothing starts, `broadcast.recipient-skipped` says why. */
import { parseAddress } from '../../channels/contact-key.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { ValueError } from '../expression/values.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import type { Start } from '../machine/starts.ts';
import { formatTimeOfDay } from '../text/local-time.ts';
import { begin } from './begin.ts';
import type { Machines, RECIPIENT_TARGETED, TargetedData } from './contract.ts';
import type { Draft } from './draft.ts';
import { isRepeated } from './repeats.ts';
import { inputsOf, localeOf, refusalOf } from './start.ts';
import { updateContact } from './update.ts';

type Recipient = EventData[typeof RECIPIENT_TARGETED];

/** Starts on the machine that the broadcast fixed when it began, whatever is in force by now. */
export function startFromBroadcast(
  machines: Machines,
  draft: Draft,
  { event, definition, machine }: TargetedData,
): void {
  if (isRepeated(draft, `${definition} ${event.source} ${event.id}`)) return;
  const recipient = event.data as Recipient;
  const known = machines.byHash(machine);
  const reason = known ? start(draft, known, recipient, event.id) : `machine ${machine} is not known here`;
  if (reason === undefined) return;
  const { broadcast, to } = recipient;
  draft.emit('broadcasts', 'broadcast.recipient-skipped', { broadcast, to, reason });
}

/** Returns why it did not start. */
function start(draft: Draft, machine: Machine, recipient: Recipient, id: string): string | undefined {
  const { connector, inputs: given = {}, locale: theirLocale, zone } = recipient;
  const refusal = refusalOf(draft, connector);
  if (refusal !== undefined) return refusal;
  const first = startOf(machine, recipient.schedule);
  if (!first) return `${machine.name} does not start by ${recipient.schedule ? 'this schedule' : 'a broadcast'}`;
  let inputs: JsonObject;
  try {
    inputs = inputsOf(machine, given as JsonObject);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return error.message;
  }
  const to = parseAddress(recipient.to);
  draft.remember(to);
  updateContact(draft, {
    ...(theirLocale === undefined ? {} : { locale: theirLocale }),
    ...(zone === undefined ? {} : { zone }),
  });
  const locale = localeOf(draft, machine);
  const trigger = { type: 'broadcast.recipient-targeted', id };
  return begin(draft, { machine, start: first, connector, to, locale, inputs, trigger });
}

function startOf({ starts }: Machine, schedule: Recipient['schedule']): Start | undefined {
  if (!schedule) return starts.find(({ on }) => on === 'broadcast');
  const { list, at } = schedule;
  return starts.find((one) => one.on === 'schedule' && one.list === list && formatTimeOfDay(one.at.minutes) === at);
}
