/** A receipt is of the newest message to the person, unless it names one. */
import type { Event } from '../../channels/event.ts';
import type { JsonObject } from '../json.ts';
import type { Action, Person } from './scenario.ts';
import type { Stage } from './stage.ts';

type Receipt = Action & { do: 'receive' };

/** With what it says nothing of; undefined where there is no message yet that it could be about. */
export function completedReceipt(stage: Pick<Stage, 'events' | 'personOf'>, receipt: Receipt): Receipt | undefined {
  const newest = newestRequested(stage, receipt.person);
  if (!newest) return undefined;
  const { message, connector, to } = newest.data as { message: string; connector: string; to: string };
  const failed = { code: 'failed', reason: 'it did not get there', permanent: true };
  const defaults: JsonObject = receipt.type === 'message.failed' ? failed : {};
  return { ...receipt, data: { message, connector, to, ...defaults, ...receipt.data } };
}

function newestRequested(stage: Pick<Stage, 'events' | 'personOf'>, person: Person): Event | undefined {
  return stage.events().findLast((event) => event.type === 'message.requested' && stage.personOf(event) === person);
}
