/**
 * An audience: a CSV file whose first line names its columns. `phone`, `email` or `address` says where a person is
 * reached, `locale` and `zone` what is known of them, any other column is an input of the definition.
 */
import { parse, CsvError } from 'csv-parse';
import type { Address } from '../../channels/brands.ts';
import { ValueError } from '../../dsl/expression/values.ts';
import type { Json } from '../../dsl/json.ts';
import { MAX_VALUES_BYTES } from '../../dsl/limits.ts';
import type { ValueType } from '../../dsl/machine/value-types.ts';
import { valueOfCell } from './cell.ts';
import { readColumns, type Columns } from './columns.ts';
import { BroadcastError } from './errors.ts';
import { MAX_LINE_CHARACTERS, MAX_RECIPIENTS } from './limits.ts';
import { anyAddress, emailAddress, phoneAddress, RecipientError } from './recipient-address.ts';

export interface Recipient {
  readonly address: Address;
  /** BCP 47. */
  readonly locale?: string;
  /** IANA. */
  readonly zone?: string;
  readonly inputs: Readonly<Record<string, Json>>;
}

export interface SkippedLine {
  /** From 1, the line of the names included, as an editor counts. */
  readonly line: number;
  readonly reason: string;
  /** Where it could be read. A person who is listed twice is not left out: their second line has none. */
  readonly address?: Address;
}

export interface Audience {
  /** In the order of the file. */
  readonly recipients: readonly Recipient[];
  readonly skipped: readonly SkippedLine[];
  /** Columns that are neither known nor an input. */
  readonly ignored: readonly string[];
}

export interface AudienceOptions {
  /** As the machine declares them. */
  readonly inputs: Readonly<Record<string, ValueType>>;
  /** ISO 3166 code of phone numbers without `+`. */
  readonly country?: string | undefined;
}

/** Records between two pauses in which others get their turn: about 10 ms. */
const RECORDS_AT_ONCE = 500;

interface CsvRow {
  readonly record: readonly string[];
  /** `lines`: number of the line in which the record ends. */
  readonly info: { readonly lines: number };
}

/**
 * Throws BroadcastError `audience-unreadable` where the file as a whole is of no use, `audience-too-large`. A line that
 * is of no use is skipped, with the reason. The separator may be comma, semicolon or tab.
 */
export async function readAudience(csv: Buffer, options: AudienceOptions): Promise<Audience> {
  const reader = new AudienceReader(options);
  const text = csv.toString('utf8');
  const parser = parse(text, {
    bom: true,
    info: true,
    trim: true,
    delimiter: separatorOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_CHARACTERS,
  });
  try {
    let records = 0;
    for await (const row of parser as AsyncIterable<CsvRow>) {
      reader.read(row);
      if (++records % RECORDS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BroadcastError('audience-unreadable', `the file is no CSV: ${error.message}`, { cause: error });
  }
  return reader.audience();
}

/** Spreadsheets of many countries write semicolons. */
function separatorOf(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/));
  const counts = [',', ';', '\t'].map((separator) => [separator, heading.split(separator).length] as const);
  return counts.reduce((best, candidate) => (candidate[1] > best[1] ? candidate : best))[0];
}

class AudienceReader {
  readonly #options: AudienceOptions;
  readonly #recipients: Recipient[] = [];
  readonly #skipped: SkippedLine[] = [];
  readonly #lines = new Map<Address, number>();
  #columns: Columns | undefined;

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  read({ record, info }: CsvRow): void {
    if (!this.#columns) {
      this.#columns = readColumns(record, Object.keys(this.#options.inputs));
      return;
    }
    const line = info.lines - record.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
    let address: Address | undefined;
    try {
      address = this.#addressOf(this.#columns, record);
      const first = this.#lines.get(address);
      if (first !== undefined) {
        this.#skipped.push({ line, reason: `the same person as in line ${first}` });
        return;
      }
      this.#lines.set(address, line);
      this.#recipients.push(this.#recipientOf(this.#columns, record, address));
    } catch (error) {
      if (!(error instanceof RecipientError) && !(error instanceof ValueError)) throw error;
      this.#skipped.push({ line, reason: error.message, ...(address !== undefined && { address }) });
    }
    if (this.#lines.size > MAX_RECIPIENTS) {
      throw new BroadcastError('audience-too-large', `more than ${MAX_RECIPIENTS} people: send several broadcasts`);
    }
  }

  audience(): Audience {
    if (!this.#columns)
      throw new BroadcastError('audience-unreadable', 'the file is empty: name its columns in line 1');
    return { recipients: this.#recipients, skipped: this.#skipped, ignored: this.#columns.ignored };
  }

  #addressOf({ places }: Columns, record: readonly string[]): Address {
    const { country } = this.#options;
    const cell = (index: number | undefined): string => (index === undefined ? '' : (record[index] ?? ''));
    const [address, phone, email] = [cell(places.address), cell(places.phone), cell(places.email)];
    if (address !== '') return anyAddress(address, country);
    if (phone !== '') return phoneAddress(phone, country);
    if (email !== '') return emailAddress(email);
    throw new RecipientError('no address');
  }

  #recipientOf(columns: Columns, record: readonly string[], address: Address): Recipient {
    if (record.length > columns.count) {
      throw new RecipientError(
        `${record.length} cells under ${columns.count} columns: put text with a separator in quotes`,
      );
    }
    const { locale, zone } = columns.places;
    return {
      address,
      ...optional('locale', locale === undefined ? '' : localeOf(record[locale] ?? '')),
      ...optional('zone', zone === undefined ? '' : zoneOf(record[zone] ?? '')),
      inputs: inputsOf(this.#options.inputs, columns, record, address),
    };
  }
}

function optional<Name extends string>(name: Name, value: string): { readonly [Key in Name]?: string } {
  return (value === '' ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
}

function inputsOf(
  types: AudienceOptions['inputs'],
  { inputs, places }: Columns,
  record: readonly string[],
  address: Address,
): Recipient['inputs'] {
  const given: Record<string, Json> = {};
  for (const [name, type] of Object.entries(types)) {
    const index = inputs[name];
    const cell = index === undefined ? '' : (record[index] ?? '');
    // A number is written in many ways; the input gets the one that the platform knows the person by.
    const isNumber = cell !== '' && index === places.phone && address.startsWith('tel:');
    if (cell !== '') given[name] = valueOfCell(type, isNumber ? address.slice('tel:'.length) : cell, name);
    else if (type.default === undefined && !type.optional) throw new ValueError(`input ${name} is missing`);
  }
  if (JSON.stringify(given).length > MAX_VALUES_BYTES) {
    throw new ValueError(`the inputs take more than ${MAX_VALUES_BYTES} bytes`);
  }
  return given;
}

function localeOf(text: string): string {
  if (text === '') return '';
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0] ?? '';
  } catch {
    throw new RecipientError(`"${text}" is no locale such as en or es-MX`);
  }
}

function zoneOf(text: string): string {
  if (text === '') return '';
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    if (/^[A-Za-z]/.test(text)) return text;
  } catch {
    // Said below.
  }
  throw new RecipientError(`"${text}" is no time zone such as America/New_York`);
}
