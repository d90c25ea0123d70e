import { expect } from 'chai';
import type { Machine } from '../../../dsl/machine/machine.ts';
import {
  decodePublication,
  encodePublication,
  type Origin,
  type Publication,
} from '../../../runtime/definitions/publication.ts';
import { PublishedDefinitions } from '../../../runtime/definitions/published.ts';
import { definitionText, machineOf } from './scene.ts';

const [ONE, TWO, THREE] = ['One.', 'Two.', 'Three.'].map((says) => machineOf(definitionText('hello', says))) as [
  Machine,
  Machine,
  Machine,
];

const version = (machine: Machine): Publication => ({ kind: 'version', machine });
const activate = ({ hash }: Machine, by: Origin = 'command'): Publication => ({ kind: 'activate', hash, by });
const back = ({ hash }: Machine): Publication => ({ kind: 'activate', hash, by: 'command', back: true });
const retire: Publication = { kind: 'retire', definition: 'hello' };

function after(...publications: readonly Publication[]): { inForce?: string; before?: string; fromFolder?: string } {
  const definitions = new PublishedDefinitions();
  for (const [index, publication] of publications.entries()) {
    const { payload, properties = {} } = encodePublication(publication);
    for (const decoded of decodePublication({ payload, properties })) definitions.apply(decoded, index);
  }
  const { inForce, before, fromFolder } = definitions.get('hello') ?? {};
  const active = definitions.machines().active();
  expect(active.map(({ hash }) => hash)).to.eql(inForce ? [inForce.machine.hash] : []);
  return {
    ...(inForce ? { inForce: inForce.machine.hash } : {}),
    ...(before ? { before: before.machine.hash } : {}),
    ...(fromFolder === undefined ? {} : { fromFolder }),
  };
}

const ALL = [version(ONE), version(TWO), version(THREE)];

describe('what is published', () => {
  it('is not in force by that alone', () => {
    expect(after(version(ONE))).to.eql({});
  });

  it('is in force once it is activated, and the one before it is where a rollback leads', () => {
    expect(after(...ALL, activate(ONE))).to.eql({ inForce: ONE.hash });
    expect(after(...ALL, activate(ONE), activate(TWO))).to.eql({ inForce: TWO.hash, before: ONE.hash });
    expect(after(...ALL, activate(ONE), activate(TWO), activate(TWO)), 'twice is once').to.eql({
      inForce: TWO.hash,
      before: ONE.hash,
    });
  });

  it('goes back step by step, and forward again from there', () => {
    const three = [...ALL, activate(ONE), activate(TWO), activate(THREE)];
    expect(after(...three, back(TWO))).to.eql({ inForce: TWO.hash, before: ONE.hash });
    expect(after(...three, back(TWO), back(ONE))).to.eql({ inForce: ONE.hash });
    expect(after(...three, back(TWO), activate(THREE))).to.eql({ inForce: THREE.hash, before: TWO.hash });
  });

  it('starts nothing once it is retired, until a version is activated', () => {
    expect(after(...ALL, activate(ONE), activate(TWO), retire)).to.eql({ before: TWO.hash });
    expect(after(...ALL, activate(ONE), activate(TWO), retire, back(TWO))).to.eql({
      inForce: TWO.hash,
      before: ONE.hash,
    });
  });

  it('remembers what the folder put in force last, whatever commands did since', () => {
    expect(after(...ALL, activate(ONE, 'folder'), activate(TWO))).to.include({ fromFolder: ONE.hash });
    expect(after(...ALL, activate(ONE, 'folder'), activate(TWO, 'folder'), back(ONE))).to.include({
      inForce: ONE.hash,
      fromFolder: TWO.hash,
    });
  });

  it('reads what older workers wrote: a machine by itself is in force, from the folder', () => {
    const older = (value: object): Publication[] =>
      decodePublication({ payload: Buffer.from(JSON.stringify(value)), properties: {} });
    const publications = [...older(ONE), ...older(TWO), ...older({ activate: ONE.hash })];
    expect(after(...publications)).to.eql({ inForce: ONE.hash, before: TWO.hash, fromFolder: ONE.hash });
  });
});
