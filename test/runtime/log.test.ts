import { expect } from 'chai';
import { ParlanceError } from '../../channels/error.ts';
import { createLog, type Log } from '../../runtime/log.ts';

describe('the log', () => {
  let written: string;
  beforeEach(() => {
    written = '';
  });

  function open(format: 'auto' | 'json' | 'pretty', isTTY = false): Log {
    const output = {
      isTTY,
      write: (text: string) => {
        written += text;
      },
    };
    return createLog({ level: 'info', format, output });
  }

  it('writes one JSON object a line, with the fields of its parents', () => {
    open('json').child({ tenant: 'acme' }).info({ port: 8080 }, 'listening');
    const { time, ...line } = JSON.parse(written) as Record<string, unknown>;
    expect(line).to.deep.equal({ level: 'info', tenant: 'acme', port: 8080, msg: 'listening' });
    expect(time).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('leaves out what is below its level', () => {
    open('json').debug({}, 'detail');
    expect(written).to.equal('');
  });

  const secrets: readonly (readonly [title: string, fields: object, secret: string])[] = [
    ['a password', { store: { password: 'hunter2' } }, 'hunter2'],
    ['a token', { brokerToken: 'jwt' }, 'jwt'],
    ['an authorization header', { headers: { authorization: 'Bearer abc' } }, 'abc'],
    ['what a person wrote', { event: { text: 'I feel ill' } }, 'ill'],
    ["an event's data", { event: { data: { diagnosis: 'flu' } } }, 'flu'],
    ['a phone number under any name', { who: 'tel:+12125550123' }, '2125550123'],
    ['a bare phone number inside a text', { note: 'called +1 (212) 555-0123 twice' }, '555'],
    ['an e-mail address', { who: ['ana@example.org'] }, 'ana'],
    ['a chat session', { to: 'webchat:s3cr3t-session' }, 's3cr3t'],
    ['an address in an error', { err: new ParlanceError('address-invalid', '"mailto:ana@x.org" is none') }, 'ana'],
    ["an address in an error's cause", { err: new Error('x', { cause: new Error('ana@example.org') }) }, 'ana'],
    ['one of our keys', { note: `parlance_0123456789ab_${'0a'.repeat(32)}` }, '0a0a'],
  ];
  for (const [title, fields, secret] of secrets) {
    it(`redacts ${title}`, () => {
      open('json').error(fields, 'failed');
      expect(written).to.contain('[redacted]').and.not.to.contain(secret);
    });
  }

  it('redacts addresses in the message itself, and in what a child carries', () => {
    open('json').child({ for: 'tel:+12125550123' }).warn({}, 'no route to tel:+12125550199');
    expect(written).not.to.contain('+1212');
  });

  it('keeps what is needed to follow a conversation', () => {
    open('json').info({ contact: 'c-12ab', conversation: 'c-12ab.1', from: 'waiting', to: 'done' }, 'advanced');
    expect(JSON.parse(written)).to.include({ contact: 'c-12ab', from: 'waiting', to: 'done' });
  });

  it('survives cycles and odd values', () => {
    const cycle: Record<string, unknown> = { big: 1n, nothing: undefined, bytes: Buffer.from('abc') };
    cycle['self'] = cycle;
    open('json').info(cycle, 'odd');
    expect(JSON.parse(written)).to.include({ big: '1', bytes: '[3 bytes]' });
  });

  it('is readable on a terminal, with an error on lines of its own', () => {
    open('auto', true).error({ port: 80, err: new ParlanceError('port-taken', 'port 80 is taken') }, 'cannot listen');
    expect(written)
      .to.match(/cannot listen.*port=80/)
      .and.contain('\n    port-taken: port 80 is taken\n');
  });

  it('writes no colours where pretty is asked for but nobody can see them', () => {
    open('pretty').info({}, 'listening');
    expect(written).to.match(/^[\d:.]{12} info {2}listening\n$/);
  });
});
