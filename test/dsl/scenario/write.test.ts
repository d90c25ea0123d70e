import { expect } from 'chai';
import fc from 'fast-check';
import type { Address, Millis } from '../../../channels/brands.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import type { Action, Given, Person } from '../../../dsl/scenario/scenario.ts';
import { withCases, writeScenarios } from '../../../dsl/scenario/write.ts';
import { formatDuration } from '../../../dsl/text/format-duration.ts';
import type { Json, JsonObject } from '../../../dsl/json.ts';

const ANA: Person = { name: '', addresses: ['webchat:ana' as Address], locale: 'en' };
const BEN: Person = { name: 'ben', addresses: ['tel:+12125550123' as Address], attributes: { vip: 'yes', since: '7' } };

const given = (answers: Given['answers'] = {}): Given => ({
  now: Date.parse('2026-03-02T09:00:00Z') as Millis,
  people: [ANA, BEN],
  answers,
  receipts: 'by-hand',
});

/** Texts that YAML could take for something else are frequent here. */
const text = fc.oneof(
  fc.constantFrom('yes', 'No', 'on', 'OFF', 'y', 'n', 'null', '~', 'true', '007', '1e3', '+12125550123', '12:30', ''),
  fc.constantFrom(
    'Ticket #4',
    '!data.ok',
    '- a',
    'a: b',
    "it's",
    '"so"',
    '{ a }',
    '[b',
    '&x',
    '*x',
    '%',
    '/x',
    '| y',
    ' z ',
  ),
  fc.constantFrom('two\nlines', 'a\n\n b\n', 'tab\there', '2026-03-02', '${a}', '`', '@', '?', '---', '...', '=', '<<'),
  fc.string(),
);
const json = fc
  .jsonValue({ maxDepth: 2, stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as Json);
const value: fc.Arbitrary<Json> = fc.oneof(text, json, fc.record({ ok: text, list: fc.array(text) }));
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('phone', 'ok', 'on', '1', 'a b'), value);
const person = fc.constantFrom(ANA, BEN);
const line = fc.string({ minLength: 1 });

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('event' as const), type: fc.constant('com.a.b'), data: value }),
  fc.record({ do: fc.constant('event' as const), type: fc.constant('com.a.b'), data: fields, id: line }),
  fc.record({ do: fc.constant('reply' as const), person, text }),
  fc.record({ do: fc.constant('reply' as const), person, text, from: fc.constantFrom('sms', 'email') }),
  fc.record({ do: fc.constant('receive' as const), person, type: fc.constant('message.read'), data: fields }),
  fc
    .integer({ min: 1, max: 10_000_000 })
    .map((s): Action => ({ do: 'advance', ms: s * 1000, text: formatDuration(s * 1000) })),
  fc.record({ do: fc.constant('broadcast' as const), person, definition: line, inputs: fields }),
  fc.record({ do: fc.constant('schedule' as const), person, definition: line, list: line, inputs: fields }),
  fc.record({ agent: line, outcome: line }).map((data): Action => ({ do: 'agent', type: 'handoff.returned', data })),
  fc.record({ agent: line, text: line }).map((data): Action => ({ do: 'agent', type: 'handoff.replied', data })),
  fc.record({ agent: line }).map((data): Action => ({ do: 'agent', type: 'handoff.taken', data })),
  value.map((of): Action => ({ do: 'answer', answers: { shop: { value: of } } })),
  line.map((code): Action => ({ do: 'answer', answers: { shop: { code, permanent: true } } })),
);

const read = (written: string) => {
  const parsed = parseScenarios(written, { file: 'c.test.yaml' });
  if ('diagnostics' in parsed) throw new Error(`${JSON.stringify(parsed.diagnostics)}\n${written}`);
  return parsed.file.scenarios;
};

const played = (actions: readonly Action[]) => actions.map((one) => ({ action: one, events: [] }));

describe('a written scenario', () => {
  it('is read back as the same scenario, whatever was typed', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 5 }), line, value, (actions, title, answer) => {
        // As it comes from a scenario file: with places.
        const placed = actions.map((one) => ({ ...one, line: 1, column: 1 }));
        const session = { title, given: given({ shop: { value: answer, afterMs: 60_000 } }), played: played(placed) };
        const [scenario] = read(writeScenarios('c', [session]));
        expect(scenario?.title).to.equal(title);
        expect(scenario?.given).to.deep.equal(session.given);
        expect(scenario?.steps.map(({ line: _, column: __, ...step }) => step)).to.deep.equal(actions);
      }),
    );
  });

  const SESSION = { title: 'new', given: given(), played: played([{ do: 'reply', person: ANA, text: 'no' }]) };
  const titles = (file: string) => read(withCases(file, [SESSION]) ?? '').map(({ title }) => title);

  it('is appended to the cases, however they are indented and whatever stands behind them', () => {
    const old = '- case: old\n  steps: [{ reply: hi }]\n';
    expect(titles(`scenarios: c\ncases:\n${old}`)).to.deep.equal(['old', 'new']);
    const deep = old.replaceAll(/^/gm, '    ').trimEnd();
    expect(titles(`scenarios: c\ncases:\n${deep}\n# The end.\n`)).to.deep.equal(['old', 'new']);
    const middle = `scenarios: c\ncases:\n${deep}\nabout: What stands behind.\n`;
    expect(titles(middle)).to.deep.equal(['old', 'new']);
    expect(withCases(middle, [SESSION])).to.match(/\nabout: What stands behind\.\n$/);
    expect(titles('scenarios: c\ncases: []\n')).to.deep.equal(['new']);
  });

  it('is not appended where the cases stand in one line', () => {
    expect(withCases('scenarios: c\ncases: [{ case: a, steps: [] }]\n', [SESSION])).to.equal(undefined);
  });
});
