/** What authors call CEL's types. */
const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  double: 'a number',
  bool: 'true or false',
  'google.protobuf.Timestamp': 'a time',
  'google.protobuf.Duration': 'a duration',
  date: 'a date',
  money: 'an amount of money',
  null: 'null',
};

export function called(type: string): string {
  if (type.startsWith('list')) return 'a list';
  if (type.startsWith('map') || type.startsWith('$')) return 'an object';
  return NAMES[type] ?? type;
}
