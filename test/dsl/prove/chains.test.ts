import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkProject } from '../../../dsl/check/project.ts';
import { replay } from '../../../dsl/prove/play.ts';
import { prove } from '../../../dsl/prove/prove.ts';
import { ringsAmong } from '../../../dsl/prove/start-each-other.ts';
import { machineOf } from '../given-when-then.ts';

const DATA = "data: { contact: '${contact.address}' }";

/** Starts by one event and emits another, after what stands between. */
const relay = (name: string, by: string, emits: string, between = '', rest = '') =>
  machineOf(
    `conversation: ${name}\nstart: [{ event: com.example.${by}, contact: event.data.contact }]\n${rest}steps:\n` +
      `  - say: Hello.\n${between}  - emit: { type: com.example.${emits}, ${DATA} }\n`,
  );

const QUESTION = '  - ask: Well?\n    within: 1h\n    silence: [{ end: silent }]\n';
const namesIn = (machines: Parameters<typeof ringsAmong>[0]) =>
  ringsAmong(machines).map(({ links, dialogue }) => [links.map(({ by }) => by.name).sort(), dialogue !== undefined]);

describe('definitions that start one another', () => {
  const pong = relay('pong', 'pong', 'ping');

  it('are found with a dialogue that shows that it has no end', () => {
    const ping = relay('ping', 'ping', 'pong');
    const [ring] = ringsAmong([ping, pong]);
    expect(ring?.links.map(({ by, emit }) => [by.name, emit.line])).to.deep.equal([
      ['ping', 5],
      ['pong', 5],
    ]);
    const { dialogue } = ring ?? {};
    const [first] = ring?.links ?? [];
    expect(dialogue && first && replay([ping, pong], first.by, dialogue)).to.equal(true);
  });

  it('are found around any number of them, and where a data source is asked on the way', () => {
    const source = 'data:\n  shop: { get: "https://shop.example/", returns: { open: boolean } }\n';
    const asking = relay('b', 'two', 'three', '  - fetch: shop\n    failed: next\n', source);
    const all = [relay('a', 'one', 'two'), asking, relay('c', 'three', 'one')];
    expect(namesIn(all)).to.deep.equal([[['a', 'b', 'c'], true]]);
  });

  it('are found through what they listen to', () => {
    const listening = machineOf(
      'conversation: listening\nstart: [{ match: hi }]\nsteps:\n' +
        `  - step: again\n    emit: { type: com.example.pong, ${DATA} }\n` +
        '    listen:\n      any:\n' +
        '        - { event: com.example.ping, key: event.data.contact, equals: contact.address, goto: again }\n' +
        '    within: 1h\n    silence: [{ end: silent }]\n',
    );
    expect(namesIn([listening, pong])).to.deep.equal([[['listening', 'pong'], true]]);
  });

  describe('through a failure or an expiry', () => {
    const emit = `emit: { type: com.example.ping, ${DATA} }`;
    const ending = (rest: string, steps: string) =>
      machineOf(
        'conversation: pong\nstart: [{ event: com.example.pong, contact: event.data.contact }]\n' +
          `vars: { n: { type: integer, default: 0 } }\n${rest}\nsteps:\n${steps}`,
      );
    const failing = "  - set: { n: '${1 / vars.n}' }\n";
    const ping = relay('ping', 'ping', 'pong');
    const afterOf = (machines: Parameters<typeof ringsAmong>[0]) =>
      ringsAmong(machines).map(({ links, dialogue }) => [links.map(({ after }) => after), dialogue !== undefined]);

    it('are found where what handles a failure emits the event, with a dialogue if it fails each time', () => {
      expect(afterOf([ping, ending(`failed: { ${emit}, end: failed }`, failing)])).to.deep.equal([
        [[undefined, 'failed'], true],
      ]);
      expect(afterOf([ping, ending(`failed: { ${emit}, end: failed }`, '  - say: Hello.\n')])).to.deep.equal([
        [[undefined, 'failed'], false],
      ]);
    });

    it('are found where the end of the lifetime emits it: nobody has done anything', () => {
      expect(afterOf([ping, ending(`expired: { ${emit} }`, QUESTION)])).to.deep.equal([
        [[undefined, 'expired'], false],
      ]);
    });

    it('are left alone where nothing uses the lifetime up, or the failure leads to a question first', () => {
      expect(afterOf([ping, ending(`expired: { ${emit} }`, '  - say: Hello.\n')])).to.deep.equal([]);
      const asking = `${failing}    end: done\n  - step: sorry\n${QUESTION.replace('- ask', '  ask')}  - ${emit}\n`;
      expect(afterOf([ping, ending('failed: { goto: sorry }', asking)])).to.deep.equal([]);
    });

    it('are told at each with what has to befall it', () => {
      const texts = [
        `conversation: a\nstart: [{ event: com.example.pong, contact: event.data.contact }]\nexpired: { ${emit} }\nsteps:\n${QUESTION}`,
        `conversation: b\nstart: [{ event: com.example.ping, contact: event.data.contact }]\nsteps:\n  - emit: { type: com.example.pong, ${DATA} }\n`,
      ];
      const files = texts.map((text, index) => ({ file: `${index}.yaml`, text, machine: machineOf(text) }));
      expect(checkProject(files).map(({ message }) => message)).to.deep.equal([
        '"com.example.ping", emitted when it expires, starts b, and what follows comes back here (by way of b), which may go on without end',
        '"com.example.pong" starts a, and what follows comes back here (by way of a), which may go on without end',
      ]);
    });
  });

  it('are left alone where a person is asked, time passes, or the way leads elsewhere', () => {
    expect(namesIn([relay('ping', 'ping', 'pong', QUESTION), pong])).to.deep.equal([]);
    expect(namesIn([relay('ping', 'ping', 'pong', '  - delay: { for: 1h }\n'), pong])).to.deep.equal([]);
    expect(namesIn([relay('ping', 'ping', 'other'), pong])).to.deep.equal([]);
  });
});

