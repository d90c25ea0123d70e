import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Configuration } from '../../runtime/config/configuration.ts';
import { loadConfiguration } from '../../runtime/config/load.ts';
import { rendered, VALUE_SETS } from './chart.ts';
import { podsOf } from './pod.ts';

/** What the platform itself makes of a rendered pod: its mounted files are laid into a folder, its variables point there. */
describe("The chart's configuration", () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-chart-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function load(set: string, settings: readonly string[] = []): Map<string, Configuration> {
    const manifests = rendered(set, settings);
    const text = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['parlance.yaml'] ?? '';
    const files = {
      '/etc/parlance/parlance.yaml': text,
      '/broker/token': 'a-token\n',
      '/store/password': 'a-password\n',
      '/probe/key': 'a-key\n',
    };
    for (const [path, content] of Object.entries(files)) {
      const target = join(folder, path.replace(/^\/(broker|store|probe)/, '/etc/parlance-secrets/$1'));
      mkdirSync(join(target, '..'), { recursive: true });
      writeFileSync(target, content);
    }
    return new Map(
      podsOf(manifests).map(({ name, container }) => {
        const variables = container.env.map(({ name: variable, value }): [string, string] => [
          variable,
          value.startsWith('/') ? join(folder, value) : value,
        ]);
        return [name, loadConfiguration({ environment: Object.fromEntries(variables) }).configuration];
      }),
    );
  }

  for (const set of VALUE_SETS) {
    it(`is accepted by the platform, values/${set}.yaml`, () => {
      const configurations = [...load(set).values()];
      expect(configurations).not.to.deep.equal([]);
      for (const { http, dataFolder } of configurations) {
        expect(http.host).to.equal('0.0.0.0');
        expect(dataFolder).to.equal('/var/lib/parlance');
      }
    });
  }

  it('carries every value to where the platform reads it', () => {
    expect(load('everything').get('acme-chat-engine')).to.deep.equal({
      dataFolder: '/var/lib/parlance',
      roles: ['engine'],
      conversations: ['/etc/parlance-conversations'],
      eventSchemas: ['/etc/parlance-event-schemas'],
      broker: {
        url: 'pulsar+ssl://pulsar.example.org:6651',
        adminUrl: 'https://pulsar.example.org',
        token: 'a-token',
      },
      store: {
        url: 'https://clickhouse.example.org:8443',
        database: 'acme_chat',
        username: 'acme',
        password: 'a-password',
        cluster: 'main',
        keepEventsMonths: 24,
        keepStepsMonths: 12,
        keepDeadLettersMonths: 3,
        keepSamplesMonths: 6,
        storagePolicy: 'tiered',
        coldVolume: 'cold',
        coldAfterMonths: 2,
      },
      http: { host: '0.0.0.0', port: 9090, maxWaiting: 20_000 },
      defaultTenant: { name: 'acme', partitions: 64 },
      companies: ['acme=Acme: 24/7'],
      log: { level: 'debug', format: 'pretty' },
      webchat: { enabled: false, title: 'Acme: "24/7" help', allowedOrigins: ['https://www.example.org'] },
      fetch: {
        secretsFolder: '/etc/parlance-secrets/sources',
        allowedNetworks: ['10.1.0.0/16'],
        maxResponseBytes: 65_536,
        maxConcurrent: 32,
        maxConcurrentPerHost: 4,
      },
      handoff: { enabled: false },
      schedules: { enabled: false },
      baseline: { enabled: false },
      probe: {
        scenarios: ['/etc/parlance-conversations/probe.test.yaml'],
        ...{
          intervalSeconds: 60,
          timeoutSeconds: 10,
          timePasses: true,
          url: 'https://chat.example.org',
          key: 'a-key',
        },
      },
      stopSeconds: 115,
      // For trying out: a chart installs what is real.
      recording: { connectors: [] },
    });
  });

  it('probes with all scenarios among the conversations where none is named', () => {
    const [configuration] = load('roles', ['probe.enabled=true']).values();
    expect(configuration?.probe).to.deep.include({ scenarios: ['conversations'], timePasses: false });
  });

  it('lays the secrets of each tenant where the platform looks for them', () => {
    const [pod] = podsOf(rendered('everything'));
    const folders = (pod?.container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
      const secret = pod?.spec.volumes.find((volume) => volume.name === name)?.secret?.secretName;
      return mountPath.includes('/sources/') ? [[mountPath, secret]] : [];
    });
    expect(folders).to.deep.equal([
      ['/etc/parlance-secrets/sources/acme', 'acme-sources'],
      ['/etc/parlance-secrets/sources/beta', 'beta-sources'],
      ['/etc/parlance-secrets/sources/gamma', 'gamma-sources'],
    ]);
  });

  it('gives each pod its role', () => {
    const roles = [...load('roles')].map(([name, configuration]) => [name, configuration.roles]);
    expect(roles).to.have.deep.members([
      ['acme-parlance-engine', ['engine']],
      ['acme-parlance-edge', ['edge']],
      ['acme-parlance-sink', ['sink']],
    ]);
  });
});
