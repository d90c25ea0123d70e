import {
  ServiceMonitor,
  type IServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { expect } from 'chai';
import { rendered, type Manifest } from './chart.ts';

/** The type refuses unknown keys and the model's schema wrong values: between them, this is a strict check. */
const EXPECTED: IServiceMonitor['spec'] = {
  selector: {
    matchLabels: {
      'app.kubernetes.io/name': 'chat',
      'app.kubernetes.io/instance': 'acme',
      'app.kubernetes.io/component': 'pods',
    },
  },
  endpoints: [{ port: 'http', path: '/metrics', interval: '15s' }],
};

describe('The ServiceMonitor', () => {
  const manifests = rendered('everything');
  const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor') as (Manifest & IServiceMonitor) | undefined;

  it('is one that the Prometheus operator accepts', () => {
    expect(monitor?.apiVersion).to.equal('monitoring.coreos.com/v1');
    expect(monitor?.spec).to.deep.equal(EXPECTED);
    new ServiceMonitor(monitor).validate();
  });

  it("carries the labels by which an installation's Prometheus finds it", () => {
    expect(monitor?.metadata.labels).to.include({ release: 'prometheus' });
  });

  it('selects one service, the one that lists every pod', () => {
    const selected = manifests.filter(
      ({ kind, metadata }) => kind === 'Service' && metadata.labels?.['app.kubernetes.io/component'] === 'pods',
    );
    expect(selected.map(({ metadata }) => metadata.name)).to.deep.equal(['acme-chat-pods']);
  });

  it('is not made unless asked for', () => {
    expect(rendered('roles').map(({ kind }) => kind)).not.to.include('ServiceMonitor');
  });
});
