import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Projects } from '../../../runtime/project/projects.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('the project of a file', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });
  const write = (path: string, text: string): string => {
    const file = join(folder.path, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it('is the nearest project.yaml in its folder or above', () => {
    write('a/project.yaml', 'project: outer\n');
    write('a/b/project.yaml', 'project: inner\n');
    const projects = new Projects();
    expect(projects.of(join(folder.path, 'a/x/y/hello.yaml')).name).to.equal('outer');
    expect(projects.of(join(folder.path, 'a/b/hello.yaml')).name).to.equal('inner');
    expect(projects.of(join(folder.path, 'c/hello.yaml')).name).to.equal(undefined);
    expect(projects.diagnostics).to.deep.equal([]);
  });

  it('is reported where it is wrong, once', () => {
    write('d/project.yaml', 'project: d\nzone: Mars/Phobos\n');
    const projects = new Projects();
    for (const name of ['one', 'two']) projects.of(join(folder.path, `d/${name}.yaml`));
    expect(projects.diagnostics.map(({ code }) => code)).to.deep.equal(['zone-unknown']);
    expect(projects.report).to.match(/project\.yaml:2:7/);
  });
});
