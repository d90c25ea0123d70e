/** Changes as people read them: grouped by what they are about, `-` before, `+` after. */
import type { Change } from './changes.ts';
import type { FactKind } from './fact.ts';

const TITLES: readonly (readonly [FactKind, string])[] = [
  ['start', 'Starts'],
  ['input', 'Inputs'],
  ['text', 'Texts'],
  ['choice', 'Choices'],
  ['words', 'Words understood'],
  ['timing', 'Timings'],
  ['path', 'Paths'],
  ['setting', 'Settings'],
  ['logic', 'Logic and data'],
];

export function renderChanges(
  changes: readonly Change[],
  { before, after }: { readonly before: string; readonly after: string },
): string {
  if (changes.length === 0) return `No change: both are version ${after}.\n`;
  const groups = TITLES.flatMap(([kind, title]) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    return ofKind.length === 0 ? [] : ['', title, ...ofKind.flatMap(lines)];
  });
  return `${[`${before} → ${after}: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`, ...groups].join('\n')}\n`;
}

function lines({ where, locale, before, after }: Change): readonly string[] {
  return [
    `  ${where}${locale === undefined ? '' : ` (${locale})`}`,
    ...(before === undefined ? [] : [`    - ${before}`]),
    ...(after === undefined ? [] : [`    + ${after}`]),
  ];
}
