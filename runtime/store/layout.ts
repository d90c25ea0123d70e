import { StoreError } from './errors.ts';

/** Tables whose rows may be deleted or moved when they are old. */
export const AGING_TABLES = ['events', 'steps', 'dead_letters', 'samples'] as const;
export type AgingTable = (typeof AGING_TABLES)[number];

/** How the tables lie on a server. It comes from the configuration and is brought about at every start. */
export interface Layout {
  /** Name of the ClickHouse cluster over which they are replicated and distributed; undefined: one server. */
  readonly cluster?: string | undefined;
  /** After how many months rows are deleted; 0: never. */
  readonly keepMonths: Readonly<Record<AgingTable, number>>;
  /** Of those tables; undefined: as it is. */
  readonly storagePolicy?: string | undefined;
  /** Where rows of more than `afterMonths` go; undefined: nowhere. */
  readonly cold?: { readonly volume: string; readonly afterMonths: number } | undefined;
}

/** One server, everything kept for ever. */
export const PLAIN_LAYOUT: Layout = { keepMonths: { events: 0, steps: 0, dead_letters: 0, samples: 0 } };

/** The part of the configuration that says so. */
export interface LayoutSettings {
  readonly url: string;
  readonly cluster?: string;
  readonly keepEventsMonths: number;
  readonly keepStepsMonths: number;
  readonly keepDeadLettersMonths: number;
  readonly keepSamplesMonths: number;
  readonly storagePolicy?: string;
  readonly coldVolume?: string;
  readonly coldAfterMonths: number;
}

/** Rejects with `store-layout-invalid` what no store could be. */
export function layoutOf(settings: LayoutSettings): Layout {
  const { url, cluster, storagePolicy, coldVolume, coldAfterMonths } = settings;
  if (url === 'embedded') {
    const set = Object.entries({ cluster, storagePolicy, coldVolume }).find(([, value]) => value !== undefined);
    if (set) throw invalid(`store.${set[0]} needs a ClickHouse server: set store.url, or leave it out`);
  }
  if ((coldVolume === undefined) !== (coldAfterMonths === 0)) {
    throw invalid('store.coldVolume and store.coldAfterMonths belong together: set both, or neither');
  }
  return {
    ...{ cluster, storagePolicy },
    keepMonths: {
      events: settings.keepEventsMonths,
      steps: settings.keepStepsMonths,
      dead_letters: settings.keepDeadLettersMonths,
      samples: settings.keepSamplesMonths,
    },
    cold: coldVolume === undefined ? undefined : { volume: coldVolume, afterMonths: coldAfterMonths },
  };
}

function invalid(message: string): StoreError {
  return new StoreError('store-layout-invalid', message);
}
