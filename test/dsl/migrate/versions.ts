import type { EventData } from '../../../channels/generated/events.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { given, machineOf, type Scene } from '../given-when-then.ts';

export type Entries = NonNullable<EventData['conversation.migration-requested']['states']>;

/** Two versions of a definition, and somebody whose conversation runs on the first. */
export interface Versions {
  readonly before: Machine;
  readonly after: Machine;
  readonly scene: Scene;
  /** Asks for the move of the open conversation. */
  readonly migrate: (states?: Entries) => readonly string[];
  readonly request: (states?: Entries) => EventData['conversation.migration-requested'];
}

export function versionsOf(first: string, second: string): Versions {
  const [before, after] = [machineOf(first), machineOf(second)];
  // The last of a name is in force: the conversation starts on the first version.
  const scene = given([after, before]);
  let open = '';
  const request = (states: Entries = []): EventData['conversation.migration-requested'] => {
    open = scene.state?.conversations[0]?.id ?? open;
    return { conversation: open, from: before.hash, to: after.hash, states };
  };
  return {
    ...{ before, after, scene, request },
    migrate: (states) => {
      scene.happened();
      const already = scene.emissions.length;
      scene.receive('conversation.migration-requested', request(states));
      return scene.emissions.slice(already).map(({ type, data }) => {
        if (type === 'message.requested') return `says ${(data as { readonly text: string }).text}`;
        if (type === 'conversation.migration-refused') return `refused ${(data as { readonly code: string }).code}`;
        if (type !== 'conversation.migrated') return type;
        const { left = '', state = '' } = data as EventData['conversation.migrated'];
        return `migrated ${left} → ${state}`;
      });
    },
  };
}
