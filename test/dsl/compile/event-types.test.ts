import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import { parseProject } from '../../../dsl/project/parse.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { route } from '../../../dsl/step/route.ts';
import { given } from '../given-when-then.ts';

const PROJECT = `project: shop
events:
  com.shop.order.placed:
    order: text
    parcels: { type: integer, maximum: 9 }
    due: time
    gift: { type: text, optional: true }
    lines: { default: [], list: { fields: { note: { type: text, optional: true } } } }
    customer: { fields: { phone: text } }
  com.shop.order.closed: { order: text, parcels: integer }
`;

function compiled(body: string): ReturnType<typeof compileText> {
  const parsed = parseProject(PROJECT, { file: 'project.yaml' });
  if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics));
  return compileText(`conversation: test\n${body}`, { file: 'test.yaml', project: parsed.project });
}

function problems(body: string): readonly string[] {
  const result = compiled(body);
  return 'machine' in result ? [] : result.diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

function machine(body: string): Machine {
  const result = compiled(body);
  if ('machine' in result) return result.machine;
  throw new Error(JSON.stringify(result.diagnostics));
}

const start = (more: string) => `start:
  - event: com.shop.order.placed
    contact: event.data.customer.phone
${more}`;
const END = 'steps: [{ say: Hi }]\n';

describe('declared events', () => {
  it('have the fields that are declared, however deep, and no others', () => {
    expect(problems(start(END).replace('customer.phone', 'custmer.phone'))).to.deep.equal([
      'expression-unknown: "data" has no "custmer"',
    ]);
    expect(problems(start(END).replace('customer.phone', 'customer.fone'))).to.deep.equal([
      'expression-unknown: "customer" has no "fone"',
    ]);
  });

  it('give whole numbers and times as such: they are reckoned with', () => {
    const body = start(`    when: event.data.parcels + 1 > 2 && event.data.due - duration('24h') > event.time
    inputs: { n: '\${event.data.parcels * 2}', at: '\${event.data.due}' }
inputs: { n: integer, at: time }
${END}`);
    expect(problems(body)).to.deep.equal([]);
    expect(problems(body.replace('+ 1', '+ 1.0'))[0]).to.contain('expression-type');
  });

  it('need has() around what is optional', () => {
    const inputs = (gift: string, more = '') =>
      problems(start(`${more}    inputs: { gift: '\${${gift}}' }\ninputs: { gift: text }\n${END}`));
    expect(inputs('event.data.gift')).to.deep.equal(['value-unset: "event.data.gift" may be missing when it starts']);
    expect(inputs('event.data.gift', '    when: has(event.data.gift)\n')).to.deep.equal([]);
    expect(inputs('has(event.data.gift) ? event.data.gift : ""')).to.deep.equal([]);
    const some = (test: string) => problems(start(`    when: event.data.lines.exists(i, ${test})\n${END}`));
    expect(some("i.note == 'x'")).to.deep.equal(['value-unset: "i.note" may be missing in an item of the list']);
    expect(some("has(i.note) && i.note == 'x'")).to.deep.equal([]);
  });

  it('are known in what an awaited event leads to', () => {
    const listening = (says: string) => `start: [{ match: go }]
steps:
  - listen:
      any:
        - event: com.shop.order.closed
          key: event.data.order
          equals: contact.address
          when: event.data.parcels > 0
          say: '${says}'
    within: 1h
    silence: [{ end: silent }]
`;
    expect(problems(listening('${event.data.parcels}'))).to.deep.equal([]);
    expect(problems(listening('${event.data.parcel}'))).to.deep.equal(['expression-unknown: "data" has no "parcel"']);
  });

  it('are stated with what is declared of them', () => {
    const emit = (data: string) =>
      problems(`start: [{ match: go }]\nsteps:\n  - emit: { type: com.shop.order.closed, data: ${data} }\n`);
    expect(emit("{ order: a1, parcels: '${1 + 1}' }")).to.deep.equal([]);
    expect(emit('{ order: a1, parcles: 2 }')).to.have.length(2);
    expect(emit("{ order: a1, parcels: '${contact.address}' }")).to.deep.equal([
      'value-mismatch: "parcels" would get a text',
    ]);
  });

  it('make no new version of a definition that does not meet them', () => {
    const without = compileText('conversation: test\nstart: [{ match: go }]\nsteps: [{ say: Hi }]\n', { file: 'x' });
    expect(machine('start: [{ match: go }]\nsteps: [{ say: Hi }]\n')).to.deep.equal(
      'machine' in without ? without.machine : undefined,
    );
  });

  it('are rejected where they are not as declared', () => {
    const one = machine(start(`    when: event.data.parcels * 2 == 4\n${END}`));
    const scene = given([one]);
    const routed = (data: object) =>
      route(machinesOf([one]), scene.eventOf('com.shop.order.placed', data)).map((result) =>
        result.kind === 'rejected' ? result.reason : result.kind,
      );
    const data = { order: 'a1', parcels: 2, due: '2026-03-08T10:00:00Z', customer: { phone: 'sms:+12125550123' } };
    expect(routed(data)).to.deep.equal(['target']);
    expect(routed({ ...data, parcels: 1 })).to.deep.equal([]);
    expect(routed({ ...data, parcels: 'two' })).to.deep.equal([
      'event.data.parcels is "two", not a whole number (in `event.data`)',
    ]);
  });
});
