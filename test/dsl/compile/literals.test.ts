import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';

/** `COLUMN MESSAGE` of what is reported of an expression in a text. */
function problems(expression: string): readonly string[] {
  const vars =
    'vars: { s: { enum: [booked, cancelled], default: booked }, d: { type: duration, default: 26h }, l: { list: { fields: { name: text, of: { fields: { n: integer } } } }, default: [] } }';
  const text = `conversation: test\nstart: [{ match: go }]\n${vars}\nsteps:\n  - say: >-\n      \${${expression}}\n`;
  const compiled = compileText(text, { file: 'test.yaml' });
  return 'machine' in compiled
    ? []
    : compiled.diagnostics.map(({ column, message }) => `${(column - 9).toString()} ${message}`);
}

describe('what is written out in expressions', () => {
  it('is one of the values that it is compared with', () => {
    for (const one of [
      "vars.s == 'canceled'",
      "vars.s != 'canceled'",
      "'canceled' == vars.s",
      "vars.s in ['canceled']",
    ])
      expect(problems(one).join(), one).to.contain('it is never "canceled"');
    expect(problems("vars.s in ['booked', 'cancelled'] && vars.s != 'booked'")).to.deep.equal([]);
  });

  it('does not fail whenever it is evaluated', () => {
    const failing = [
      "date('2026-13-01').format('d')",
      "now.date().at('9:00').format('d')",
      "timestamp('nonsense').format('d')",
      "duration('3x').format()",
      "money(1, 'XXQ').format()",
      '1 / 0',
    ];
    for (const one of failing) expect(problems(one).join(), one).to.contain('this always fails');
    expect(problems("date('2026-12-01').at('09:00').format('d') + duration('3h').format()")).to.deep.equal([]);
  });

  it('names fields that there are in the items of a list', () => {
    for (const one of ['vars.l[0].nmae', 'vars.l.exists(x, x.nmae == "a")', 'vars.l.filter(x, x.of.n > 1)[0].nmae'])
      expect(problems(one).join(), one).to.contain('it has no "nmae"');
    expect(problems('vars.l[0].of.m').join()).to.contain('it has no "m"');
    expect(problems('vars.l.exists(x, x.name == "a" && x.of.n > 1) ? vars.l[0].name : ""')).to.deep.equal([]);
  });

  it('suggests how a duration is shown', () => {
    expect(problems('vars.d')).to.deep.equal(['0 a text can not show a duration']);
    expect(problems('vars.d.format()')).to.deep.equal([]);
  });
});
