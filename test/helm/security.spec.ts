import { expect } from 'chai';
import { rendered, VALUE_SETS } from './chart.ts';
import { podsOf } from './pod.ts';

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and a read-only root beside it. */
describe('Every pod of the chart', () => {
  for (const set of VALUE_SETS) {
    for (const { name, spec, container } of podsOf(rendered(set))) {
      describe(`${name}, values/${set}.yaml`, () => {
        it('runs restricted: not as root, no privileges, a read-only root', () => {
          expect(spec.securityContext).to.deep.include({
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          });
          expect(container.securityContext).to.deep.equal({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
        });

        it('is given no token of Kubernetes, and no variables of its services', () => {
          expect(spec.automountServiceAccountToken).to.equal(false);
          expect(spec.enableServiceLinks).to.equal(false);
        });

        it('can write to its data folder and /tmp alone', () => {
          const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
          expect(writable.map(({ mountPath }) => mountPath)).to.have.members(['/var/lib/parlance', '/tmp']);
        });

        it('reads secrets from files that others cannot read', () => {
          const modes = spec.volumes.flatMap(({ secret }) => (secret ? [secret.defaultMode] : []));
          expect(new Set(modes)).to.deep.equal(new Set([0o440]));
          expect(container.env.filter((variable) => 'valueFrom' in variable)).to.deep.equal([]);
        });

        it('has probes and bounds', () => {
          const paths = [container.startupProbe, container.livenessProbe, container.readinessProbe];
          expect(paths.map(({ httpGet }) => httpGet.path)).to.deep.equal(['/healthz', '/healthz', '/readyz']);
          expect(container.resources.requests).to.have.all.keys('cpu', 'memory');
          expect(container.resources.limits).to.include.keys('memory');
        });

        it('mounts each of its volumes', () => {
          const mounted = new Set(container.volumeMounts.map((mount) => mount.name));
          const declared = spec.volumes.map((volume) => volume.name);
          expect([...mounted].sort()).to.deep.equal([...new Set([...declared, 'data'])].sort());
        });
      });
    }
  }
});
