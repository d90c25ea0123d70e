import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { rendered, type Manifest } from './chart.ts';

const FOLDER = join(import.meta.dirname, '../../helm/parlance/dashboards');

const dashboards = (manifests: readonly Manifest[]): Manifest | undefined =>
  manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-dashboards'));

describe('The dashboards', () => {
  it('are in a ConfigMap as they stand in their files', () => {
    const files = readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]);
    expect(files).to.have.lengthOf(2);
    expect(dashboards(rendered('everything'))?.data).to.deep.equal(Object.fromEntries(files));
  });

  it("carry the label by which Grafana's sidecar finds them, by default its own", () => {
    const { metadata } = dashboards(rendered('everything')) ?? {};
    expect(metadata?.name).to.equal('acme-chat-dashboards');
    expect(metadata?.labels).to.include({ grafana_dashboard: 'yes' });
    const enabled = rendered('roles', ['metrics.grafanaDashboards.enabled=true']);
    expect(dashboards(enabled)?.metadata.labels).to.include({ grafana_dashboard: '1' });
  });

  it('are not made unless asked for', () => {
    expect(dashboards(rendered('roles'))).to.equal(undefined);
  });
});
