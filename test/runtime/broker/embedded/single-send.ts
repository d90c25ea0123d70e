/**
 * A process to be traced: publishes one message between two marks on standard output. Arguments: folder, word of the marks.
 * The word is an argument because the compiler, a child process, writes this very text to a standard output of its own.
 */
import { writeSync } from 'node:fs';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';

const [, , folder = '', mark = ''] = process.argv;
const broker = await createEmbeddedBroker({ folder });
await broker.admin.createTenant('acme');
await broker.admin.createNamespace('acme', 'messaging', { timeMinutes: -1, sizeMb: -1 });
await broker.admin.createPartitionedTopic('persistent://acme/messaging/events', 1);
const producer = await broker.createProducer({ topic: 'persistent://acme/messaging/events-partition-0' });
writeSync(1, `${mark} send\n`);
await producer.send({ payload: Buffer.from('needle-in-the-log') });
writeSync(1, `${mark} resolved\n`);
await broker.close();
