/** A summary for people, and for scripts. */
import { PROBLEMS } from '../history/problem.ts';
import type { Cost } from './cost.ts';
import { DIVERGENCES } from './divergence.ts';
import type { FirstDivergence, Summary } from './summary.ts';
import type { Unrecorded } from './unrecorded.ts';

/** First divergences shown with an example. */
const SHOWN = 10;
const COUNT_WIDTH = 8;

export interface About {
  readonly definitions: readonly { readonly name: string; readonly version: string }[];
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
  readonly unrecorded: readonly Unrecorded[];
}

export function textReport(summary: Summary, { definitions, tenant, from, to, unrecorded }: About): string {
  const { conversations, diverging, byKind, byState, endings, irreproducible, alsoStart } = summary;
  const names = definitions.map(({ name, version }) => `${name} (${version})`).join(', ');
  const states = [...byState].flatMap(([definition, counts]) =>
    [...counts].map(([state, count]) => ({ text: definitions.length > 1 ? `${definition}: ${state}` : state, count })),
  );
  return [
    `${names} against what ${tenant} recorded from ${from.toISOString()} to ${to.toISOString()}`,
    '',
    ...section(
      'Nothing to compare with',
      unrecorded.map(({ reason }) => `  ${reason}`),
    ),
    ...section('What differs first', rowsOf([...byKind].map(([kind, count]) => ({ text: DIVERGENCES[kind], count })))),
    ...section('Where', rowsOf(states)),
    ...section('The most common first divergences', commonestFirst(summary).slice(0, SHOWN).flatMap(firstLines)),
    ...section(
      'How they end (counterfactual: people answered what was said before)',
      rowsOf([...endings.values()].map(({ before, after, count }) => ({ text: `${before} → ${after}`, count }))),
    ),
    ...section(
      'Would also start, where nothing started (counterfactual: nobody was told anything)',
      rowsOf(
        [...alsoStart.values()].map(({ definition, after, contact, count }) => ({
          text: `${definition} → ${after}, e.g. with ${contact}`,
          count,
        })),
      ),
    ),
    ...section(
      'Not reproducible: the recorded machine does not give again what is on record',
      [...irreproducible].flatMap(([code, { count, conversation, detail }]) => [
        row({ text: PROBLEMS[code], count }),
        `${' '.repeat(COUNT_WIDTH)}  e.g. ${conversation}: ${detail}`,
      ]),
    ),
    'Totals',
    row({ text: 'conversations', count: conversations }),
    row({ text: 'go the same way', count: conversations - diverging - irreproducibleCount(summary) }),
    row({ text: 'diverge', count: diverging }),
    row({ text: 'of these end otherwise', count: summary.endingOtherwise }),
    row({ text: 'of these cannot be told to their end', count: summary.untold }),
    row({ text: 'are not reproducible', count: irreproducibleCount(summary) }),
    row({ text: 'would also start', count: summary.alsoStarting }),
    `  cost of those told: ${costText(summary.costBefore)} before, ${costText(summary.costAfter)} after (${differenceText(summary)})`,
    ...(summary.alsoStarting === 0 ? [] : [`  cost of those that would also start: ${costText(summary.costAlso)}`]),
    '',
  ].join('\n');
}

/** One object. */
export function jsonReport(summary: Summary, { definitions, tenant, from, to, unrecorded }: About): string {
  const { costBefore, costAfter, byState, endings, irreproducible, byKind, changed } = summary;
  return JSON.stringify({
    tenant,
    from,
    to,
    definitions,
    unrecorded,
    conversations: summary.conversations,
    same: summary.conversations - summary.diverging - irreproducibleCount(summary),
    diverging: summary.diverging,
    endingOtherwise: summary.endingOtherwise,
    untold: summary.untold,
    cost: { before: costBefore, after: costAfter },
    byKind: Object.fromEntries(byKind),
    byState: Object.fromEntries([...byState].map(([name, states]) => [name, Object.fromEntries(states)])),
    firstDivergences: commonestFirst(summary).map(({ session: _, ...rest }) => rest),
    endings: [...endings.values()],
    notReproducible: [...irreproducible].map(([code, many]) => ({ code, reason: PROBLEMS[code], ...many })),
    alsoStart: {
      ...{ conversations: summary.alsoStarting, cost: summary.costAlso, counterfactual: true },
      endings: [...summary.alsoStart.values()],
    },
    counterfactualAfterDivergence: true,
    diverged: changed,
  });
}

function commonestFirst({ first }: Summary): readonly FirstDivergence[] {
  return [...first.values()].sort((a, b) => b.count - a.count);
}

function irreproducibleCount({ irreproducible }: Summary): number {
  return [...irreproducible.values()].reduce((sum, { count }) => sum + count, 0);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

interface Row {
  readonly text: string;
  readonly count: number;
}

function rowsOf(rows: readonly Row[]): readonly string[] {
  return rows.toSorted((a, b) => b.count - a.count).map(row);
}

function row({ text, count }: Row): string {
  return `${count.toString().padStart(COUNT_WIDTH)}  ${text}`;
}

function firstLines({
  count,
  kind,
  definition,
  state,
  before,
  after,
  conversation,
}: FirstDivergence): readonly string[] {
  const indent = ' '.repeat(COUNT_WIDTH);
  return [
    row({ text: `${definition} at ${state}: ${DIVERGENCES[kind]}, e.g. ${conversation}`, count }),
    `${indent}  - ${before}`,
    `${indent}  + ${after}`,
  ];
}

function costText({ messages, segments }: Cost): string {
  return `${messages.toString()} messages (${segments.toString()} SMS segments)`;
}

function differenceText({ costBefore, costAfter }: Summary): string {
  const signed = (difference: number): string => (difference > 0 ? `+${difference.toString()}` : difference.toString());
  const { messages, segments } = costBefore;
  return `${signed(costAfter.messages - messages)} messages, ${signed(costAfter.segments - segments)} segments`;
}
