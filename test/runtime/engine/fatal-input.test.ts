import { expect } from 'chai';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { step } from '../../../dsl/step/step.ts';
import { contactLogic } from '../../../runtime/engine/contact-logic.ts';
import type { RecordedOutput } from '../../../runtime/engine/journal-record.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { stored, until } from '../events/scene.ts';
import { intercepted } from './intercepted.ts';
import { DEAD_LETTERS, rememberingLogic, Rig } from './rig.ts';

const survey = machineOf(`
conversation: survey
start: [{ match: survey }]
steps:
  - ask: Good or bad?
    within: 1h
    replies:
      - { match: good, end: good }
      - otherwise: { say: { text: Good or bad? }, again: 5, exhausted: { end: unclear } }
    silence: [{ end: silent }]
`);

interface Mortal {
  readonly died: Promise<void>;
  die(): void;
  close(): Promise<void>;
}

describe('an input that ends the process', () => {
  let rig: Rig;
  let owners: number;
  /** Texts of the inputs that were tried, in order. */
  let tried: string[];
  let diesOfDeadlines: boolean;

  beforeEach(async () => {
    rig = await Rig.open();
    owners = 0;
    tried = [];
    diesOfDeadlines = false;
  });
  afterEach(() => rig.close());

  /** An owner that dies where it meets `kill`: from then on nothing that it sends arrives, and it decides nothing. */
  async function owner(logic: LoopLogic): Promise<Mortal> {
    let isDead = false;
    let end: () => void = () => undefined;
    const died = new Promise<void>((resolve) => {
      end = () => {
        isDead = true;
        resolve();
      };
    });
    const mortal: LoopLogic = {
      ...logic,
      onEvent: (event, state, now) => {
        if (isDead) return { state, emissions: [] };
        const { text = '' } = event.data as { text?: string };
        tried.push(text);
        if (text !== 'kill') return logic.onEvent(event, state, now);
        end();
        return { state, emissions: [] };
      },
      onDeadline: (deadlineKey, deadline, state, now) => {
        if (isDead) return { state, emissions: [] };
        if (!diesOfDeadlines) return logic.onDeadline(deadlineKey, deadline, state, now);
        tried.push('deadline');
        end();
        return { state, emissions: [] };
      },
    };
    owners += 1;
    const broker = intercepted(rig.broker, undefined, (message, send) =>
      isDead ? new Promise(() => undefined) : send(message),
    );
    const loop = await rig.startLoop({ logic: mortal, broker, stateFolder: `node-${owners}` });
    return { died, die: end, close: () => loop.close() };
  }

  /** So many owners in a row that die of the input. */
  async function die(count: number, logic: LoopLogic = rememberingLogic): Promise<void> {
    for (let index = 0; index < count; index++) await (await owner(logic)).died;
  }

  it('is tried alone once two owners have died soon, three times, and then put aside: all others get through', async () => {
    const first = [await rig.say('a'), await rig.say('b')];
    await rig.say('c', 'kill');
    const behind = await rig.say('a');
    await die(5);
    expect(tried.filter((text) => text === 'kill')).to.have.length(5);
    const last = await owner(rememberingLogic);
    expect(await rig.told(3)).to.eql([...first, behind]);
    const [letter] = await rig.operations('event.dead-lettered', 1);
    expect(letter?.data).to.include({ code: 'input-fatal' });
    expect(await stored(rig.broker, DEAD_LETTERS)).to.have.length(1);
    await last.close();
  });

  describe('for a conversation', () => {
    const logic = contactLogic({ step, machines: { current: machinesOf([survey]), ready: () => undefined } });
    const key = contactKeyOf(parseAddress('webchat:ana'));
    const write = (text: string): Promise<string> =>
      rig.state('message.received', key, { connector: 'webchat', from: 'webchat:ana', text });
    const outputs = async (type: string): Promise<readonly RecordedOutput[]> =>
      (await rig.journal()).flatMap((record) =>
        record.kind === 'step' ? record.outputs.filter((output) => output.type === type) : [],
      );
    const parked = async (): Promise<unknown> => {
      await until('it is parked', async () => (await outputs('conversation.parked')).length > 0);
      return (await outputs('conversation.parked'))[0]?.data;
    };

    it('parks it', async () => {
      await write('survey');
      const id = await write('kill');
      await die(5, logic);
      const last = await owner(logic);
      expect(await parked()).to.include({ code: 'input-fatal', input: id });
      expect(await stored(rig.broker, DEAD_LETTERS)).to.eql([]);
      expect(tried.filter((text) => text === 'kill')).to.have.length(5);
      await last.close();
    });

    it('parks it as well where it is a deadline', async () => {
      const first = await owner(logic);
      await write('survey');
      await until('it asks', async () => (await outputs('conversation.started')).length > 0);
      const [started] = await outputs('conversation.started');
      const message = `${started?.conversation ?? ''}/m1`;
      await rig.state('message.sent', key, { message, connector: 'webchat', to: 'webchat:ana' });
      await until('its clock runs', async () => (await outputs('timer.scheduled')).length > 1);
      await first.close();
      rig.clock.advance(3_600_000);
      diesOfDeadlines = true;
      await die(5, logic);
      const last = await owner(logic);
      expect(await parked()).to.deep.include({ code: 'input-fatal' });
      expect(tried.filter((text) => text === 'deadline')).to.have.length(5);
      await last.close();
    });
  });

  it('is none that was survived, however often the process is ended from outside', async () => {
    for (let count = 1; count <= 8; count++) {
      const id = await rig.say('a');
      const present = await owner(rememberingLogic);
      expect((await rig.told(count)).at(-1)).to.equal(id);
      present.die();
    }
    const trials = (await rig.journal()).filter((record) => record.kind === 'step' && record.input.type === 'trial');
    expect(trials).to.have.length(6);
    expect(await stored(rig.broker, DEAD_LETTERS)).to.eql([]);
  });
});
