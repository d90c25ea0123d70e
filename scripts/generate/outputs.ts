import { configurationReference, configurationType } from '../generate-configuration.ts';
import { diagnosticsReference, languageReference, languageSchema } from '../generate-language.ts';
import { asyncapi } from './asyncapi.ts';
import { chartPage } from './chart-page.ts';
import { eventTypes } from './event-types.ts';
import { scenariosPage, scenariosSchema } from './scenarios-page.ts';
import { eventsPage } from './events-page.ts';
import { sqlPage } from './sql-page.ts';

/** A generated file. A test fails where what is stored differs from what `content` gives now. */
export interface Output {
  /** From the project's root. */
  readonly path: string;
  readonly content: () => Promise<string> | string;
}

export const OUTPUTS: readonly Output[] = [
  { path: 'channels/generated/events.ts', content: eventTypes },
  { path: 'docs/reference/events.md', content: eventsPage },
  { path: 'docs/reference/asyncapi.json', content: asyncapi },
  { path: 'runtime/config/configuration.ts', content: configurationType },
  { path: 'docs/reference/configuration.md', content: configurationReference },
  { path: 'docs/reference/language.md', content: languageReference },
  { path: 'docs/reference/diagnostics.md', content: diagnosticsReference },
  { path: 'docs/reference/conversation.schema.json', content: languageSchema },
  { path: 'docs/reference/scenarios.md', content: scenariosPage },
  { path: 'docs/reference/scenarios.schema.json', content: scenariosSchema },
  { path: 'docs/reference/sql.md', content: sqlPage },
  { path: 'helm/parlance/README.md', content: chartPage },
];
