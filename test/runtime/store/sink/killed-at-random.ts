/**
 * A process that stores until everything is stored, or until it kills itself:
 * node --import tsx killed-at-random.ts STORE ROWS POINT NTH DELAY_MS BROKER [ADMIN]
 */
import { openBroker } from '../../../../runtime/broker/open.ts';
import { openStore } from '../../../../runtime/store/client.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { acme, recordedLog } from '../tenant-under-test.ts';

const [, , location = '', rows = '', point = '', nth = '', delayMs = '', url = '', adminUrl] = process.argv;
const broker = await openBroker(url, { adminUrl });
const store = await openStore({ location });
let seen = 0;
const sink = new Sink({
  ...{ broker, store, tenant: acme, log: recordedLog() },
  limits: { rows: Number(rows), lingerMs: 5 },
  at: (reached) => {
    // In the middle of whatever comes then.
    if (reached === point && ++seen === Number(nth))
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(delayMs));
  },
});
await sink.settled();
await sink.stop();
process.exit(0);
