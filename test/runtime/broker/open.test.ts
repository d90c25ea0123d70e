import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openBroker } from '../../../runtime/broker/open.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';

describe('openBroker', () => {
  it('opens the embedded broker by path, or by a folder given beside the URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parlance-open-'));
    for (const open of [() => openBroker(`embedded:${folder}`), () => openBroker('embedded', { folder })]) {
      const broker = await open();
      expect(broker.driver).to.equal('embedded');
      await broker.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('chooses the WebSocket driver by the scheme', async () => {
    const broker = await openBroker('ws://127.0.0.1:9');
    expect(broker.driver).to.equal('websocket');
    await broker.close();
  });

  for (const [url, hint] of [
    ['embedded', 'embedded:PATH'],
    ['pulsar://127.0.0.1:6650', 'admin REST API'],
    ['kafka://broker.example', 'pulsar://HOST:PORT'],
    ['', 'embedded:PATH'],
  ] as const) {
    it(`refuses "${url}" and says what is missing`, async () => {
      const error = await openBroker(url).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(BrokerError);
      expect((error as BrokerError).message).to.include(hint);
    });
  }
});
