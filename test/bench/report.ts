import type { Spread } from './figures.ts';
import type { Level, PlatformBench } from './platform-suite.ts';

/** For people: what was measured, on what, the figures with their spread, and every round's raw ones. */
export function reportOf(bench: PlatformBench): string {
  const { machine, options, disk, levels } = bench;
  const { driver, partitions, sink, receipts, rounds, seconds, warmUpSeconds } = options;
  return [
    `Platform bench, ${machine.startedAt}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    `          files on ${machine.fileSystem}; load before the start ${machine.loadBefore}`,
    `disk      syncs/s of ${disk.map(({ kilobytes, perSecond }) => `${kilobytes} kB ${perSecond.toFixed(0)}`).join(', ')}`,
    `load      ${bench.loadMicrosPerMessage.toFixed(1)} µs of processor time a message and its reply, with a broker that answers at once`,
    `platform  driver ${driver}, ${partitions} partitions, sink ${onOff(sink)}, receipts ${onOff(receipts)}, one process with the load`,
    `rounds    ${rounds} of ${seconds} s after ${warmUpSeconds} s of warm-up; median [least – most] over the rounds`,
    '',
    ...table(
      ['in flight', 'steps/s', 'p50 ms', 'p99 ms', 'CPU µs/step', 'events/step', 'bytes/event', 'journal bytes/step'],
      levels.map((level) => [
        level.conversations.toString(),
        spread(level.stepsPerSecond, 0),
        spread(level.p50Ms, 2),
        spread(level.p99Ms, 2),
        spread(level.cpuMicrosPerStep, 0),
        level.eventsPerStep.median.toFixed(2),
        level.bytesPerEvent.median.toFixed(0),
        level.journalBytesPerStep.median.toFixed(0),
      ]),
    ),
    '',
    'Each round:',
    ...table(
      ['in flight', 'round', 'published', 'steps in journal', 'seconds', 'steps/s', 'p50', 'p90', 'p99', 'max ms'],
      levels.flatMap(roundRows),
    ),
    ...storeLines(bench),
    ...levels.flatMap(profileLines),
    ...bench.warnings.map((warning) => `\nWARNING from the platform: ${warning}`),
    '',
    ...verdict(bench),
  ].join('\n');
}

function onOff(is: boolean): string {
  return is ? 'on' : 'off';
}

export function spread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} – ${max.toFixed(digits)}]`;
}

function roundRows({ conversations, rounds }: Level): string[][] {
  return rounds.map((round, at) => [
    conversations.toString(),
    (at + 1).toString(),
    (round.published + round.receipts).toString(),
    round.steps.toString(),
    (round.elapsedMs / 1000).toFixed(2),
    round.stepsPerSecond.toFixed(0),
    ...[round.latencyMs.p50, round.latencyMs.p90, round.latencyMs.p99, round.latencyMs.max].map((ms) => ms.toFixed(2)),
  ]);
}

function storeLines({ store }: PlatformBench): string[] {
  if (!store) return [];
  const { steps, events, catchUpMs } = store;
  return ['', `Store: ${steps} steps and ${events} events, ${(catchUpMs / 1000).toFixed(2)} s after the load ended`];
}

function profileLines({ conversations, profile }: Level): string[] {
  if (!profile) return [];
  return [
    '',
    `Profile at ${conversations} in flight (${profile.file}): JavaScript idle ${profile.idlePercent.toFixed(0)} %, the rest:`,
    ...profile.top.map(({ where, percent }) => `${percent.toFixed(1).padStart(7)} %  ${where}`),
  ];
}

function verdict({ discrepancies, store }: PlatformBench): string[] {
  if (discrepancies.length > 0) return ['THE FIGURES DO NOT ADD UP:', ...discrepancies.map((line) => `  ${line}`)];
  const also = store ? ', and the journal’s in the store' : '';
  return [`Cross-check: every message, reply and step counted is in the journal, without a gap${also}.`];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ');
  return [line(head), ...rows.map(line)];
}
