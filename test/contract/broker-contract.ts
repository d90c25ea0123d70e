import { expect } from 'chai';
import type { Broker } from '../../runtime/broker/port.ts';
import type { Declares, OpenDriver, Stage, Suite } from './driver.ts';
import { DEADLINE_MS } from './scene.ts';
import { ACKNOWLEDGEMENT } from './suites/acknowledgement.ts';
import { ADMINISTRATION } from './suites/administration.ts';
import { COMPACTION } from './suites/compaction.ts';
import { DEDUPLICATION } from './suites/deduplication.ts';
import { DURABILITY } from './suites/durability.ts';
import { FOLLOWERS } from './suites/followers.ts';
import { ORDER } from './suites/order.ts';
import { PRODUCERS } from './suites/producers.ts';
import { READERS } from './suites/readers.ts';
import { RETENTION } from './suites/retention.ts';
import { SEEKING } from './suites/seeking.ts';
import { SUBSCRIPTIONS } from './suites/subscriptions.ts';

const SUITES: Readonly<Record<string, Suite>> = {
  ...ORDER,
  ...SUBSCRIPTIONS,
  ...ACKNOWLEDGEMENT,
  ...SEEKING,
  ...READERS,
  ...PRODUCERS,
  ...FOLLOWERS,
  ...DEDUPLICATION,
  ...DURABILITY,
  ...RETENTION,
  ...COMPACTION,
  ...ADMINISTRATION,
};

/**
 * Runs every guarantee of the broker port that the driver declares. One suite per guarantee; afterwards one line says
 * which ran, for CI to compare with expected.ts (a suite that silently stops running must not look like success).
 */
export function brokerContract(name: string, declares: Declares, openDriver: OpenDriver): void {
  describe(`broker contract: ${name}`, function () {
    this.timeout(4 * DEADLINE_MS);
    let broker: Broker | undefined;
    const ran: string[] = [];

    before(async () => {
      broker = await openDriver();
    });
    after(async () => {
      await broker?.close();
      console.log(`contract suites run: ${name}: ${ran.join(', ')}`);
    });

    const stage = (): Stage => {
      if (!broker) throw new Error(`the driver ${name} did not open`);
      return {
        broker,
        declares,
        async restart() {
          await broker?.close();
          broker = await openDriver();
          return broker;
        },
      };
    };

    it('declares the capabilities that it has', () => {
      const { fencing, dedup, compaction } = declares;
      expect(stage().broker.capabilities).to.deep.equal({ fencing, dedup, compaction });
    });

    for (const [suite, { needs, define }] of Object.entries(SUITES)) {
      if (needs && !needs(declares)) continue;
      describe(suite, () => {
        define(stage);
        after(function () {
          const tests = this.test?.parent?.tests ?? [];
          if (tests.length > 0 && tests.every((test) => test.state === 'passed')) ran.push(suite);
        });
      });
    }
  });
}
