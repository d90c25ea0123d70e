import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEventSchemas } from '../../../runtime/main/event-schemas.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const BOOKED = 'com.clinic.appointment.booked';

describe('loadEventSchemas', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  const write = (name: string, text: string): void => {
    writeFileSync(join(folder.path, name), text);
  };

  /** Lines of the error, with the folder's path taken away. */
  const complaints = async (paths: readonly string[] = [folder.path]): Promise<readonly string[]> => {
    try {
      await loadEventSchemas(paths);
    } catch (error) {
      expect(error)
        .to.have.property('code')
        .that.matches(/^event-schema-(invalid|unreadable)$/);
      return (error as Error).message.replaceAll(`${folder.path}/`, '').split('\n');
    }
    throw new Error('expected the schemas to be refused');
  };

  it('reads YAML and JSON, each for the type that its file is named after', async () => {
    write(`${BOOKED}.yaml`, 'type: object\nrequired: [id]\n');
    write('com.clinic%2Fclosed.json', '{\n\t"type": "integer"\n}\n');
    write('README.md', 'no schema');
    const schemas = await loadEventSchemas([folder.path]);
    expect(schemas.validate(BOOKED, {})).to.have.length(1);
    expect(schemas.validate(BOOKED, { id: 1 })).to.deep.equal([]);
    expect(schemas.validate('com.clinic/closed', 'soon')).to.have.length(1);
    expect(schemas.validate('com.clinic.other', 'anything')).to.deep.equal([]);
  });

  it('takes single files, and folders within folders', async () => {
    mkdirSync(join(folder.path, 'booking'));
    write(`booking/${BOOKED}.yml`, 'type: object\n');
    write('com.clinic.closed.json', '{"type":"integer"}');
    const schemas = await loadEventSchemas([join(folder.path, 'booking'), join(folder.path, 'com.clinic.closed.json')]);
    expect(schemas.validate(BOOKED, 1)).to.have.length(1);
    expect(schemas.validate('com.clinic.closed', '1')).to.have.length(1);
  });

  it('refuses nothing where no schema is configured', async () => {
    expect((await loadEventSchemas([])).validate(BOOKED, undefined)).to.deep.equal([]);
  });

  const wrong: readonly (readonly [title: string, file: string, text: string, ...expected: RegExp[]])[] = [
    ['broken YAML', `${BOOKED}.yaml`, 'type: {\n', /^com\.clinic\.appointment\.booked\.yaml:2:1: /],
    ['broken JSON', `${BOOKED}.json`, '{"type": "object",\n "type": "array"}', /booked\.json:2:2: .*unique/],
    ['a list', `${BOOKED}.yaml`, '- a\n', /booked\.yaml:1:1: expected keys and values, like "type: object"$/],
    [
      'a type that JSON does not know',
      `${BOOKED}.yaml`,
      'type: object\nproperties:\n  id: { type: text }\n',
      /booked\.yaml:3:15: expected one of array, boolean, integer, null, number, object, string$/,
    ],
    [
      'several mistakes, all of them',
      `${BOOKED}.yaml`,
      'required: id\nproperties:\n  id: { minLength: short }\n',
      /booked\.yaml:1:11: expected array$/,
      /booked\.yaml:3:20: expected integer$/,
    ],
    ['a word for a schema', `${BOOKED}.yaml`, 'properties:\n  id: text\n', /:2:7: expected object or boolean$/],
    ['another dialect', `${BOOKED}.yaml`, '$schema: http://json-schema.org/draft-07/schema#\n', /:1:10: .*2020-12/],
    [
      'a pattern that takes exponential time',
      `${BOOKED}.yaml`,
      'properties:\n  id:\n    pattern: (?=x)y\n',
      /:3:14: the pattern can not be run in linear time: /,
    ],
    ['a broken pattern', `${BOOKED}.yaml`, 'properties:\n  id: { pattern: "(" }\n', /:2:18: the pattern can not/],
    [
      'a reference that leads nowhere',
      `${BOOKED}.yaml`,
      '$defs: { id: true }\nproperties:\n  id:\n    $ref: "#/$defs/ident"\n',
      /:4:11: can't resolve reference #\/\$defs\/ident/,
    ],
    ['a type of the platform', 'message.sent.yaml', 'type: object\n', /^message\.sent\.yaml:1:1: .*"message\.sent"/],
    ['a type of one word', 'booked.json', '{}', /^booked\.json:1:1: the file is named after the type "booked": /],
  ];
  for (const [title, file, text, ...expected] of wrong) {
    it(`refuses ${title}, with its place`, async () => {
      write(file, text);
      const found = await complaints();
      expect(found, found.join('\n')).to.have.length(expected.length);
      for (const pattern of expected) {
        expect(
          found.some((line) => pattern.test(line)),
          `${String(pattern)} in\n${found.join('\n')}`,
        ).to.equal(true);
      }
    });
  }

  it('reports what is wrong in all files at once, also a type that has two', async () => {
    write(`${BOOKED}.json`, '{"type": "text"}');
    write(`${BOOKED}.yaml`, 'type: text\n');
    expect(await complaints()).to.deep.equal([
      `${BOOKED}.json:1:10: expected one of array, boolean, integer, null, number, object, string`,
      `${BOOKED}.yaml:1:7: expected one of array, boolean, integer, null, number, object, string`,
      `${BOOKED}.yaml:1:1: ${BOOKED}.json is the schema of "${BOOKED}" already: keep one of them`,
    ]);
  });

  it('names a path that cannot be read', async () => {
    const [line] = await complaints([join(folder.path, 'nowhere')]);
    expect(line).to.equal('nowhere cannot be read: set "eventSchemas" to files and folders that exist');
  });
});
