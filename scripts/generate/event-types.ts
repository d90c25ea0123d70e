import { compile } from 'json-schema-to-typescript';
import { catalogueEntries } from '../../channels/catalogue.ts';

const HEADER = `/** Generated from channels/catalogue by \`npm run generate\`: do not edit. */
import type { Address, MachineHash } from '../brands.ts';
import type { Event } from '../event.ts';
import type { Immutable } from '../immutable.ts';
`;

/** The catalogue's schemas as TypeScript: one interface a type of event, and the types that join them. */
export async function eventTypes(): Promise<string> {
  const interfaces: string[] = [];
  const map: string[] = [];
  for (const { type, about, data } of catalogueEntries()) {
    // The compiler marks up the schema that it is given: it gets a copy.
    const schema = JSON.parse(JSON.stringify({ ...data, description: about })) as Parameters<typeof compile>[0];
    const options = { bannerComment: '', style: { singleQuote: true, printWidth: 120 } };
    interfaces.push(await compile(schema, interfaceName(type), options));
    map.push(`  readonly '${type}': Immutable<${interfaceName(type)}>;`);
  }
  return `${HEADER}
/** The shape of \`data\` for each type of the catalogue. */
export interface EventData {
${map.join('\n')}
}

export type EventType = keyof EventData;

/** An event of the given type or types: \`EventOf<'message.sent'>\`. Over several, a union to switch on \`type\`. */
export type EventOf<Type extends EventType> = { [T in Type]: Event<T, EventData[T]> }[Type];

/** Any event of the platform's own. */
export type CatalogueEvent = EventOf<EventType>;

${interfaces.join('\n')}`;
}

/** `contact.opted-in` → `ContactOptedInData` */
function interfaceName(type: string): string {
  const words = type.split(/[.-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Data`;
}
