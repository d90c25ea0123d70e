import { expect } from 'chai';
import type { Event } from '../../../channels/event.ts';
import { createAdminServer } from '../../../runtime/http/admin.ts';
import { deadLettersCommand } from '../../../runtime/cli/commands/dead-letters.ts';
import { DeadLetterBox } from '../../../runtime/dead-letters/box.ts';
import { deadLetterRoutes } from '../../../runtime/dead-letters/routes.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import type { NewEvent } from '../../../runtime/events/publisher.ts';
import { tenantAdmin } from '../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../runtime/log.ts';
import { runCommand } from '../cli/run-command.ts';
import { DEAD_LETTERS, MESSAGING, rememberingLogic, Rig, TENANT } from '../engine/rig.ts';
import { stored, until } from '../events/scene.ts';
import { openEdge, type Edge } from '../http/edge.ts';

/** What the loop's bug was is mended. */
const mended: LoopLogic = {
  ...rememberingLogic,
  onEvent: (event, state, now) => rememberingLogic.onEvent({ ...event, data: { text: 'no bug' } }, state, now),
};

describe('the dead letters of a tenant', () => {
  let rig: Rig;
  let box: DeadLetterBox;
  let stated: NewEvent[];

  beforeEach(async () => {
    rig = await Rig.open();
    stated = [];
    const publish = (_channel: string, event: NewEvent): Promise<Event> => {
      stated.push(event);
      return Promise.resolve(event as Event);
    };
    box = new DeadLetterBox({ broker: rig.broker, tenant: TENANT, publisher: { publish } });
  });
  afterEach(() => rig.close());

  const backlog = async (): Promise<number | undefined> => (await rig.broker.admin.stats(DEAD_LETTERS)).backlog['keep'];

  /** Ids of two inputs that were put aside, the first undecodable for ever. */
  async function putAside(): Promise<string> {
    const loop = await rig.startLoop();
    await rig.sayGarbage();
    const bad = await rig.say('a', 'throw');
    await until('two are put aside', async () => (await stored(rig.broker, DEAD_LETTERS)).length === 2);
    await loop.close();
    return bad;
  }

  it('are listed and shown, whole', async () => {
    const bad = await putAside();
    const [garbage, letter] = await box.list();
    expect([garbage?.code, letter?.code]).to.eql(['event-undecodable', 'input-failed']);
    expect(letter).to.deep.include({
      topic: MESSAGING,
      subscription: '/engine/acme/0',
      type: 'message.received',
      event: bad,
    });
    const detail = await box.show(letter?.position ?? '');
    expect(JSON.parse(detail.payload)).to.deep.include({ id: bad, data: { text: 'throw' } });
    expect(detail.key).to.equal('a');
  });

  it('are redriven to who could not process them, though their sequence was seen, once', async () => {
    const bad = await putAside();
    const letter = (await box.list())[1];
    await box.settle('redriven', [letter?.position ?? '']);
    expect((await box.list()).map(({ code }) => code)).to.eql(['event-undecodable']);
    expect(stated[0]).to.deep.include({
      type: 'event.redriven',
      data: {
        ...{ topic: MESSAGING, messageId: letter?.messageId, subscription: '/engine/acme/0' },
        ...{ deadLetter: letter?.position, event: bad },
      },
    });
    const loop = await rig.startLoop({ logic: mended });
    const later = await rig.say('a');
    expect(await rig.told(2)).to.eql([bad, later]);
    await loop.close();
    const again = await rig.startLoop({ logic: mended, stateFolder: 'another-node' });
    const last = await rig.say('a');
    expect(await rig.told(3)).to.eql([bad, later, last]);
    await again.close();
  });

  it('are put aside once more where they still can not be processed', async () => {
    await putAside();
    const loop = await rig.startLoop();
    expect(await box.settle('redriven', 'all')).to.have.length(2);
    await until('both are back', async () => (await box.list()).length === 2);
    await loop.close();
  });

  it('are nobody else’s when they are redriven', async () => {
    await putAside();
    await box.settle('redriven', 'all');
    const other = await rig.startLoop({ logic: mended, source: '/engine/other/0' });
    const later = await rig.say('a');
    expect(await rig.told(1)).to.eql([later]);
    await other.close();
  });

  it('are kept by the broker until all before them are settled', async () => {
    await putAside();
    const [first = '', second = ''] = (await box.list()).map(({ position }) => position);
    await box.settle('dropped', [second]);
    expect(await backlog()).to.equal(3);
    await box.settle('dropped', [first]);
    expect(await box.list()).to.eql([]);
    expect(await backlog()).to.equal(0);
    expect(stated.map(({ type }) => type)).to.eql(['event.dropped', 'event.dropped']);
  });

  describe('over HTTP and from the command line', () => {
    let edge: Edge;
    beforeEach(async () => {
      await putAside();
      const mount = { tenant: TENANT, prefix: '', routes: deadLetterRoutes(box), upgrades: [] };
      edge = await openEdge({ connectors: () => [mount] });
    });
    afterEach(() => edge.close());
    const path = '/v1/tenants/acme/dead-letters';

    it('are listed, shown and settled', async () => {
      const [letter] = await box.list();
      expect((await edge.send(path)).json()).to.eql({ deadLetters: await box.list() });
      const shown = await edge.send(`${path}/${encodeURIComponent(letter?.position ?? '')}`);
      expect(shown.json()).to.deep.include({ payload: '{', ...letter });
      const dropped = await edge.send(`${path}/drop?position=${letter?.position ?? ''}`, { method: 'POST' });
      expect(dropped.json()).to.eql({ dropped: [letter] });
      const again = await edge.send(`${path}/redrive?position=${letter?.position ?? ''}`, { method: 'POST' });
      expect([again.status, again.problem().code]).to.eql([404, 'dead-letter-unknown']);
      const vague = await edge.send(`${path}/redrive`, { method: 'POST' });
      expect(vague.problem().code).to.equal('request-malformed');
    });

    it('need the scope, once there is a key', async () => {
      const key = await edge.createKey(TENANT, ['events:write']);
      const answer = await edge.send(path, { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).to.equal(403);
    });

    it('are listed and redriven by `parlance dead-letters`', async () => {
      const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
      const mount = { tenant: TENANT, prefix: '', routes: deadLetterRoutes(box), upgrades: [] };
      const tenants = tenantAdmin(rig.broker, { growthFolder: rig.folder.path });
      const admin = createAdminServer(tenants, log, undefined, () => [mount]);
      await admin.listen(rig.folder.path);
      const run = (...words: string[]): Promise<string> =>
        runCommand([deadLettersCommand], ['dead-letters', ...words, '--tenant', 'acme', '--data', rig.folder.path]);
      try {
        expect(await run('list')).to.match(
          /^POSITION .*\n\S+ .*\/engine\/acme\/0 +message.received +event-undecodable/,
        );
        const [letter] = await box.list();
        expect(await run('show', letter?.position ?? '')).to.match(/\n\n{\n$/);
        expect(await run('redrive', '--all')).to.equal('2 redriven.\n');
        expect(await box.list()).to.eql([]);
      } finally {
        await admin.close(0);
      }
    });
  });
});
