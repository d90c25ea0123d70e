import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, type LoadedConfiguration } from '../../../runtime/config/load.ts';
import { ConfigurationError, type ConfigurationProblem } from '../../../runtime/config/problems.ts';

describe('loadConfiguration', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-config-'));
    file = join(folder, 'parlance.yaml');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function load(yaml: string, environment: Record<string, string> = {}): LoadedConfiguration {
    writeFileSync(file, yaml);
    return loadConfiguration({ file, environment });
  }

  /** Problems, with the file's path shortened to `parlance.yaml`. */
  function problems(yaml: string, environment: Record<string, string> = {}): readonly string[] {
    try {
      load(yaml, environment);
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigurationError);
      const found: readonly ConfigurationProblem[] = (error as ConfigurationError).problems;
      return found.map(({ where, message }) => `${where}: ${message}`.replaceAll(`${folder}/`, ''));
    }
    throw new Error('expected the configuration to be refused');
  }

  it('is complete by defaults alone', () => {
    const { configuration, origins } = load('');
    expect(configuration).to.deep.equal({
      dataFolder: '.parlance',
      roles: ['all'],
      conversations: ['conversations'],
      eventSchemas: [],
      broker: { url: 'embedded' },
      store: {
        ...{ url: 'embedded', database: 'parlance' },
        ...{ keepEventsMonths: 0, keepStepsMonths: 0, keepDeadLettersMonths: 0, keepSamplesMonths: 0 },
        coldAfterMonths: 0,
      },
      http: { host: '127.0.0.1', port: 8080, maxWaiting: 50_000 },
      defaultTenant: { name: 'demo', partitions: 4 },
      log: { level: 'info', format: 'auto' },
      webchat: { enabled: true, title: 'Chat', allowedOrigins: [] },
      companies: [],
      recording: { connectors: [] },
      fetch: { allowedNetworks: [], maxResponseBytes: 131_072, maxConcurrent: 128, maxConcurrentPerHost: 16 },
      handoff: { enabled: true },
      schedules: { enabled: true },
      baseline: { enabled: true },
      probe: { scenarios: [], intervalSeconds: 300, timeoutSeconds: 30, timePasses: false },
      stopSeconds: 25,
    });
    expect(origins.get('http.port')).to.equal('default');
    expect(origins.has('broker.token')).to.equal(false);
  });

  it('prefers flags to the environment, the environment to the file, the file to defaults, and says which', () => {
    writeFileSync(file, 'http:\n  port: 1\n  host: localhost\nbroker: { url: "ws://broker:8080" }\n');
    const { configuration, origins } = loadConfiguration({
      file,
      environment: { PARLANCE_HTTP_PORT: '2', PARLANCE_BROKER_URL: 'pulsar://b:6650' },
      flags: { 'http.port': { flag: '--port', value: 3 }, 'http.host': { flag: '--host', value: undefined } },
    });
    expect(configuration.http).to.deep.equal({ host: 'localhost', port: 3, maxWaiting: 50_000 });
    expect(configuration.broker.url).to.equal('pulsar://b:6650');
    expect(origins.get('http.port')).to.equal('--port');
    expect(origins.get('broker.url')).to.equal('PARLANCE_BROKER_URL');
    expect(origins.get('http.host')).to.equal(`${file}:3:9`);
    expect(origins.get('log.level')).to.equal('default');
  });

  it('finds the file by PARLANCE_CONFIG', () => {
    writeFileSync(file, 'dataFolder: /var/lib/parlance');
    const { configuration } = loadConfiguration({ environment: { PARLANCE_CONFIG: file } });
    expect(configuration.dataFolder).to.equal('/var/lib/parlance');
  });

  it('refuses a named file that is not there', () => {
    expect(() => loadConfiguration({ file: join(folder, 'none.yaml'), environment: {} }))
      .to.throw(ConfigurationError, /none\.yaml: ENOENT/)
      .with.property('code', 'config-unreadable');
  });

  it('converts environment variables by the schema', () => {
    const { configuration } = load('', {
      PARLANCE_ROLES: 'engine, sink',
      PARLANCE_WEBCHAT_ENABLED: 'false',
      PARLANCE_DEFAULT_TENANT_PARTITIONS: '8',
      PARLANCE_LOG_LEVEL: '',
    });
    expect(configuration.roles).to.deep.equal(['engine', 'sink']);
    expect(configuration.webchat.enabled).to.equal(false);
    expect(configuration.defaultTenant.partitions).to.equal(8);
    expect(configuration.log.level).to.equal('info');
  });

  it('takes origins from the file or, parted by commas, from the environment', () => {
    const yaml = 'webchat:\n  allowedOrigins: ["https://chat.example.org", "http://[::1]:8443"]\n';
    expect(load(yaml).configuration.webchat.allowedOrigins).to.deep.equal([
      'https://chat.example.org',
      'http://[::1]:8443',
    ]);
    const environment = { PARLANCE_WEBCHAT_ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443' };
    expect(load(yaml, environment).configuration.webchat.allowedOrigins).to.deep.equal([
      'https://a.example',
      'https://b.example:8443',
    ]);
  });

  for (const origin of [
    'chat.example.org',
    'https://chat.example.org/',
    'https://Chat.example.org',
    'https://chat.example.org:443',
    'http://chat.example.org:80',
    'https://ana@chat.example.org',
    'wss://chat.example.org',
    'null',
    '*',
  ]) {
    it(`refuses ${origin}, which no browser sends as an origin of a page`, () => {
      const [problem, ...others] = problems('', { PARLANCE_WEBCHAT_ALLOWED_ORIGINS: `https://a.example,${origin}` });
      expect(problem).to.match(
        /^PARLANCE_WEBCHAT_ALLOWED_ORIGINS: webchat\.allowedOrigins: expected a list of origins/,
      );
      expect(others).to.deep.equal([]);
    });
  }

  it('reads a secret from the file that a variable names', () => {
    const secret = join(folder, 'password');
    writeFileSync(secret, 'hunter2\n');
    const { configuration, origins } = load('', { PARLANCE_STORE_PASSWORD_FILE: secret });
    expect(configuration.store.password).to.equal('hunter2');
    expect(origins.get('store.password')).to.equal('PARLANCE_STORE_PASSWORD_FILE');
  });

  it("ignores what Kubernetes says about services that share the product's name", () => {
    const { configuration } = load('', {
      PARLANCE_PORT: 'tcp://10.0.0.1:80',
      PARLANCE_PORT_80_TCP_ADDR: '10.0.0.1',
      PARLANCE_SERVICE_HOST: '10.0.0.1',
      PARLANCE_SERVICE_PORT_HTTP: '80',
      PARLANCE_HTTP_PORT: 'tcp://10.0.0.2:80',
      PARLANCE_TEST_ANYTHING: 'x',
    });
    expect(configuration.http.port).to.equal(8080);
  });

  it('reports everything that is wrong at once', () => {
    const yaml = 'http:\n  prot: 80\n  host: ""\nbroker:\n  url: rabbit://x\n';
    expect(problems(yaml, { PARLANCE_HTTP_PORT: 'many', PARLANCE_BROKER_ULR: 'x' })).to.have.members([
      'parlance.yaml:2:3: unknown key "prot"; did you mean "port"?',
      'parlance.yaml:3:9: http.host: expected text that is not empty, found ""',
      'parlance.yaml:5:8: broker.url: expected embedded, pulsar://HOST:PORT, pulsar+ssl://HOST:PORT, ws://HOST:PORT or wss://HOST:PORT, found "rabbit://x"',
      'PARLANCE_HTTP_PORT: http.port: expected a whole number from 0 to 65535, found "many"',
      'PARLANCE_BROKER_ULR: unknown environment variable "PARLANCE_BROKER_ULR"; did you mean "PARLANCE_BROKER_URL"?',
    ]);
  });

  const refusals: readonly (readonly [
    title: string,
    yaml: string,
    environment: Record<string, string>,
    problem: RegExp,
  ])[] = [
    ['a list instead of a mapping', '- a', {}, /^parlance\.yaml:1:1: expected keys and values/],
    ['a section that is a word', 'http: yes', {}, /^parlance\.yaml:1:7: http: expected object/],
    ['an unknown section', 'borker: {}', {}, /^parlance\.yaml:1:1: unknown key "borker"; did you mean "broker"\?/],
    ['an unknown key like no other', 'zzzzzzzz: 1', {}, /known are dataFolder, roles/],
    [
      'a role that does not exist',
      'roles: [engine, cook]',
      {},
      /^parlance\.yaml:1:8: roles: expected a list of all, engine/,
    ],
    ['a port out of range', 'http: { port: 65536 }', {}, /^parlance\.yaml:1:15: .* from 0 to 65535, found 65536/],
    ['a quoted number', 'http: { port: "80" }', {}, /whole number/],
    ['a capital in a tenant name', 'defaultTenant: { name: Acme }', {}, /lower-case letters/],
    ['a duplicate key', 'log: {}\nlog: {}', {}, /^parlance\.yaml:2:1: Map keys must be unique/],
    ['broken YAML', 'http: {', {}, /^parlance\.yaml:1:\d+: /],
    ['a tag nobody knows', 'log: !x {}', {}, /^parlance\.yaml:1:6: Unresolved tag/],
    [
      'a secret and its file',
      '',
      { PARLANCE_STORE_PASSWORD: 'a', PARLANCE_STORE_PASSWORD_FILE: '/b' },
      /keep one of them/,
    ],
    [
      'a secret file that is missing',
      '',
      { PARLANCE_BROKER_TOKEN_FILE: '/nowhere/x' },
      /^PARLANCE_BROKER_TOKEN_FILE: cannot read/,
    ],
    [
      'a boolean in other words',
      '',
      { PARLANCE_WEBCHAT_ENABLED: 'yes' },
      /^PARLANCE_WEBCHAT_ENABLED: .* true or false, found "yes"/,
    ],
  ];
  for (const [title, yaml, environment, problem] of refusals) {
    it(`refuses ${title}`, () => {
      expect(problems(yaml, environment).join('\n')).to.match(problem);
    });
  }

  it('never repeats a secret in a message', () => {
    const [problem] = problems('store: { password: [hunter2] }');
    expect(problem)
      .to.match(/store\.password: expected text/)
      .and.not.contain('hunter2');
  });
});
