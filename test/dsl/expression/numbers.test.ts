import { expect } from 'chai';
import { conform, fromCel, toCel, ValueError } from '../../../dsl/expression/values.ts';
import type { ValueType } from '../../../dsl/machine/value-types.ts';
import { given, machineOf } from '../given-when-then.ts';

const calculator = (type: string, expression: string) =>
  machineOf(
    `conversation: calculator\nstart:\n  - event: com.example.n\n    contact: event.data.to\n    inputs: { n: "\${event.data.n}" }\ninputs:\n  n: ${type}\nsteps:\n  - say: '\${${expression}}'\n`,
  );

const calculated = (type: string, n: unknown, expression: string) =>
  given([calculator(type, expression)])
    .external('com.example.n', { to: 'webchat:ana', n })
    .said()[0];

describe('numbers', () => {
  it('of JSON become what the declaration says, so that arithmetic works', () => {
    expect(calculated('integer', 3, 'inputs.n + 1')).to.equal('4');
    expect(calculated('number', 3, 'inputs.n + 0.5')).to.equal('3.5');
    expect(calculated('number', 3, 'inputs.n / 2.0')).to.equal('1.5');
    expect(calculated('integer', 7, 'inputs.n / 2')).to.equal('3');
    expect(calculated('integer', 9007199254740991, 'inputs.n')).to.equal('9007199254740991');
  });

  it('show in the locale where asked to', () => {
    expect(calculated('number', 1234.5, 'inputs.n.format(2)')).to.equal('1,234.50');
    expect(calculated('integer', 1234567, 'inputs.n.format()')).to.equal('1,234,567');
  });

  it('lose no digits silently', () => {
    expect(() => fromCel(2n ** 60n)).to.throw(ValueError, /beyond/);
    expect(() => fromCel(Number.NaN)).to.throw(ValueError);
    expect(() => conform({ type: 'integer' }, 2 ** 60, 'n')).to.throw(ValueError);
  });
});

describe('values', () => {
  const cases: readonly (readonly [ValueType, unknown])[] = [
    [{ type: 'text' }, 'a'],
    [{ type: 'integer' }, -3],
    [{ type: 'number' }, 0.25],
    [{ type: 'boolean' }, false],
    [{ type: 'time' }, '2026-03-08T14:00:00.000Z'],
    [{ type: 'duration' }, '90s'],
    [{ type: 'date' }, '2026-03-08'],
    [
      { type: 'money', currency: 'EUR' },
      { minor: -1999, currency: 'EUR' },
    ],
    [{ type: 'phone' }, '+12125550123'],
    [{ type: 'email' }, 'ana@example.org'],
    [{ type: 'list', of: { type: 'integer' } }, [1, 2]],
    [
      { type: 'object', fields: { at: { type: 'time' }, n: { type: 'integer' } } },
      { at: '2026-03-08T14:00:00.000Z', n: 1 },
    ],
  ];

  for (const [type, json] of cases) {
    it(`come back from CEL as they went: ${type.type}`, () => {
      expect(fromCel(toCel(type, conform(type, json as never, 'x')))).to.deep.equal(json);
    });
  }

  it('say what is wrong with them', () => {
    expect(() => conform({ type: 'time' }, '2026-03-08', 'inputs.at')).to.throw(
      ValueError,
      'inputs.at is "2026-03-08", not a time',
    );
    expect(() => conform({ type: 'text', enum: ['a', 'b'] }, 'c', 'inputs.x')).to.throw(ValueError, 'not one of a, b');
  });
});
