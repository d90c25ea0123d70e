import type { Manifest } from './chart.ts';

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  }[];
}

export interface Pod {
  /** Of the Deployment or StatefulSet that makes it. */
  readonly name: string;
  readonly kind: string;
  readonly replicas: number;
  readonly claims: readonly string[];
  readonly spec: PodSpec;
  readonly container: Container;
}

interface WorkloadSpec {
  readonly replicas: number;
  readonly template: { readonly spec: PodSpec };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ kind, metadata, spec }) => {
      const { replicas, template, volumeClaimTemplates = [] } = spec as WorkloadSpec;
      const [container] = template.spec.containers;
      if (container === undefined) throw new Error(`${metadata.name} has no container`);
      return {
        ...{ name: metadata.name, kind, replicas, spec: template.spec, container },
        claims: volumeClaimTemplates.map((claim) => claim.metadata.name),
      };
    });
}
