/** A process to be traced: publishes one message between two marks on standard output. Argument: folder. */
import { writeSync } from 'node:fs';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';

const broker = await createEmbeddedBroker({ folder: process.argv[2] ?? '' });
await broker.admin.createTenant('acme');
await broker.admin.createNamespace('acme', 'messaging', { timeMinutes: -1, sizeMb: -1 });
await broker.admin.createPartitionedTopic('persistent://acme/messaging/events', 1);
const producer = await broker.createProducer({ topic: 'persistent://acme/messaging/events-partition-0' });
writeSync(1, 'MARK send\n');
await producer.send({ payload: Buffer.from('needle-in-the-log') });
writeSync(1, 'MARK resolved\n');
await broker.close();
