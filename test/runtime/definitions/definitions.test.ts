import { expect } from 'chai';
import { DefinitionsScene, definitionText, machineOf, uploadOfTexts } from './scene.ts';

const [ONE, TWO] = [definitionText('hello', 'One.'), definitionText('hello', 'Two.')];
const [FIRST, SECOND] = [machineOf(ONE), machineOf(TWO)];

describe('definitions on a platform', () => {
  let scene: DefinitionsScene;
  beforeEach(async () => {
    scene = await DefinitionsScene.open();
  });
  afterEach(() => scene.close());

  const codeOf = async (outcome: Promise<unknown>): Promise<unknown> =>
    outcome.then(
      () => 'resolved',
      (error: unknown) => (error as { readonly code?: unknown }).code,
    );

  it('are published and put in force, each stated once, however often', async () => {
    const [report] = await scene.definitions.publish(uploadOfTexts(ONE), true);
    expect(report).to.eql({
      ...{ definition: 'hello', version: FIRST.version, machine: FIRST.hash },
      ...{ isNew: true, isActivated: true, isInForce: true },
    });
    const [again] = await scene.definitions.publish(uploadOfTexts(ONE), true);
    expect(again).to.include({ isNew: false, isActivated: false, isInForce: true });
    expect(scene.inForce).to.eql([FIRST.hash]);
    expect(await scene.stated()).to.eql([
      `definition.published hello ${FIRST.version}`,
      `definition.activated hello ${FIRST.version}`,
    ]);
  });

  it('can be stored without being put in force, and activated later by the beginning of the hash', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), false);
    expect(await scene.definitions.list()).to.have.nested.property('[0].state', 'stored');
    expect(scene.inForce).to.eql([]);
    await scene.definitions.activate('hello', FIRST.version);
    expect(scene.inForce).to.eql([FIRST.hash]);
    expect(await codeOf(scene.definitions.activate('hello', 'ffffffff'))).to.equal('definition-version-unknown');
    expect(await codeOf(scene.definitions.activate('hello', ''))).to.equal('definition-version-unknown');
    expect(await codeOf(scene.definitions.activate('nothing', FIRST.version))).to.equal('definition-unknown');
  });

  it('are all refused where one of them has an error, and that is stated of the one', async () => {
    const broken = definitionText('broken', 'Hi ${vars.nobody}.');
    const refusal: unknown = await scene.definitions
      .publish(uploadOfTexts(ONE, broken), true)
      .catch((error: unknown) => error);
    expect(refusal).to.have.property('code', 'definitions-invalid');
    expect(refusal)
      .to.have.property('message')
      .that.matches(/conversations\/1\.yaml:\d+:\d+/);
    expect(await scene.definitions.list()).to.eql([]);
    expect(await scene.stated()).to.eql(['definition.rejected broken']);
  });

  it('are refused where they take a word from what is in force, unless they replace that', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), true);
    const taken = definitionText('other', 'Other.', 'hello');
    expect(await codeOf(scene.definitions.publish(uploadOfTexts(taken), true))).to.equal('definitions-invalid');
    expect(await codeOf(scene.definitions.publish(uploadOfTexts(taken), false)), 'stored only').to.equal('resolved');
    const moved = definitionText('hello', 'One.', 'hi');
    expect(await codeOf(scene.definitions.publish(uploadOfTexts(moved, taken), true))).to.equal('resolved');
    expect(scene.inForce).to.have.lengthOf(2);
  });

  it('go back to the version before, and not further than the first', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), true);
    expect(await codeOf(scene.definitions.rollBack('hello'))).to.equal('definition-no-earlier-version');
    await scene.definitions.publish(uploadOfTexts(TWO), true);
    expect(await scene.definitions.rollBack('hello')).to.include({ state: 'in-force', version: FIRST.version });
    expect(scene.inForce).to.eql([FIRST.hash]);
    expect(await codeOf(scene.definitions.rollBack('hello'))).to.equal('definition-no-earlier-version');
    expect((await scene.stated()).at(-1)).to.equal(`definition.activated hello ${FIRST.version}`);
  });

  it('are retired: no version is in force, every one stays, and a rollback brings it back', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), true);
    expect(await scene.definitions.retire('hello')).to.deep.include({ state: 'retired', version: undefined });
    expect(scene.inForce).to.eql([]);
    expect(scene.table.current.byHash(FIRST.hash)).to.have.property('name', 'hello');
    expect(await codeOf(scene.definitions.retire('hello'))).to.equal('definition-not-in-force');
    expect((await scene.stated()).at(-1)).to.equal(`definition.retired hello ${FIRST.version}`);
    await scene.definitions.rollBack('hello');
    expect(scene.inForce).to.eql([FIRST.hash]);
  });

  it('tell what runs on each version, and that they do not know without a store', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), true);
    await scene.definitions.publish(uploadOfTexts(TWO), true);
    scene.running = new Map([[FIRST.hash, 3]]);
    const { versions } = await scene.definitions.show('hello');
    expect(versions.map(({ version, running }) => [version, running])).to.eql([
      [SECOND.version, 0],
      [FIRST.version, 3],
    ]);
    scene.running = undefined;
    expect((await scene.definitions.show('hello')).versions.map(({ running }) => running)).to.eql([
      undefined,
      undefined,
    ]);
  });

  it('take one change after another: of two at once the later has the last word', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), true);
    await Promise.all([
      scene.definitions.publish(uploadOfTexts(TWO), true),
      scene.definitions.rollBack('hello'),
      scene.definitions.retire('hello'),
    ]);
    expect(await scene.definitions.show('hello')).to.include({ state: 'retired', before: FIRST.version });
  });
});
