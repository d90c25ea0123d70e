/** The real tools, and what they say of the chart. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const CHART = join(ROOT, 'helm/parlance');
const VALUES = join(import.meta.dirname, 'values');

/** Where scripts/install-chart-tools.sh puts them. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'parlance');
const SCHEMAS = join(CACHE, 'kubernetes-schemas');

export const KUBERNETES_VERSIONS: readonly string[] = ['1.29.0', '1.37.0'];

/** `roles`, `everything`, …: the files of values/, without `.yaml`. */
export const VALUE_SETS: readonly string[] = readdirSync(VALUES).map((name) => name.replace(/\.yaml$/, ''));

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Kubernetes object as rendered; only what the tests look at is named. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly spec: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

function run(tool: 'helm' | 'kubeconform', parameters: readonly string[], input = ''): Outcome {
  const path = join(CACHE, 'go/bin', tool);
  const { status, stdout, stderr, error } = spawnSync(path, parameters, { input, encoding: 'utf8' });
  if (error) throw new Error(`${path} does not run: bash scripts/install-chart-tools.sh`, { cause: error });
  return { status: status ?? 1, stdout, stderr };
}

function valuesFile(set: string): string {
  return join(VALUES, `${set}.yaml`);
}

export function lint(set: string): Outcome {
  return run('helm', ['lint', '--strict', CHART, '--values', valuesFile(set)]);
}

/** `settings` are Helm's own: `engine.replicas=3`. Without a set: the chart's defaults alone. */
export function template(
  set: string | undefined,
  settings: readonly string[] = [],
  kubernetes: string = KUBERNETES_VERSIONS.at(-1) ?? '',
): Outcome {
  return run('helm', [
    ...['template', 'acme', CHART, '--namespace', 'chat', '--kube-version', kubernetes],
    ...(set === undefined ? [] : ['--values', valuesFile(set)]),
    ...settings.flatMap((setting) => ['--set-json', setting]),
  ]);
}

export function rendered(set: string, settings: readonly string[] = []): Manifest[] {
  const { status, stdout, stderr } = template(set, settings);
  if (status !== 0) throw new Error(`helm template fails for ${set}: ${stderr}`);
  // YAML 1.1, as Kubernetes reads it: there, 0440 is octal.
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Manifest);
}

export interface Checked {
  readonly valid: number;
  readonly failures: readonly string[];
}

/** `elsewhere` names the kinds that another test checks; any other kind without a schema fails. */
export function check(yaml: string, kubernetes: string, elsewhere: readonly string[] = []): Checked {
  const { stdout, stderr } = run(
    'kubeconform',
    [
      ...['-strict', '-verbose', '-output', 'json', '-summary'],
      ...['-schema-location', join(SCHEMAS, kubernetes, '{{.ResourceKind}}{{.KindSuffix}}.json')],
      ...(elsewhere.length > 0 ? ['-skip', elsewhere.join(',')] : []),
    ],
    yaml,
  );
  if (stdout === '') throw new Error(`kubeconform says nothing but: ${stderr}`);
  const report = JSON.parse(stdout) as {
    readonly resources: readonly { readonly kind: string; readonly status: string; readonly msg: string }[];
    readonly summary: { readonly valid: number };
  };
  return {
    valid: report.summary.valid,
    failures: report.resources
      .filter(({ status }) => status === 'statusInvalid' || status === 'statusError')
      .map(({ kind, msg }) => `${kind}: ${msg}`),
  };
}
