import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openStore } from '../../../runtime/store/client.ts';
import { whatIf } from '../../../runtime/what-if/what-if.ts';
import { tenantStore } from '../../runtime/history/tenant-store.ts';
import { clinicWindow, reminder } from '../../runtime/what-if/clinic-traffic.ts';
import { highestMemory } from '../engine/resources.ts';
import type { PartRound } from '../parts/figures.ts';
import type { PartOptions } from './options.ts';
import { CLINIC, fillClinic } from './recorded-clinic.ts';

/** How long `parlance whatif` takes over recorded conversations, asking as the command does. */
export async function whatIfPart({ people, folder, progress }: PartOptions): Promise<PartRound> {
  const store = await openStore({ location: join(folder, 'store') });
  try {
    progress(`what-if: recording ${people.toString()} people`);
    await fillClinic(store, people);
    const changed = reminder((text) =>
      text
        .replace('Still coming? Reply C or R.', 'Are you still coming? Reply C or R.')
        .replace('within: 12h', 'within: 8h'),
    );
    progress('what-if: comparing');
    const question = {
      store: tenantStore(store, CLINIC),
      window: clinicWindow,
      machines: [changed],
      withSessions: false,
    };
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    const [summary, ownMemory] = await highestMemory(() => whatIf(question));
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { conversations, diverging, alsoStarting, irreproducible } = summary;
    return {
      measured: {
        conversations: { value: conversations, unit: '' },
        'of these diverge': { value: diverging, unit: '' },
        'until all are compared': { value: seconds, unit: 's' },
        'conversations compared': { value: conversations / seconds, unit: '/s' },
        'CPU per conversation': { value: (user + system) / conversations, unit: 'µs' },
        'own memory, most': { value: ownMemory, unit: 'MiB' },
      },
      discrepancies: [
        ...(conversations === people
          ? []
          : [`${conversations.toString()} conversations of ${people.toString()} people`]),
        ...(alsoStarting === 0 ? [] : [`${alsoStarting.toString()} more would start`]),
        ...[...irreproducible].map(([code, { count, detail }]) => `${count.toString()} times ${code}: ${detail}`),
      ],
    };
  } finally {
    await store.close();
  }
}