describe('a conversation that wakes itself', () => {
  const interrupted = (way: string) =>
    machineOf(
      'conversation: x\nstart: [{ match: hi }]\nanytime:\n' +
        `  - { event: com.example.again, key: event.data.contact, equals: contact.address, emit: { type: com.example.again, ${DATA} }, ${way} }\n` +
        `steps:\n${QUESTION}`,
    );

  it('is found where an interrupt emits what it waits for', () => {
    const machine = interrupted('then: resume');
    const [finding, ...more] = prove(machine).findings;
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ code: 'starts-itself', severity: 'error', line: 4 });
    expect(finding?.dialogue && replay([machine], machine, finding.dialogue)).to.equal(true);
  });

  it('is left alone where the interrupt ends the conversation', () => {
    expect(prove(interrupted('end: done')).findings).to.deep.equal([]);
  });

  it('is found where what handles its failure starts it again', () => {
    const machine = machineOf(
      'conversation: x\nstart: [{ event: com.example.again, contact: event.data.contact }]\n' +
        'vars: { n: { type: integer, default: 0 } }\n' +
        `failed: { emit: { type: com.example.again, ${DATA} }, end: failed }\n` +
        "steps:\n  - set: { n: '${1 / vars.n}' }\n",
    );
    const [finding, ...more] = prove(machine).findings;
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ code: 'starts-itself', severity: 'error', line: 4 });
    expect(finding?.message).to.contain('emitted when it fails, starts this conversation again at once');
    expect(finding?.dialogue && replay([machine], machine, finding.dialogue)).to.equal(true);
  });

  it('is found where only playing it shows it: it waits for what it emitted before', () => {
    const machine = machineOf(
      'conversation: x\nstart: [{ event: com.example.go, contact: event.data.contact }]\nsteps:\n' +
        `  - emit: { type: com.example.hint, ${DATA} }\n    listen:\n      any:\n` +
        `        - { event: com.example.hint, key: event.data.contact, equals: contact.address, emit: { type: com.example.go, ${DATA} }, end: done }\n` +
        '    within: 1h\n    silence: [{ end: silent }]\n',
    );
    const [finding, ...more] = prove(machine).findings;
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ code: 'starts-itself', line: 4 });
    expect(finding?.dialogue && replay([machine], machine, finding.dialogue)).to.equal(true);
  });

  it('is told from one that only starts by an event of its own', () => {
    const text = readFileSync(join(import.meta.dirname, '../broken/starts-itself.yaml'), 'utf8');
    expect(prove(machineOf(text)).findings.map(({ message }) => message)).to.deep.equal([
      '"com.example.ping" starts this conversation again at once, which may go on without end',
    ]);
  });
});
