import { Counter, Gauge, type Registry } from 'prom-client';
import type { TenantName } from '../../channels/brands.ts';
import type { BroadcastStats } from '../broadcasts/broadcasts.ts';
import type { LoopStats } from '../engine/loop-stats.ts';
import type { LoadShedder } from '../load-shedding/load-shedder.ts';
import type { SinkMetrics } from '../store/sink/sink.ts';
import type { ProbeResult, ProbeResults } from '../probes/results.ts';
import type { Workers } from '../workers/workers.ts';
import type { Tenant } from './tenant.ts';

const ENGINE_COUNTERS: readonly [name: string, help: string, value: (stats: LoopStats) => number][] = [
  ['steps', 'Steps taken: inputs that changed or emitted something.', (stats) => stats.steps],
  ['timers_fired', 'Deadlines that became inputs.', (stats) => stats.timersFired],
  [
    'duplicates_dropped',
    'Inputs dropped because their source had stated them before.',
    (stats) => stats.duplicatesDropped,
  ],
  ['outputs_published', 'Events published by steps.', (stats) => stats.outputsPublished],
  ['outputs_republished', 'Events published again after a crash.', (stats) => stats.outputsRepublished],
];

const SINK_COUNTERS: readonly [name: string, help: string, value: (metrics: SinkMetrics) => number][] = [
  ['events', 'Events stored.', (metrics) => metrics.events],
  ['steps', 'Step records stored.', (metrics) => metrics.steps],
  ['dead_letters', 'Messages stored as they are, because they are no events.', (metrics) => metrics.deadLetters],
  ['duplicates', 'Events dropped because they were stored before.', (metrics) => metrics.duplicates],
];

const BROADCAST_COUNTERS: readonly [name: string, help: string, value: (stats: BroadcastStats) => number][] = [
  ['begun', 'Broadcasts that were taken, schedules that came due among them.', (stats) => stats.begun],
  ['missed', 'Schedules that came due without anybody being targeted.', (stats) => stats.missed],
];

export interface PlatformParts {
  readonly tenants: ReadonlyMap<TenantName, Tenant>;
  readonly workers: Workers | undefined;
  readonly loadShedder: LoadShedder;
  /** Of the probes of this process, where it has any. */
  readonly probes: ProbeResults | undefined;
  readonly now: () => number;
}

