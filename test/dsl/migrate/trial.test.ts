import { expect } from 'chai';
import type { EventId } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { tryMigration } from '../../../dsl/migrate/trial.ts';
import { step } from '../../../dsl/step/step.ts';
import { versionsOf, type Entries, type Versions } from './versions.ts';

const asking = (vars: string, says: string): string => `
conversation: visit
start:
  - match: visit
vars:
${vars}
steps:
  - step: which
    ask: Which day?
    within: 4h
    replies:
      - { match: monday, goto: next }
      - { otherwise: { end: other } }
    silence: [{ end: silent }]
  - say: "${says}"
    end: done`;

function tried(versions: Versions, states: Entries = []): EventData['conversation.migration-tried'] {
  const { scene, before, after } = versions;
  const event: Event = {
    ...{ specversion: '1.0', id: 't1' as EventId, source: '/test', time: '2026-03-02T09:00:00Z' },
    ...{ type: 'conversation.migration-requested', data: { ...versions.request(states), trial: true } },
  };
  const context = { contact: scene.contact, now: scene.now };
  const { state, emissions } = tryMigration(step, machinesOf([before, after]), scene.state, event, context);
  expect(state, 'nothing changes').to.equal(scene.state);
  expect(emissions.map(({ type }) => type)).to.eql(['conversation.migration-tried']);
  return emissions[0]?.data as EventData['conversation.migration-tried'];
}

describe('a migration that is tried', () => {
  it('tells where the conversation would stand, and that nothing goes wrong', () => {
    const versions = versionsOf(
      asking('  n: { type: integer, default: 1 }', '${vars.n}'),
      asking('  n: { type: integer, default: 1 }', 'So ${vars.n}'),
    );
    versions.scene.reply('visit');
    expect(tried(versions)).to.deep.include({ left: 'which', entered: 'which', problems: [] });
    expect(tried(versions, [{ left: 'which', entered: 'which' }]).problems).to.eql([]);
  });

  it('tells why it would be refused', () => {
    const versions = versionsOf(
      asking('  n: { type: text, default: x }', '${vars.n}'),
      asking('  n: { type: integer, default: 1 }', '${vars.n}'),
    );
    versions.scene.reply('visit');
    expect(tried(versions).problems.map(({ code }) => code)).to.eql(['value-misfits']);
  });

  it('tells after which answer it would fail, for want of a value that the new version would have by then', () => {
    const sets = asking('  n: integer', '${vars.n}').replace('steps:\n', 'steps:\n  - set: { n: 5 }\n');
    const versions = versionsOf(asking('  m: { type: integer, default: 1 }', '${vars.m}'), sets);
    versions.scene.reply('visit');
    const { problems } = tried(versions);
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.include({ code: 'expression-failed' });
    expect(problems[0]?.reason).to.match(/^after "monday": .*n/);
  });
});
