import { expect } from 'chai';
import { loadConfiguration } from '../../../runtime/config/load.ts';
import { effectiveSettings, printSettings } from '../../../runtime/config/print.ts';
import { SETTINGS } from '../../../runtime/config/settings.ts';

describe('the configuration schema', () => {
  it('gives every setting a variable of its own', () => {
    const variables = SETTINGS.flatMap(({ variable, fileVariable }) => [variable, fileVariable ?? `${variable}!`]);
    expect(new Set(variables).size).to.equal(variables.length);
  });
});

describe('printing the effective configuration', () => {
  const environment = {
    PARLANCE_STORE_PASSWORD: 'hunter2',
    PARLANCE_BROKER_TOKEN: 'jwt.jwt',
    PARLANCE_STORE_URL: 'http://ana:swordfish@store:8123',
  };
  const settings = effectiveSettings(loadConfiguration({ file: '/dev/null', environment }));

  it('shows the origin of every value', () => {
    expect(settings.find(({ key }) => key === 'store.url')).to.include({ origin: 'PARLANCE_STORE_URL' });
    expect(printSettings(settings))
      .to.match(/^http\.port +8080 +default$/m)
      .and.match(/^store\.username +\(not set\)$/m);
  });

  it('redacts secrets, also those inside an address', () => {
    const text = JSON.stringify(settings) + printSettings(settings);
    for (const secret of ['hunter2', 'jwt.jwt', 'swordfish']) expect(text).not.to.contain(secret);
    expect(settings.find(({ key }) => key === 'store.url')?.value).to.equal('http://[redacted]@store:8123');
  });
});
