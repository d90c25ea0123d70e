import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { parseProject } from '../../../dsl/project/parse.ts';
import { replay } from '../../../dsl/prove/play.ts';
import { prove } from '../../../dsl/prove/prove.ts';
import { given } from '../given-when-then.ts';

const PROJECT = `project: shop
events:
  com.shop.ordered:
    size: { enum: [small, large] }
    parcels: { type: integer, maximum: 9 }
    note: { type: text, optional: true }
    via: { default: sms }
    to: { optional: true, fields: { phone: phone } }
`;

function machine(body: string, start = '[{ match: go }]'): Machine {
  const parsed = parseProject(PROJECT, { file: 'project.yaml' });
  if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics));
  const text = `conversation: test\nstart: ${start}\n${body}`;
  const compiled = compileText(text, { file: 'test.yaml', project: parsed.project });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(JSON.stringify(compiled.diagnostics));
}

const emitting = (data: string, rest = '') =>
  machine(
    `vars: { size: { default: small }, parcels: { default: 2 }, phone: { default: "12" } }\n${rest}steps:\n` +
      `  - say: Ordering.\n    emit: { type: com.shop.ordered, data: ${data} }\n    set: { size: '\${vars.size}', phone: '\${vars.phone}' }\n  - say: Ordered.\n`,
  );

const linesOf = (one: Machine) => given([one]).reply('go').happened();
const failureOf = (one: Machine) => given([one]).reply('go').emissions.at(-1)?.data;

describe('emit of a declared event', () => {
  it('states one that is as declared, as it was written', () => {
    expect(linesOf(emitting("{ size: '${vars.size}', parcels: '${vars.parcels}' }"))).to.include(
      'emits com.shop.ordered {"size":"small","parcels":2}',
    );
  });

  it('fails the conversation where a value does not fit, and states nothing', () => {
    const big = emitting("{ size: small, parcels: '${vars.parcels * 5}' }");
    expect(linesOf(big).some((line) => line.startsWith('emits'))).to.equal(false);
    expect(failureOf(big)).to.include({
      code: 'event-mismatched',
      reason: '"com.shop.ordered" is not as declared: data.parcels is 10, not 9 or less',
    });
  });

  it('looks at what a text may be, and into what is nested', () => {
    const size = emitting("{ size: 'very ${vars.size}', parcels: 1 }");
    expect(failureOf(size)).to.include({
      reason: '"com.shop.ordered" is not as declared: data.size is "very small", not one of small, large',
    });
    const phone = emitting("{ size: small, parcels: 1, to: { phone: '${vars.phone}' } }");
    expect(failureOf(phone)).to.include({
      reason: '"com.shop.ordered" is not as declared: data.to.phone is "12", not a phone number such as +12125550123',
    });
  });

  it('lets `failed` have its say', () => {
    const handled = emitting(
      "{ size: small, parcels: '${vars.parcels * 5}' }",
      'failed: { say: Sorry., end: sorry }\n',
    );
    expect(linesOf(handled)).to.include.members(['says Sorry.', 'ends sorry']);
  });

  it('belongs to the version: another declaration makes another machine', () => {
    expect(emitting("{ size: small, parcels: '${vars.parcels}' }").events).to.have.keys(['com.shop.ordered']);
  });

  it('is known to the prover as something that may fail', () => {
    const again = 'emit: { type: com.shop.again, data: { phone: "${contact.address}" } }';
    const one = machine(
      `vars: { parcels: { default: 10 } }\nfailed: { ${again}, end: failed }\nsteps:\n` +
        "  - emit: { type: com.shop.ordered, data: { size: small, parcels: '${vars.parcels}' } }\n",
      '[{ event: com.shop.again, contact: event.data.phone }]',
    );
    const [finding, ...more] = prove(one).findings;
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ code: 'starts-itself', severity: 'error' });
    expect(finding?.dialogue && replay([one], one, finding.dialogue)).to.equal(true);
  });
});
