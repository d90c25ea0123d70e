import { expect } from 'chai';
import { check, KUBERNETES_VERSIONS, lint, rendered, template, VALUE_SETS } from './chart.ts';
import { podsOf } from './pod.ts';

/** Custom resources, which Kubernetes has no schema of: service-monitor.spec.ts and prometheus-rule.spec.ts check them. */
const CHECKED_ELSEWHERE = ['ServiceMonitor', 'PrometheusRule'];

describe('The chart', () => {
  for (const set of VALUE_SETS) {
    it(`passes helm lint --strict with values/${set}.yaml`, () => {
      const { status, stdout, stderr } = lint(set);
      expect(status, stdout + stderr).to.equal(0);
    });

    for (const kubernetes of KUBERNETES_VERSIONS) {
      it(`renders what Kubernetes ${kubernetes} accepts with values/${set}.yaml`, () => {
        const { status, stdout, stderr } = template(set, [], kubernetes);
        expect(status, stderr).to.equal(0);
        const { valid, failures } = check(stdout, kubernetes, CHECKED_ELSEWHERE);
        expect(failures).to.deep.equal([]);
        expect(valid).to.be.greaterThan(3);
      });
    }
  }

  it('is refused by an older Kubernetes than it names', () => {
    expect(template('roles', [], '1.28.0').stderr).to.include('chart requires kubeVersion: >=1.29.0-0');
  });

  it('runs a pod a role: engine and edge keep a volume, the sink keeps nothing', () => {
    const pods = podsOf(rendered('roles')).map(({ name, kind, replicas, claims }) => ({
      name,
      kind,
      replicas,
      claims,
    }));
    expect(pods).to.have.deep.members([
      { name: 'acme-parlance-engine', kind: 'StatefulSet', replicas: 2, claims: ['data'] },
      { name: 'acme-parlance-edge', kind: 'StatefulSet', replicas: 1, claims: ['data'] },
      { name: 'acme-parlance-sink', kind: 'Deployment', replicas: 1, claims: [] },
    ]);
  });

  it('starts engines side by side, each with its own volume, and lets one be evicted at a time', () => {
    const objects = rendered('everything');
    const specOf = (kind: string): unknown =>
      objects.find((one) => one.kind === kind && one.metadata.name === 'acme-chat-engine')?.spec;
    expect(specOf('StatefulSet')).to.deep.include({ replicas: 3, podManagementPolicy: 'Parallel' });
    expect(specOf('PodDisruptionBudget')).to.deep.include({ maxUnavailable: 1 });
  });

  it('runs everything in one pod, with a volume, in mode all-in-one', () => {
    const pods = podsOf(rendered('all-in-one'));
    expect(pods.map(({ name, kind, claims }) => ({ name, kind, claims }))).to.deep.equal([
      { name: 'acme-parlance-all-in-one', kind: 'StatefulSet', claims: ['data'] },
    ]);
    expect(pods[0]?.container.env).to.deep.include({ name: 'PARLANCE_ROLES', value: 'all' });
  });

  it('has a process end by itself before Kubernetes kills it', () => {
    expect(podsOf(rendered('all-in-one'))[0]?.container.env).to.deep.include({
      name: 'PARLANCE_STOP_SECONDS',
      value: '55',
    });
  });

  it('sends clients to the component that serves HTTP', () => {
    const frontOf = (set: string, name: string): unknown =>
      rendered(set).find(({ kind, metadata }) => kind === 'Service' && metadata.name === name)?.spec;
    expect(frontOf('roles', 'acme-parlance')).to.have.nested.property(
      'selector.app\\.kubernetes\\.io/component',
      'edge',
    );
    expect(frontOf('all-in-one', 'acme-parlance')).to.have.nested.property(
      'selector.app\\.kubernetes\\.io/component',
      'all-in-one',
    );
  });

  it('lets traffic out only to DNS, the broker, the store and what the values add', () => {
    const policy = rendered('everything').find(({ kind }) => kind === 'NetworkPolicy');
    const { egress } = policy?.spec as { egress: { ports: { port: number }[] }[] };
    expect(egress.map(({ ports }) => ports.map(({ port }) => port))).to.deep.equal([[53, 53, 6651, 443, 8443], [443]]);
  });
});

describe('The check of manifests', () => {
  const service = (port: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [${port}]}`;

  it('accepts a manifest without fault', () => {
    expect(check(service('{port: 80}'), '1.37.0').failures).to.deep.equal([]);
  });

  it('refuses an unknown key', () => {
    expect(check(service('{port: 80, prot: 1}'), '1.37.0').failures.join()).to.include("'prot' not allowed");
  });

  it('refuses a kind that it has no schema of', () => {
    const failures = check('apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}', '1.37.0').failures;
    expect(failures).to.deep.equal(['Thing: could not find schema for Thing']);
  });
});
