import {
  PrometheusRule,
  type IPrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { expect } from 'chai';
import { rendered, type Manifest } from './chart.ts';

/** What each alert asks, without where. */
const EXPECTED: Readonly<Record<string, string>> = {
  ParlanceProbeFailing: 'max by (definition, scenario) (parlance_probe_success_age_seconds{namespace="chat"}) > 300',
  ParlanceProbesUnreadable: 'max(parlance_probe_problems{namespace="chat"}) > 0',
  // What the last batch lagged says nothing long after it, nor while none is stored.
  ParlanceStoreBehind:
    'max by (tenant) (parlance_sink_lag_seconds{namespace="chat"} > 30 and increase(parlance_sink_events_total{namespace="chat"}[10m]) > 0)',
  ParlanceStoreStopped: 'max by (tenant) (parlance_sink_storing{namespace="chat"}) == 0',
  ParlanceDeadLetters: 'sum by (tenant) (increase(parlance_dead_letters_total{namespace="chat"}[15m])) > 0',
  ParlanceNoEvents: 'sum by (tenant) (increase(parlance_sink_dead_letters_total{namespace="chat"}[15m])) > 0',
  ParlanceConversationsParked:
    'sum by (tenant) (increase(parlance_engine_conversations_parked_total{namespace="chat"}[15m])) > 0',
};

describe('The PrometheusRule', () => {
  const rule = rendered('everything').find(({ kind }) => kind === 'PrometheusRule') as
    (Manifest & IPrometheusRule) | undefined;

  it('is one that the Prometheus operator accepts', () => {
    expect(rule?.apiVersion).to.equal('monitoring.coreos.com/v1');
    new PrometheusRule(rule).validate();
  });

  it('alerts on probes, the lag of the store, dead letters and parked conversations', () => {
    const rules = (rule?.spec.groups ?? []).flatMap((group) => group.rules ?? []);
    expect(Object.fromEntries(rules.map(({ alert, expr }) => [alert, expr]))).to.deep.equal(EXPECTED);
  });

  it("carries the labels by which an installation's Prometheus finds it", () => {
    expect(rule?.metadata.labels).to.include({ release: 'prometheus' });
  });

  it('is not made unless asked for', () => {
    expect(rendered('roles').map(({ kind }) => kind)).not.to.include('PrometheusRule');
  });
});
