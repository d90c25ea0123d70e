import { expect } from 'chai';
import type { Address, ContactKey, ConversationId, Millis } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { step } from '../../../dsl/step/step.ts';
import { messageId } from '../../../runtime/broker/message-id.ts';
import { contactLogic } from '../../../runtime/engine/contact-logic.ts';
import type { StepRecord } from '../../../runtime/engine/journal-record.ts';
import { StateStore } from '../../../runtime/engine/state-store.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { until } from '../events/scene.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { Rig } from './rig.ts';

const NOBODY = 'probe:r1.1.scripted' as Address;
const CONTACT = contactKeyOf(NOBODY);
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-02T09:00:00Z') as Millis;

const reminder = machineOf(`
conversation: reminder
start: [{ match: remind }]
steps:
  - delay: { for: 2d }
  - say: Two days have passed.
  - delay: { for: 3d }
  - end: done
`);

describe('the time of somebody who does not exist, in the engine', () => {
  it('is indexed by when the platform comes to it, and again whenever it has passed', async () => {
    const folder = temporaryFolder();
    const store = new StateStore(folder.path, PLAIN_CODEC);
    const due = (NOW + 2 * DAY_MS) as Millis;
    const timer = { conversation: 'v-1' as ConversationId, id: 'delay-1', due };
    const stateWith = (aheadMs?: number): ContactState => ({
      ...{ key: CONTACT, addresses: [NOBODY], ...(aheadMs === undefined ? {} : { aheadMs }) },
      conversations: [{ id: timer.conversation, timers: [timer] } as unknown as ContactState['conversations'][0]],
    });
    const write = async (state: ContactState, sequence: number): Promise<void> => {
      store.commit(CONTACT, state, sequence);
      const applied = { epoch: 1, sequence, position: messageId(0, sequence) };
      await store.flush({ generation: 'g', applied, now: NOW, positions: {}, marks: {} });
    };
    try {
      await write(stateWith(), 1);
      expect(store.nextDue()).to.equal(due);
      await write(stateWith(DAY_MS), 2);
      expect(store.nextDue()).to.equal(due - DAY_MS);
      await write(stateWith(2 * DAY_MS), 3);
      expect(store.dueDeadlines(NOW, 10)).to.deep.equal([{ key: CONTACT, deadline: { ...timer, due: NOW } }]);
      expect(store.dueDeadlines((NOW - 1) as Millis, 10)).to.deep.equal([]);
    } finally {
      await store.close();
      folder.remove();
    }
  });

  describe('of a partition', () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await Rig.open();
    });
    afterEach(() => rig.close());

    const logic = contactLogic({ step, machines: { current: machinesOf([reminder]), ready: () => undefined } });

    const records = async (): Promise<readonly StepRecord[]> =>
      (await rig.journal()).filter((record) => record.kind === 'step').filter(({ contact }) => contact !== undefined);

    const recorded = (type: string, times: number): Promise<void> =>
      until(`${type} is on record`, async () => {
        const outputs = (await records()).flatMap((record) => record.outputs);
        return outputs.filter((output) => output.type === type).length >= times;
      });

    /** Asks until so much has passed: a deadline that stands before it fires in between. */
    const pass = async (contact: ContactKey, ms: number): Promise<void> => {
      for (let left = ms; left > 0;) {
        const before = (await records()).flatMap(passings).length;
        await rig.state('probe.time-requested', contact, { ms: left });
        await recorded('probe.time-passed', before + 1);
        left = (await records()).flatMap(passings).at(-1)?.leftMs ?? 0;
      }
    };

    it('passes by steps on record, so that whoever takes over goes on from there', async () => {
      const first = await rig.startLoop({ logic });
      const message = { connector: 'probe', from: NOBODY, text: 'remind' };
      await rig.state('message.received', CONTACT, message);
      await pass(CONTACT, DAY_MS);
      await first.close();
      const second = await rig.startLoop({ logic, stateFolder: 'another-node' });
      await pass(CONTACT, DAY_MS);
      await recorded('message.requested', 1);
      await second.close();
      const third = await rig.startLoop({ logic });
      await pass(CONTACT, 5 * DAY_MS);
      await recorded('conversation.completed', 1);
      await third.close();

      const steps = await records();
      expect(steps.filter(({ input }) => input.type === 'timer')).to.have.lengthOf(2);
      // Each is what its input makes of the state before, at the platform's time that is on record.
      let state: StepRecord['state'];
      for (const record of steps) {
        const { now, input, outputs } = record;
        if (input.type === 'timer') {
          const conversation = state && 'conversations' in state ? state.conversations[0] : undefined;
          const [timer] = conversation?.timers ?? [];
          if (!timer) throw new Error(`${input.id} does not stand`);
          const decision = logic.onDeadline(CONTACT, timer, state ?? undefined, now as Millis);
          expect(decision.state).to.deep.equal(record.state);
          expect(outputs.find(({ type }) => type === 'timer.fired')?.data).to.include({ timer: timer.id });
        }
        state = record.state ?? state;
      }
      expect(steps.at(-1)?.now).to.be.below(Date.now() + DAY_MS);
    });
  });
});

function passings({ outputs }: StepRecord): readonly { readonly leftMs: number }[] {
  return outputs.filter(({ type }) => type === 'probe.time-passed').map(({ data }) => data as { leftMs: number });
}
