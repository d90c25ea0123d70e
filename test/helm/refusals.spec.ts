import { expect } from 'chai';
import { template } from './chart.ts';

/** Values given on top of values/roles.yaml, and what Helm must say of them: where, and what was expected. */
const REFUSED: readonly (readonly [title: string, settings: readonly string[], message: RegExp])[] = [
  ['a misspelled key', ['engin={"replicas":2}'], /additional properties 'engin' not allowed/],
  ['a misspelled key inside', ['broker.adminURL="http://pulsar:8080"'], /at '\/broker': .*'adminURL' not allowed/],
  ['an unknown mode', ['mode="cluster"'], /at '\/mode': value must be one of 'roles', 'all-in-one'/],
  ['a broker URL of another scheme', ['broker.url="kafka://kafka:9092"'], /at '\/broker\/url': .*pulsar/],
  ['an empty broker URL', ['broker.url=""'], /at '\/broker\/url': '' does not match pattern/],
  ['an empty name of the keys', ['keys.existingSecret=""'], /at '\/keys\/existingSecret': '' does not match pattern/],
  ['a password in the values', ['store.password="x"'], /at '\/store': .*'password' not allowed/],
  ['a token in the values', ['broker.token="x"'], /at '\/broker': .*'token' not allowed/],
  ['a number as text', ['engine.replicas="3"'], /at '\/engine\/replicas': got string, want integer/],
  ['no replicas', ['sink.replicas=0'], /at '\/sink\/replicas': minimum: got 0, want 1/],
  ['several edges', ['edge.replicas=2'], /at '\/edge': .*'replicas' not allowed/],
  ['a privileged port', ['http.port=80'], /at '\/http\/port': minimum: got 80, want 1,?024/],
  ['a tenant with capitals', ['defaultTenant.name="Acme"'], /at '\/defaultTenant\/name'/],
  ['no partitions', ['defaultTenant.partitions=0'], /at '\/defaultTenant\/partitions': minimum/],
  ['an unknown log level', ['log.level="trace"'], /at '\/log\/level': value must be one of/],
  ['memory without a number', ['sink.resources.limits.memory="lots"'], /at '\/sink\/resources\/limits\/memory'/],
  ['a disk size without a number', ['engine.persistence.size="big"'], /at '\/engine\/persistence\/size'/],
  ['an account name with spaces', ['serviceAccount.name="my account"'], /at '\/serviceAccount\/name'/],
  ['an interval without a unit', ['metrics.serviceMonitor.interval="30"'], /at '\/metrics\/serviceMonitor\/interval'/],
  // Rules between values: the chart's own words (templates/_checks.tpl).
  ['an embedded broker in several pods', ['broker.url="embedded"'], /broker\.url: an embedded broker cannot be shared/],
  ['an embedded store in several pods', ['store.url="embedded"'], /store\.url: an embedded store cannot be shared/],
  ['pulsar:// without the admin URL', ['broker.url="pulsar://p:6650"'], /broker\.adminUrl: needed with a pulsar:\/\//],
  ['a password without its user', ['store.existingSecret="s"'], /store\.username: needed with store\.existingSecret/],
  ['a cold volume without a time', ['store.coldVolume="cold"'], /store\.coldVolume: goes with store\.coldAfterMonths/],
  [
    'two secrets of one tenant',
    ['fetch.existingSecret="s"', 'fetch.tenantSecrets={"demo":"t"}'],
    /fetch\.tenantSecrets: demo is the default tenant/,
  ],
  ['a scenario by its absolute path', ['probe.scenarios=["/etc/x"]'], /at '\/probe\/scenarios\/0'/],
  ['an ingress without a host', ['ingress.enabled=true'], /ingress\.host: needed with ingress\.enabled/],
  [
    'several at once, all of which are told',
    ['broker.url="embedded"', 'store.url="embedded"', 'ingress.enabled=true'],
    /- broker\.url: .*\n- store\.url: .*\n- ingress\.host: /,
  ],
];

describe('The chart refuses', () => {
  for (const [title, settings, message] of REFUSED) {
    it(title, () => {
      const { status, stderr } = template('roles', settings);
      expect(status, 'helm template succeeds').not.to.equal(0);
      expect(stderr).to.match(message);
    });
  }

  it('an installation that names neither broker, store nor keys', () => {
    const { stderr } = template(undefined);
    expect(stderr).to.include("at '/broker': missing property 'url'");
    expect(stderr).to.include("at '/store': missing property 'url'");
    expect(stderr).to.include("at '/keys': missing property 'existingSecret'");
  });
});
