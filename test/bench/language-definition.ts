/** Definitions of any length, in which every construct comes again and again; the same number gives the same text. */

/** Steps of one block below. */
const BLOCK = 10;

export interface Size {
  readonly number: number;
  /** Steps; a multiple of 10. */
  readonly steps: number;
  /** Without it in two languages. */
  readonly isBrief?: boolean;
}

export function definitionOf({ number, steps, isBrief = false }: Size): string {
  const blocks = Math.floor(steps / BLOCK);
  const text = (en: string, es: string): string =>
    isBrief ? JSON.stringify(en) : `{ text: { en: ${JSON.stringify(en)}, es: ${JSON.stringify(es)} } }`;
  const body = Array.from({ length: blocks }, (_, at) => blockOf(at, at + 1 < blocks, text));
  return [
    `conversation: made-${number.toString()}`,
    `locales: [${isBrief ? 'en' : 'en, es'}]`,
    `start: [{ match: { en: [made ${number.toString()}]${isBrief ? '' : `, es: [hecho ${number.toString()}]`} } }]`,
    'vars:',
    '  n: { type: integer, default: 0 }',
    "  note: { type: text, default: '' }",
    'data:',
    '  stock: { get: "https://shop.example/stock", timeout: 5s, returns: { left: integer } }',
    'steps:',
    ...body,
    'snippets:',
    '  sure:',
    '    steps:',
    `      - ask: ${text('Sure?', '¿Seguro?')}`,
    '        within: 1h',
    `        replies: [{ match: ${isBrief ? '[sure]' : '{ en: [sure], es: [seguro] }'}, end: sure }, { otherwise: { end: unsure } }]`,
    '        silence: [{ end: unsure }]',
    '',
  ].join('\n');
}

function blockOf(at: number, hasNext: boolean, text: (en: string, es: string) => string): string {
  const own = at.toString();
  const words = (en: string, es: string): string =>
    text(en, es).startsWith('{') ? `{ en: [${en}], es: [${es}] }` : `[${en}]`;
  const next = hasNext ? `goto: ask-${(at + 1).toString()}` : 'end: done';
  return [
    `  - step: ask-${own}`,
    `    ask: ${text(`Question ${own}?`, `¿Pregunta ${own}?`)}`,
    '    within: 1d',
    '    replies:',
    `      - { match: ${words('more', 'más')}, goto: more-${own} }`,
    `      - { match: ${words('less', 'menos')}, goto: less-${own} }`,
    `      - otherwise: { say: ${text('More or less?', '¿Más o menos?')}, again: 2, exhausted: { end: lost } }`,
    '    silence:',
    `      - { say: ${text('Still there?', '¿Sigue ahí?')}, within: 1d }`,
    '      - end: silent',
    `  - step: more-${own}`,
    "    set: { n: '${vars.n + 2}' }",
    "  - emit: { type: com.example.asked, data: { n: '${vars.n}' } }",
    '  - branch:',
    `      - { when: vars.n > ${own}, goto: say-${own} }`,
    '      - otherwise: next',
    `  - step: less-${own}`,
    "    set: { n: '${vars.n + 1}' }",
    `  - step: say-${own}`,
    `    say: ${text(`So far \${vars.n}.`, `Hasta ahora \${vars.n}.`)}`,
    '  - delay: { for: 1h }',
    '  - fetch: stock',
    '    failed: next',
    '  - call: sure',
    `    outcomes: { sure: { ${next} }, unsure: { goto: last-${own} } }`,
    `  - step: last-${own}`,
    `    ask: ${text('Why?', '¿Por qué?')}`,
    '    into: note',
    '    within: 1d',
    `    silence: [{ ${next} }]`,
  ].join('\n');
}
