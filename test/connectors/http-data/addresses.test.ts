import { expect } from 'chai';
import { AddressGuard } from '../../../connectors/http-data/addresses.ts';
import { Api, redirect } from './api.ts';
import { DataScene } from './data-scene.ts';

const FORBIDDEN = [
  ...['127.0.0.1', '127.255.0.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '169.254.0.1', '100.64.0.1', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  ...['224.0.0.1', '255.255.255.255', '240.0.0.1', '198.18.0.1', '192.0.2.1'],
  ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '::127.0.0.1'],
  ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '2002:7f00:1::', 'nonsense', ''],
];
const PUBLIC = ['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'];

describe('The address guard', () => {
  const guard = new AddressGuard([]);

  for (const address of FORBIDDEN) {
    it(`forbids "${address}"`, () => {
      expect(guard.permits(address)).to.equal(false);
    });
  }

  for (const address of PUBLIC) {
    it(`permits ${address}`, () => {
      expect(guard.permits(address)).to.equal(true);
    });
  }

  it('permits the networks that configuration allows, and nothing beside them', () => {
    const allowing = new AddressGuard(['10.1.0.0/16', 'fd00::/64']);
    const permitted = ['10.1.2.3', '::ffff:10.1.2.3', '10.2.0.1', 'fd00::5', 'fd00:0:0:1::5', '127.0.0.1', '1.1.1.1'];
    expect(permitted.filter((address) => allowing.permits(address))).to.deep.equal([
      ...['10.1.2.3', '::ffff:10.1.2.3', 'fd00::5', '1.1.1.1'],
    ]);
  });
});

describe('The data connector, where an address leads', () => {
  let scene: DataScene;
  let api: Api;

  beforeEach(async () => {
    scene = new DataScene();
    api = new Api();
    await Promise.all([scene.open(), api.open()]);
  });

  afterEach(async () => {
    await scene.remove();
    await api.close();
  });

  it('connects to no address that is not public, however it is written', async () => {
    await scene.run({ allowedNetworks: [] });
    const hosts = [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
    ];
    for (const host of hosts) {
      const told = await scene.askAndWait({ method: 'GET', url: `http://${host}:${api.port}/` });
      expect(told, host).to.include({ code: 'data-address-forbidden', permanent: true, attempts: 1 });
    }
    expect(api.heard).to.deep.equal([]);
  });

  it('is not fooled by a name that resolves to something else the second time', async () => {
    let lookups = 0;
    await scene.run({
      allowedNetworks: [],
      resolve: () => {
        lookups++;
        return Promise.resolve([{ address: lookups === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
      },
    });
    for (const attempt of [1, 2]) {
      const told = await scene.askAndWait({ method: 'GET', url: `http://rebind.example:${api.port}/` });
      expect(told, `attempt ${attempt}`).to.include({ code: 'data-address-forbidden' });
    }
    expect(lookups, 'looked up once per connection, and that very address is checked').to.equal(2);
    expect(api.heard).to.deep.equal([]);
  });

  it('uses the permitted addresses of a name, and only those', async () => {
    await scene.run({
      allowedNetworks: ['127.0.0.1/32'],
      resolve: () =>
        Promise.resolve([
          { address: '127.0.0.2', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    const told = await scene.askAndWait({ method: 'GET', url: `http://mixed.example:${api.port}/` });
    expect(told).to.deep.include({ value: { ok: true } });
    expect(api.heard[0]?.headers.host).to.equal(`mixed.example:${api.port}`);
  });

  it('checks each connection anew: a name that was good becomes forbidden', async () => {
    let address = '127.0.0.1';
    await scene.run({ allowedNetworks: ['127.0.0.1/32'], resolve: () => Promise.resolve([{ address, family: 4 }]) });
    api.behave = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('1');
    };
    const question = { method: 'GET', url: `http://rebind.example:${api.port}/` };
    expect(await scene.askAndWait(question)).to.include({ value: 1 });
    address = '127.0.0.3';
    expect(await scene.askAndWait(question)).to.include({ code: 'data-address-forbidden' });
    expect(api.heard).to.have.length(1);
  });

  it('follows redirects within the origin, and takes secrets nowhere else', async () => {
    const elsewhere = new Api();
    await elsewhere.open();
    try {
      await scene.run({ secrets: () => Promise.resolve('s3cret') });
      const headers = { authorization: [{ secret: 'key' }] };
      const get = (path: string): object => ({ method: 'GET', url: api.url + path, headers });
      api.behave = ({ url }, response) => {
        if (url === '/old') redirect(response, '/new', 301);
        else if (url === '/away') redirect(response, `${elsewhere.url}/steal`, 307);
        else if (url === '/https') redirect(response, `https://127.0.0.1:${api.port}/`, 302);
        else if (url === '/user') redirect(response, `http://a:b@127.0.0.1:${api.port}/`, 302);
        else if (url === '/nowhere') redirect(response, 'http://', 302);
        else response.writeHead(200, { 'content-type': 'application/json' }).end('"here"');
      };
      expect(await scene.askAndWait(get('/old'))).to.include({ value: 'here', attempts: 1 });
      expect(api.heard.at(-1)?.headers).to.include({ authorization: 's3cret' });
      for (const path of ['/away', '/https', '/user', '/nowhere']) {
        expect(await scene.askAndWait(get(path)), path).to.include({ code: 'data-refused', permanent: true });
      }
      expect(elsewhere.heard).to.deep.equal([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('follows a redirect of what changes something only where method and body stay', async () => {
    await scene.run();
    api.behave = ({ url }, response) => {
      if (url === '/303') redirect(response, '/new', 303);
      else if (url === '/308') redirect(response, '/new', 308);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('1');
    };
    const post = (path: string): object => ({ method: 'POST', url: api.url + path, body: { a: 1 } });
    expect(await scene.askAndWait(post('/303'))).to.include({ code: 'data-refused', status: 303 });
    expect(await scene.askAndWait(post('/308'))).to.include({ value: 1 });
    expect(api.heard.at(-1)).to.include({ method: 'POST', url: '/new', body: '{"a":1}' });
  });
});
