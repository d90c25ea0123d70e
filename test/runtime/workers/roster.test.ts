import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeBeat, encodeBeat, type Beat } from '../../../runtime/workers/beat.ts';
import { Roster, SILENT_ROUNDS_MAX } from '../../../runtime/workers/roster.ts';

const ACME = 'acme' as TenantName;

describe('the roster of workers', () => {
  let roster: Roster;
  let round: number;
  beforeEach(() => {
    roster = new Roster('me');
    round = 0;
  });

  const beat = (incarnation: string, more: Partial<Beat> = {}): Beat => ({
    ...{ name: incarnation, incarnation, round: 0, leaving: false, tenants: { [ACME]: [] } },
    ...more,
  });
  const hearMyself = (rounds: number): void => {
    for (let count = 0; count < rounds; count++) roster.hear(beat('me', { round: ++round }));
  };
  const names = (): string[] => roster.others.map(({ name }) => name);

  it('has whoever was heard, but for the listener', () => {
    hearMyself(1);
    roster.hear(beat('one'));
    roster.hear(beat('two'));
    expect(names()).to.eql(['one', 'two']);
  });

  it('takes a worker for dead that was not heard for so many own beats', () => {
    roster.hear(beat('one'));
    hearMyself(SILENT_ROUNDS_MAX - 1);
    expect(names()).to.eql(['one']);
    hearMyself(1);
    expect(names()).to.eql([]);
  });

  it('takes nobody for dead while it does not hear itself, and counts no beat twice that only told a change', () => {
    roster.hear(beat('one'));
    roster.hear(beat('two'));
    roster.hear(beat('me', { round: 7 }));
    for (let repeated = 0; repeated < 10; repeated++) roster.hear(beat('me', { round: 7 }));
    expect(names()).to.eql(['one', 'two']);
    expect(roster.rounds).to.equal(1);
  });

  it('lets go at once of who says good-bye, but not of who still holds something', () => {
    roster.hear(beat('one', { tenants: { [ACME]: [2] } }));
    roster.hear(beat('one', { leaving: true, tenants: { [ACME]: [2] } }));
    expect(names()).to.eql(['one']);
    expect(roster.sharing(ACME)).to.eql([]);
    expect(roster.isHeld(ACME, 2)).to.equal(true);
    roster.hear(beat('one', { leaving: true, tenants: {} }));
    expect(names()).to.eql([]);
    expect(roster.isHeld(ACME, 2)).to.equal(false);
  });

  it('counts whoever only listens so far, or works for others, among nobody that shares', () => {
    roster.hear(beat('one', { tenants: { [ACME]: 'listening' } }));
    roster.hear(beat('two', { tenants: { ['demo' as TenantName]: [1] } }));
    expect(roster.sharing(ACME)).to.eql([]);
    expect(roster.isHeld(ACME, 1)).to.equal(false);
  });

  it('changes its version with what others say, not with each beat', () => {
    roster.hear(beat('one'));
    const { version } = roster;
    roster.hear(beat('one', { round: 1 }));
    expect(roster.version).to.equal(version);
    roster.hear(beat('one', { round: 1, tenants: { [ACME]: [0] } }));
    expect(roster.version).to.not.equal(version);
  });

  it('reads back what was said, and passes over what is no beat', () => {
    const said = beat('one', { tenants: { [ACME]: [0, 3], ['demo' as TenantName]: 'listening' } });
    expect(decodeBeat(encodeBeat(said))).to.eql(said);
    for (const text of ['', '[]', 'null', '{"name":"one"}', JSON.stringify({ ...said, tenants: { acme: 'x' } })]) {
      expect(decodeBeat(Buffer.from(text)), text).to.equal(undefined);
    }
  });
});
