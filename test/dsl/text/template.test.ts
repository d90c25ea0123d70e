import { expect } from 'chai';
import fc from 'fast-check';
import { parseTemplate } from '../../../dsl/text/template.ts';

const pieces = (text: string) => {
  const template = parseTemplate(text);
  return 'pieces' in template
    ? template.pieces.map((piece) => (piece.kind === 'text' ? piece.text : { cel: piece.source, at: piece.start }))
    : template;
};

describe('texts with ${…}', () => {
  it('splits text and expressions', () => {
    expect(pieces('Hi ${inputs.name}, bye')).to.deep.equal(['Hi ', { cel: 'inputs.name', at: 5 }, ', bye']);
    expect(pieces('no expression: $5, {x}')).to.deep.equal(['no expression: $5, {x}']);
  });

  it('lets string literals hold braces, quotes and escapes', () => {
    for (const source of ['"}"', "'}'", '"a\\"}"', "'\\'}'", '"""}"}"""', 'r"\\"', "r'}\\'", 'f("}", \'{\')']) {
      expect(pieces(`<\${${source}}>`), source).to.deep.equal(['<', { cel: source, at: 3 }, '>']);
    }
  });

  it('lets braces nest', () => {
    expect(pieces('${ {"a": {"b": 1}}.a.b }!')).to.deep.equal([{ cel: ' {"a": {"b": 1}}.a.b ', at: 2 }, '!']);
  });

  it('takes $${ for a literal ${', () => {
    expect(pieces('write $${name}')).to.deep.equal(['write ${name}']);
    expect(pieces('$${a}${b}')).to.deep.equal(['${a}', { cel: 'b', at: 7 }]);
  });

  it('says where an expression is not closed', () => {
    expect(pieces('a ${b')).to.deep.equal({ unclosedAt: 2 });
    expect(pieces('a ${"}')).to.deep.equal({ unclosedAt: 2 });
    expect(pieces('a ${ {} ')).to.deep.equal({ unclosedAt: 2 });
  });

  it('loses no character of a text without expressions', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${'));
        expect(pieces(text)).to.deep.equal(text === '' ? [] : [text]);
      }),
    );
  });
});
