import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';

/** What an author reads of an expression in a text. */
function told(expression: string): string {
  const inputs = 'inputs: { name: { default: x }, n: { default: 1 }, day: { type: date, default: "2026-03-02" } }';
  const text = `conversation: test\nstart: [{ match: go }]\n${inputs}\nsteps:\n  - say: '\${${expression}}'\n`;
  const compiled = compileText(text, { file: 'test.yaml' });
  if ('machine' in compiled) return 'nothing';
  return compiled.diagnostics
    .map(({ code, message, suggestion = '', expected = '' }) => `${code}: ${message} | ${suggestion} | ${expected}`)
    .join('\n');
}

describe('types that do not fit together, in the author’s terms', () => {
  it('an operator between types: what to convert', () => {
    expect(told('inputs.n + "a"')).to.equal(
      'expression-type: this does not work: a whole number + a text | string(…) around the number | ',
    );
    expect(told('inputs.n + 1.5')).to.include('a whole number + a number | double(…) around the whole number');
    expect(told('now - "24h"')).to.include('a time - a text | a duration, such as duration("24h")');
    expect(told('inputs.day < now')).to.include('this does not work: a date < a time');
  });

  it('a function that is not given what it needs: what it takes', () => {
    expect(told('now.format()')).to.equal(
      'expression-type: "format" of a time needs something in its ( ) |  | format(a text)',
    );
    expect(told('inputs.day.addDays("1")')).to.equal(
      'expression-type: "addDays" of a date does not take a text |  | addDays(a whole number)',
    );
    expect(told('inputs.name.matches(3)')).to.include('"matches" of a text does not take a whole number');
  });

  it('a function of another language: the one of this', () => {
    expect(told('inputs.name.toUpperCase()')).to.match(/a text has no function "toUpperCase" \| upperAscii \| one of /);
    expect(told('inputs.name.startWith("a")')).to.include(' | startsWith | ');
    expect(told('upper(inputs.name)')).to.include('there is no function "upper" | VALUE.upperAscii() | ');
    expect(told('inputs.name.length')).to.equal('expression-type: a text has no "length" | size() | ');
  });
});
