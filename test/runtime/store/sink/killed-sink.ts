/** A process that stores and kills itself at a moment of a batch: node --import tsx killed-sink.ts FOLDER POINT NTH */
import { join } from 'node:path';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { openStore } from '../../../../runtime/store/client.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { acme, recordedLog } from '../tenant-under-test.ts';

const [, , folder = '', point = '', nth = ''] = process.argv;
const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
const store = await openStore({ location: join(folder, 'store') });
let seen = 0;
new Sink({
  ...{ broker, store, tenant: acme, log: recordedLog() },
  limits: { rows: 40, lingerMs: 5 },
  at: (reached) => {
    if (reached === point && ++seen === Number(nth)) process.kill(process.pid, 'SIGKILL');
  },
});
