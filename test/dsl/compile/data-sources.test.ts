import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';

const definition = (inputs: string, address: string): string => `
conversation: weather
start: [{ match: weather }]
vars: { town: text }
data:
  forecast:${inputs}
    get: "https://weather.example/${address}"
    returns: { sky: text }
steps:
  - ask: Where?
    into: town
    within: 1h
    silence: [{ end: silent }]
  - fetch: forecast${inputs === '' ? '' : '\n    with: { town: "${vars.town}" }'}
    failed: { end: unknown }
  - say: "\${data.forecast.sky}"
`;
const problemsOf = (text: string): readonly string[] => {
  const compiled = compileText(text, { file: 'weather.yaml' });
  return 'machine' in compiled ? [] : compiled.diagnostics.map(({ code, message }) => `${code}: ${message}`);
};
const INPUTS = '\n    inputs: { town: text }';

describe('a data source', () => {
  it('sees what the flow sees, where it has no inputs', () => {
    expect(problemsOf(definition('', '${vars.town}?said=${reply.text}'))).to.deep.equal([]);
  });

  it('with inputs of its own sees these, and neither variables nor what a person wrote', () => {
    expect(problemsOf(definition(INPUTS, '${inputs.town}'))).to.deep.equal([]);
    for (const unseen of ['vars.town', 'reply.text', 'opening.text'])
      expect(problemsOf(definition(INPUTS, `\${${unseen}}`)).join(), unseen).to.match(/^expression-/);
  });
});
