import { expect } from 'chai';
import { DefinitionsScene, definitionText, machineOf, uploadOfTexts } from './scene.ts';

const [ONE, TWO] = [definitionText('hello', 'One.'), definitionText('hello', 'Two.')];
const [FIRST, SECOND] = [machineOf(ONE), machineOf(TWO)];

describe('the folder of a platform that starts', () => {
  let scene: DefinitionsScene;
  beforeEach(async () => {
    scene = await DefinitionsScene.open();
  });
  afterEach(() => scene.close());

  it('puts in force what has changed since it last did, and says so once', async () => {
    expect(await scene.start(ONE)).to.eql([FIRST.hash]);
    expect(await scene.start(ONE)).to.eql([]);
    expect(await scene.start(TWO)).to.eql([SECOND.hash]);
    expect(await scene.start(ONE), 'an older file is a change too').to.eql([FIRST.hash]);
    expect(scene.inForce).to.eql([FIRST.hash]);
    expect(await scene.stated()).to.eql([
      `definition.published hello ${FIRST.version}`,
      `definition.activated hello ${FIRST.version}`,
      `definition.published hello ${SECOND.version}`,
      `definition.activated hello ${SECOND.version}`,
      `definition.activated hello ${FIRST.version}`,
    ]);
  });

  it('keeps the YAML of each version, as publishing by command does', async () => {
    await scene.start(ONE);
    await scene.definitions.publish(uploadOfTexts(TWO), true);
    expect(await scene.publishedTexts()).to.eql([ONE, TWO]);
  });

  it('does not undo a rollback when a worker restarts', async () => {
    await scene.start(ONE);
    await scene.start(TWO);
    await scene.definitions.rollBack('hello');
    expect(await scene.start(TWO)).to.eql([]);
    expect(scene.inForce).to.eql([FIRST.hash]);
  });

  it('does not bring back what was retired, nor take back what was published by a command', async () => {
    await scene.start(ONE);
    await scene.definitions.retire('hello');
    await scene.start(ONE);
    expect(scene.inForce).to.eql([]);
    await scene.definitions.publish(uploadOfTexts(TWO), true);
    await scene.start(ONE);
    expect(scene.inForce).to.eql([SECOND.hash]);
  });

  it('wins over commands again once it changes', async () => {
    await scene.start(ONE);
    await scene.definitions.publish(uploadOfTexts(TWO), true);
    const three = definitionText('hello', 'Three.');
    const { hash } = machineOf(three);
    expect(await scene.start(three)).to.eql([hash]);
    expect(scene.inForce).to.eql([hash]);
  });

  it('puts in force, by its hash alone, what a command had only stored', async () => {
    await scene.definitions.publish(uploadOfTexts(ONE), false);
    expect(scene.inForce).to.eql([]);
    expect(await scene.start(ONE)).to.eql([FIRST.hash]);
    expect(scene.inForce).to.eql([FIRST.hash]);
  });
});
