/** A process that opens the folder given and keeps it, saying `held` on standard output. */
import { writeSync } from 'node:fs';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';

await createEmbeddedBroker({ folder: process.argv[2] ?? '' });
writeSync(1, 'held\n');