/** Read when asked: nothing on a hot path. */
export function registerPlatformMetrics(registry: Registry, parts: PlatformParts): void {
  const { tenants, workers, loadShedder, probes } = parts;
  if (probes) registerProbeMetrics(registry, probes, parts.now);
  const labelNames = ['tenant'] as const;
  for (const [name, help, value] of ENGINE_COUNTERS) {
    register(registry, `parlance_engine_${name}_total`, help, ({ engine }) => engine && value(engine.stats));
  }
  register(
    registry,
    'parlance_engine_conversations_parked_total',
    'Conversations that were parked because a step failed.',
    ({ engine }) => engine?.parked,
  );
  new Counter({
    name: 'parlance_dead_letters_total',
    help: 'Messages put on the dead letter topic, or too large for it, because the engine or a connector can not process them.',
    labelNames: [...labelNames, 'by'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [tenant, { engine, connectorLetters }] of tenants) {
        if (engine) this.inc({ tenant, by: 'engine' }, engine.deadLettered);
        if (connectorLetters) this.inc({ tenant, by: 'connectors' }, connectorLetters.count);
      }
    },
  });
  for (const [name, help, value] of SINK_COUNTERS) {
    register(registry, `parlance_sink_${name}_total`, help, ({ sink }) => sink && value(sink.metrics()));
  }
  for (const [name, help, value] of BROADCAST_COUNTERS) {
    const read = ({ sending }: Tenant) => sending && value(sending.broadcasts.stats);
    register(registry, `parlance_broadcasts_${name}_total`, help, read);
  }
  new Gauge({
    name: 'parlance_baseline_departures',
    help: '1 for each series that is not as it usually is at this hour of the week.',
    labelNames: ['tenant', 'kind', 'series', 'direction'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [tenant, { baseline }] of tenants) {
        for (const { series, direction } of baseline?.open ?? []) {
          this.set({ tenant, kind: series.kind, series: series.name, direction }, 1);
        }
      }
    },
  });
  new Gauge({
    name: 'parlance_sink_lag_seconds',
    help: 'From the publication of the oldest message of the last batch to its mark.',
    labelNames,
    registers: [registry],
    collect() {
      for (const [tenant, { sink }] of tenants) if (sink) this.set({ tenant }, sink.metrics().lagMs / 1000);
    },
  });
  new Gauge({
    name: 'parlance_sink_storing',
    help: "1 where this process stores the tenant's events; 0 where another one does, or what it needs is away.",
    labelNames,
    registers: [registry],
    collect() {
      for (const [tenant, { sink }] of tenants) {
        if (!sink) continue;
        const { owner, waiting } = sink.metrics();
        this.set({ tenant }, owner && !waiting ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'parlance_edge_waiting',
    help: 'Messages that wait for the conversations of the tenant, as this edge last counted them.',
    labelNames,
    registers: [registry],
    collect() {
      for (const [tenant, { waiting }] of loadShedder.tenants) this.set({ tenant }, waiting);
    },
  });
  new Counter({
    name: 'parlance_edge_refused_total',
    help: 'Requests and messages refused because too much waits.',
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [tenant, { refused }] of loadShedder.tenants) this.inc({ tenant }, refused);
    },
  });
  new Gauge({
    name: 'parlance_engine_partitions_owned',
    help: 'Partitions of the tenant that step in this process.',
    labelNames,
    registers: [registry],
    collect() {
      for (const [tenant, { engine }] of tenants) if (engine) this.set({ tenant }, engine.owned);
    },
  });
  new Gauge({
    name: 'parlance_engine_partitions_asleep',
    help: 'Of these, partitions that have nothing to do and that nothing is kept open for.',
    labelNames,
    registers: [registry],
    collect() {
      for (const [tenant, { engine }] of tenants) if (engine) this.set({ tenant }, engine.asleep);
    },
  });
  new Gauge({
    name: 'parlance_engine_workers',
    help: 'Processes with the role engine that this one sees, itself included.',
    registers: [registry],
    collect() {
      if (workers) this.set(workers.count);
    },
  });

  function register(to: Registry, name: string, help: string, read: (tenant: Tenant) => number | undefined): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [to],
      collect() {
        this.reset();
        for (const [tenant, parts] of tenants) {
          const value = read(parts);
          if (value !== undefined) this.inc({ tenant }, value);
        }
      },
    });
  }
}

function registerProbeMetrics(registry: Registry, probes: ProbeResults, now: () => number): void {
  const labelNames = ['definition', 'scenario'] as const;
  const gauges: readonly [name: string, help: string, value: (result: ProbeResult) => number][] = [
    [
      'last_passed',
      'Whether the last run of the scenario was as expected: 1 or 0.',
      ({ hasPassed }) => Number(hasPassed),
    ],
    ['last_duration_seconds', 'How long the last run of the scenario took.', ({ durationMs }) => durationMs / 1_000],
    [
      'success_age_seconds',
      'Since the scenario last was as expected; since the start where it has not been.',
      ({ passedAt = probes.startedAt }) => (now() - passedAt) / 1_000,
    ],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      ...{ name: `parlance_probe_${name}`, help, labelNames, registers: [registry] },
      collect() {
        this.reset();
        for (const result of probes.all) this.set(labelsOf(result), value(result));
      },
    });
  }
  new Gauge({
    name: 'parlance_probe_problems',
    help: 'What kept scenarios to probe with from being read in the last turn.',
    registers: [registry],
    collect() {
      this.set(probes.problems);
    },
  });
  new Counter({
    name: 'parlance_probe_runs_total',
    help: 'Runs of the scenario, by result: passed or failed.',
    labelNames: [...labelNames, 'result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const result of probes.all) {
        this.inc({ ...labelsOf(result), result: 'passed' }, result.passed);
        this.inc({ ...labelsOf(result), result: 'failed' }, result.failed);
      }
    },
  });
}

function labelsOf({ definition, scenario }: ProbeResult): { readonly definition: string; readonly scenario: string } {
  return { definition, scenario };
}
