import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Project } from '../../../dsl/project/project.ts';

/** The messages about values, of these steps; not every one of them uses both variables. */
function unset(steps: string, rest = '', start = 'start: [{ match: go }]\n'): readonly string[] {
  const text = `conversation: test\n${start}vars: { x: integer, y: { default: 1 } }\n${rest}steps:\n${steps}`;
  const compiled = compileText(text, { file: 'test.yaml' });
  if ('machine' in compiled) return [];
  const found = compiled.diagnostics.filter(({ code }) => code !== 'never-used');
  for (const { code, message } of found) expect(code, message).to.equal('value-unset');
  return found.map(({ message }) => message);
}

const ask = (ways: string) => `  - step: q\n    ask: How many?\n    into: x\n    within: 1h\n${ways}`;

describe('definite assignment', () => {
  it('names the shortest way on which a variable has no value', () => {
    const steps = ask(
      '    replies: [{ otherwise: { again: 2, exhausted: { goto: end } } }]\n    silence: [{ say: Still?, within: 1h }, { goto: end }]\n',
    );
    expect(unset(`${steps}  - say: '\${vars.x}'\n  - step: end\n    say: '\${vars.x}'\n`)).to.deep.equal([
      '"vars.x" has no value on the way q (exhausted) → end',
    ]);
  });

  it('takes a default, a set and a reply that was read as a value', () => {
    const steps = ask('    replies: [{ otherwise: { set: { x: 0 }, goto: next } }]\n    silence: [{ end: silent }]\n');
    expect(unset(`${steps}  - say: '\${vars.x + vars.y} \${reply.text}'\n`)).to.deep.equal([]);
  });

  it('understands has(), in an expression and where a branch goes', () => {
    expect(
      unset(`  - branch:
      - { when: '!has(vars.x)', goto: without }
      - otherwise: next
  - say: '\${vars.x}'
    end: done
  - step: without
    say: "\${has(vars.x) && vars.x > 1 ? 'more' : has(vars.x) ? string(vars.x) : 'none'}"
  - branch:
      - { when: has(vars.x) || vars.y > 1, goto: next }
      - otherwise: next
  - say: '\${vars.x}'
`),
    ).to.deep.equal([
      '"vars.x" has no value on the way step-1 (!has(vars.x)) → without → step-4 (has(vars.x) || vars.y > 1) → step-5',
    ]);
  });

  it('knows the message that started it where every start is by one', () => {
    const says = "  - say: '${opening.text}'\n";
    const either = 'start: [{ match: go }, { event: com.shop.order, contact: "\'webchat:ana\'" }]\n';
    expect(unset(says)).to.deep.equal([]);
    expect(unset(says, '', either)).to.deep.equal([
      'a start by event or broadcast brings no message on the way step-1',
    ]);
    expect(unset('  - say: "${has(opening.text) ? opening.text : \'none\'}"\n', '', either)).to.deep.equal([]);
  });

  it('reports a way only once: what was read has a value', () => {
    expect(unset(`  - say: '\${vars.x}'\n  - say: '\${vars.x}'\n`)).to.have.length(1);
  });

  it('knows that a loop may have no round, and that jumps back bring what was set', () => {
    expect(
      unset(`  - repeat:
      most: 3
      while: vars.y < 3
      steps:
        - set: { x: 1, y: '\${vars.y + 1}' }
      exhausted: next
  - say: '\${vars.x}'
`),
    ).to.deep.equal(['"vars.x" has no value on the way step-1 (done) → step-2']);
  });

  it('knows what is fetched', () => {
    const data = 'data: { order: { get: "https://shop.example/o", returns: { state: text } } }\n';
    expect(
      unset(`  - fetch: order\n    failed: { goto: sorry }\n  - step: sorry\n    say: '\${data.order.state}'\n`, data),
    ).to.deep.equal(['"data.order" has not been fetched on the way step-1 (order fails) → sorry']);
  });

  it('follows replies through snippets', () => {
    const snippets = (after: string) => `snippets:
  confirm:
    steps:
      - ask: Sure?
        within: 1h
        silence: [{ end: silent }]
      - end: sure
  thank:
    steps:
      - say: '\${reply.text}'
steps:
  - call: confirm
    outcomes: { silent: { ${after} }, sure: next }
  - say: '\${reply.text}'
  - call: thank
    outcomes: { completed: { end: done } }
  - step: last
    call: thank
    outcomes: { completed: { end: done } }
`;
    const of = (after: string) => unsetDefinition(snippets(after));
    expect(of('end: quiet')).to.deep.equal([]);
    expect(of('goto: last')).to.deep.equal(['nobody has replied on the way thank/step-1']);
  });

  it('lets an interrupt see what has a value wherever it may come', () => {
    const anytime = `anytime: [{ match: what, say: "\${vars.x}", then: resume }]\n`;
    const steps = (before: string) => `${before}  - ask: Well?\n    within: 1h\n    silence: [{ end: silent }]\n`;
    expect(unset(steps('  - set: { x: 1 }\n'), anytime)).to.deep.equal([]);
    expect(unset(steps(''), anytime)).to.deep.equal(['"vars.x" has no value on the way anytime-1']);
  });

  it('lets `failed` see defaults only, and `expired` what has a value at every wait', () => {
    const last = `failed: { say: "\${vars.y} \${vars.x}" }\nexpired: { say: "\${vars.x}" }\n`;
    const steps = `  - set: { x: 1 }\n  - ask: Well?\n    within: 1h\n    silence: [{ end: silent }]\n`;
    expect(unset(steps, last)).to.deep.equal(['"vars.x" has no value on the way failed']);
  });

  describe('of what is optional', () => {
    const sends = (says: string, rest: string) => unset(`  - say: '${says}'\n`, rest);

    it('asks for has() around an optional input, unless it has a default', () => {
      const inputs = 'inputs: { name: { optional: true }, title: { optional: true, default: Dr } }\n';
      expect(sends('${inputs.name} ${inputs.title}', inputs)).to.deep.equal([
        '"inputs.name" may be missing on the way step-1',
      ]);
      expect(sends('${has(inputs.name) ? inputs.name : "you"}', inputs)).to.deep.equal([]);
    });

    it('asks for it around an optional part of an input or an answer, until it is fetched again', () => {
      const inputs = 'inputs: { who: { fields: { name: { optional: true } }, default: {} } }\n';
      expect(sends('${inputs.who.name}', inputs)).to.deep.equal(['"inputs.who.name" may be missing on the way step-1']);
      expect(sends('${has(inputs.who.name) ? inputs.who.name : "you"}', inputs)).to.deep.equal([]);
      const data = 'data: { order: { get: "https://shop.example/o", returns: { note: { optional: true } } } }\n';
      const again = (between: string) =>
        unset(
          `  - { fetch: order, failed: { end: sorry } }\n  - branch:\n      - { when: has(data.order.note), goto: next }\n      - { otherwise: { end: none } }\n${between}  - say: '\${data.order.note}'\n`,
          data,
        );
      expect(again('')).to.deep.equal([]);
      expect(again('  - { fetch: order, failed: { end: sorry } }\n')).to.deep.equal([
        '"data.order.note" may be missing on the way step-3 (order answers) → step-4',
      ]);
    });

    describe('in items of lists', () => {
      const lines =
        'inputs: { lines: { list: { fields: { note: { optional: true }, gift: { optional: true, fields: { to: text } } } }, default: [] } }\n';
      const when = (expression: string) =>
        unset(`  - branch: [{ when: "${expression}", end: yes }, { otherwise: { end: no } }]\n`, lines);

      for (const name of ['all', 'exists', 'exists_one', 'filter', 'map'])
        it(`asks for has() inside ${name}`, () => {
          const size = name === 'filter' || name === 'map' ? '.size() > 0' : '';
          expect(when(`inputs.lines.${name}(i, i.note == 'x')${size}`)).to.deep.equal([
            '"i.note" may be missing in an item of the list',
          ]);
          expect(when(`inputs.lines.${name}(i, has(i.note) && i.note == 'x')${size}`)).to.deep.equal([]);
        });

      it('takes what an index gives for an item of the list', () => {
        expect(when("inputs.lines[0].note == 'x'")).to.deep.equal([
          '"inputs.lines[0].note" may be missing in an item of the list',
        ]);
        expect(when("[0, 1].exists(n, inputs.lines[n].note == 'x')")).to.have.length(1);
      });

      it('knows what a list was filtered by', () => {
        expect(when("inputs.lines.filter(i, has(i.note)).all(j, j.note == 'x')")).to.deep.equal([]);
        expect(when("inputs.lines.filter(i, has(i.note))[0].note == 'x'")).to.deep.equal([]);
        expect(when("inputs.lines.map(i, has(i.note), i.note)[0] == 'x'")).to.deep.equal([]);
        expect(when("inputs.lines.filter(i, has(i.gift)).all(j, j.note == 'x')")).to.have.length(1);
      });

      it('follows what map gives, and reports each value of an item once', () => {
        expect(when("inputs.lines.map(i, i)[0].gift.to == 'x'")).to.deep.equal([
          '"inputs.lines.map(i, i)[0].gift" may be missing in an item of the list',
        ]);
        expect(when("inputs.lines.exists(i, i.note == 'x' && i.note != 'y')")).to.have.length(1);
      });

      it('keeps what is known of an item from one of the same name', () => {
        const guarded = 'has(i.note) && inputs.lines.exists(i, i.note == i.gift.to)';
        expect(when(`inputs.lines.exists(i, ${guarded})`)).to.deep.equal([
          '"i.note" may be missing in an item of the list',
          '"i.gift" may be missing in an item of the list',
        ]);
        expect(when('inputs.lines.exists(reply, has(reply.note) && reply.note.size() > 1)')).to.deep.equal([]);
      });
    });

    it('reads a name in brackets as one after a dot', () => {
      const inputs = 'inputs: { who: { fields: { name: { optional: true } }, default: {} } }\n';
      expect(sends('${inputs.who["name"]}', inputs)).to.deep.equal([
        '"inputs.who.name" may be missing on the way step-1',
      ]);
      expect(sends('${has(inputs.who.name) ? inputs.who["name"] : "you"}', inputs)).to.deep.equal([]);
    });

    it('knows that no status comes where nothing answered', () => {
      const data = 'data: { order: { get: "https://shop.example/o", returns: { note: text } } }\n';
      expect(
        unset("  - fetch: order\n    failed: { say: '${failure.code} ${failure.status}', end: sorry }\n", data),
      ).to.deep.equal(['"failure.status" may be missing on the way step-1 (order fails) → step-1']);
    });

    it('knows what a snippet returns on each of its outcomes', () => {
      const snippet = `snippets:
  rate:
    vars: { stars: integer }
    returns: [stars]
    steps:
      - split:
          - { share: 50, set: { stars: 5 }, end: rated }
          - { share: 50, end: tired }
`;
      const call = (rated: string, tired: string) =>
        unset(`  - call: rate\n    outcomes:\n      rated: ${rated}\n      tired: ${tired}\n`, snippet);
      expect(call("{ say: '${result.stars}', end: done }", '{ end: tired }')).to.deep.equal([]);
      expect(call('{ end: done }', "{ say: '${result.stars}', end: tired }")).to.deep.equal([
        '"result.stars" may be missing on the way step-1 (rate ends tired) → step-1',
      ]);
    });

    it('takes nothing of a person for granted but what has a default or was updated', () => {
      const attributes: Project['attributes'] = { plan: { type: 'text' }, visits: { type: 'integer', default: 0 } };
      const problems = (body: string) => {
        const file = 'test.yaml';
        const compiled = compileText(`conversation: test\n${body}`, { file, project: { attributes } });
        return 'machine' in compiled ? [] : compiled.diagnostics.map(({ message }) => message);
      };
      const start = 'start: [{ match: go }]\n';
      const says = "  - say: '${contact.plan} ${contact.visits}'\n";
      expect(problems(`${start}steps:\n${says}`)).to.deep.equal(['"contact.plan" may be missing on the way step-1']);
      expect(problems(`${start}steps:\n  - update: { plan: basic }\n${says}`)).to.deep.equal([]);
      const event = "start: [{ event: com.x.y, contact: event.data.phone, inputs: { plan: '${contact.plan}' } }]\n";
      const inputs = 'inputs: { plan: text }\nsteps: [{ say: Hi }]\n';
      expect(problems(event + inputs)).to.deep.equal(['"contact.plan" may be missing when it starts']);
    });
  });
});

function unsetDefinition(rest: string): readonly string[] {
  const compiled = compileText(`conversation: test\nstart: [{ match: go }]\n${rest}`, { file: 'test.yaml' });
  return 'machine' in compiled ? [] : compiled.diagnostics.map(({ message }) => message);
}
