/**
 * Properties that all messages have are stored without their names, and their values as one text: JSON of each message's
 * own would be most of the cost of storing it. Layout:
 *
 *     count u8, (number of the name u8, length of the value in UTF-16 units u16)*, bytes of the text u32, text
 */
type Properties = Readonly<Record<string, string>>;

/** A name's number is its place, which is on disks: only ever added to. */
const NAMES = ['ce_type', 'ce_source', 'ce_id', 'content-type', 'ce_subject', 'ce_sequence'] as const;

const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [name, number]));

const VALUE_UNITS_MAX = 0xffff;
const ENTRY_BYTES = 3;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** How many bytes they take at most; undefined where they cannot be stored so. */
export function knownBytesMax(properties: Properties): number | undefined {
  let bytes = 5;
  for (const name in properties) {
    const units = properties[name]?.length ?? 0;
    if (units > VALUE_UNITS_MAX || !NUMBERS.has(name)) return undefined;
    bytes += ENTRY_BYTES + units * UTF8_BYTES_PER_UNIT_MAX;
  }
  return bytes;
}

/** Returns where they end. */
export function writeKnown(properties: Properties, buffer: Buffer, start: number): number {
  let text = '';
  let at = start + 1;
  let count = 0;
  for (const name in properties) {
    const value = properties[name] ?? '';
    text += value;
    count += 1;
    buffer[at] = NUMBERS.get(name) ?? NAMES.length;
    buffer.writeUInt16BE(value.length, at + 1);
    at += ENTRY_BYTES;
  }
  buffer[start] = count;
  const bytes = buffer.write(text, at + 4, 'utf8');
  buffer.writeUInt32BE(bytes, at);
  return at + 4 + bytes;
}

export function readKnown(buffer: Buffer, start: number): { readonly properties: Properties; readonly end: number } {
  const textAt = start + 1 + buffer.readUInt8(start) * ENTRY_BYTES;
  const end = textAt + 4 + buffer.readUInt32BE(textAt);
  const text = buffer.toString('utf8', textAt + 4, end);
  const properties: Record<string, string> = {};
  let from = 0;
  for (let at = start + 1; at < textAt; at += ENTRY_BYTES) {
    const number = buffer.readUInt8(at);
    const name = NAMES[number];
    if (name === undefined)
      throw new Error(`a message has a property of number ${number}, which this version does not know`);
    const to = from + buffer.readUInt16BE(at + 1);
    properties[name] = text.slice(from, to);
    from = to;
  }
  return { properties, end };
}
