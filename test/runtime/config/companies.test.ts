import { expect } from 'chai';
import { companyOf } from '../../../runtime/config/companies.ts';
import { loadConfiguration } from '../../../runtime/config/load.ts';
import { ConfigurationError } from '../../../runtime/config/problems.ts';
import { parseTenantName } from '../../../runtime/events/tenant.ts';

describe("the company's name", () => {
  const load = (companies: string) =>
    loadConfiguration({ environment: { PARLANCE_COMPANIES: companies } }).configuration;
  const companyIn = (companies: string, tenant: string) => companyOf(load(companies), parseTenantName(tenant));

  it('is told for each tenant', () => {
    const companies = 'demo=Riverside Clinic,demo-2=1 = One';
    expect(companyIn(companies, 'demo')).to.equal('Riverside Clinic');
    expect(companyIn(companies, 'demo-2')).to.equal('1 = One');
    expect(companyIn(companies, 'other')).to.equal(undefined);
  });

  it('is one for each tenant', () => {
    expect(() => load('demo=Riverside,other=Harbour,demo=Hillside')).to.throw(
      ConfigurationError,
      'PARLANCE_COMPANIES: companies: expected one name for each tenant, found several for demo',
    );
  });

  it('belongs to a tenant, and leaves room in an SMS', () => {
    for (const companies of ['Riverside Clinic', 'demo=', `demo=${'x'.repeat(31)}`])
      expect(() => load(companies), companies).to.throw(ConfigurationError, /TENANT=NAME/);
    expect(() => load(`demo=${'x'.repeat(30)}`)).not.to.throw();
  });
});
