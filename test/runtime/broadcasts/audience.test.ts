import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ValueType } from '../../../dsl/machine/value-types.ts';
import { readAudience, type Audience } from '../../../runtime/broadcasts/audience.ts';
import { BroadcastError } from '../../../runtime/broadcasts/errors.ts';

const INPUTS: Readonly<Record<string, ValueType>> = {
  place: { type: 'text' },
  count: { type: 'integer', default: 1 },
  at: { type: 'time', optional: true },
  member: { type: 'boolean', optional: true },
};

function read(csv: string, country?: string): Promise<Audience> {
  return readAudience(Buffer.from(csv), { inputs: INPUTS, country });
}

async function refusalOf(csv: string): Promise<string> {
  try {
    await read(csv);
  } catch (error) {
    if (error instanceof BroadcastError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('the file was taken');
}

describe('an audience', () => {
  it('is read from a CSV file, inputs in their declared types', async () => {
    const csv =
      'phone,locale,zone,place,count,at,member\n+1 212 555 0123,es_MX,America/New_York,"Main St, 12",3,2026-03-08T10:00:00-04:00,yes\n';
    expect(await read(csv)).to.deep.equal({
      recipients: [
        {
          address: 'tel:+12125550123',
          locale: 'es-MX',
          zone: 'America/New_York',
          inputs: { place: 'Main St, 12', count: 3, at: '2026-03-08T14:00:00.000Z', member: true },
        },
      ],
      skipped: [],
      ignored: [],
    });
  });

  it('takes what spreadsheets write: a byte order mark, semicolons, tabs, CRLF, names in any case', async () => {
    for (const separator of [',', ';', '\t']) {
      const csv = `\ufeffEmail${separator}Place\r\nAna@Example.org${separator}Main St\r\n`;
      const { recipients } = await read(csv);
      expect(recipients).to.deep.equal([{ address: 'mailto:ana@example.org', inputs: { place: 'Main St' } }]);
    }
  });

  it('skips lines that are of no use, with line and reason', async () => {
    const csv = [
      'phone,place,count,locale,zone,at',
      '+12125550123,a,,,,',
      '0123,a,,,,',
      '+12125550124,,,,,',
      '"+1 (212) 555-0123",a,,,,',
      '+12125550125,"two',
      'lines",x,,,',
      '+12125550126,a,,klingon!,,',
      '',
      '+12125550127,a,,,Mars/Phobos,',
      '+12125550128,a,,,,tomorrow',
      ',a,,,,',
      '+12125550129,a,1,en,UTC,,,more',
    ].join('\n');
    const { recipients, skipped } = await read(csv);
    expect(recipients.map(({ address }) => address)).to.deep.equal(['tel:+12125550123']);
    expect(skipped).to.deep.equal([
      { line: 3, reason: '"0123" is no valid phone number: write it with + and the country code, or name the country' },
      { line: 4, reason: 'input place is missing', address: 'tel:+12125550124' },
      { line: 5, reason: 'the same person as in line 2' },
      { line: 6, reason: 'count is "x", not a whole number', address: 'tel:+12125550125' },
      { line: 8, reason: '"klingon!" is no locale such as en or es-MX', address: 'tel:+12125550126' },
      { line: 10, reason: '"Mars/Phobos" is no time zone such as America/New_York', address: 'tel:+12125550127' },
      {
        line: 11,
        reason: 'at is "tomorrow", not a time such as 2026-03-08T10:00:00-04:00',
        address: 'tel:+12125550128',
      },
      { line: 12, reason: 'no address' },
      { line: 13, reason: '8 cells under 6 columns: put text with a separator in quotes', address: 'tel:+12125550129' },
    ]);
  });

  it('reads national numbers where the country is named', async () => {
    expect((await read('phone,place\n(212) 555-0123,a\n', 'US')).recipients[0]?.address).to.equal('tel:+12125550123');
    expect((await read('address,place\n06 12 34 56 78,a\n', 'FR')).recipients[0]?.address).to.equal('tel:+33612345678');
  });

  it('takes the first of address, phone and email that is filled in', async () => {
    const { recipients } = await read(
      'email,phone,address,place\na@b.example,+12125550123,,x\nc@d.example,,webchat:ana,x\n',
    );
    expect(recipients.map(({ address }) => address)).to.deep.equal(['tel:+12125550123', 'webchat:ana']);
  });

  it('names columns that mean nothing to the definition', async () => {
    expect((await read('phone,place,notes\n+12125550123,a,b\n')).ignored).to.deep.equal(['notes']);
  });

  it('is refused as a whole where no line could be of use', async () => {
    expect(await refusalOf('')).to.match(/^audience-unreadable: the file is empty/);
    expect(await refusalOf('name,place\nAna,a\n')).to.match(/name one phone, email or address/);
    expect(await refusalOf('phone,Phone\n1,2\n')).to.match(/"phone" is there twice/);
    expect(await refusalOf('phone,place\n"+12125550123,a\n')).to.match(/^audience-unreadable: the file is no CSV/);
  });

  it('accounts for every line, whatever it holds', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '1', '+', '"', ',', ' ', '\n', '@', '.', ':', '🙂') });
    const quoted = cell.map((text) => `"${text.replaceAll('"', '""')}"`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(quoted, quoted)), async (rows) => {
        const { recipients, skipped } = await read(`address,place\n${rows.map((row) => row.join(',')).join('\n')}\n`);
        expect(recipients.length + skipped.length).to.equal(rows.length);
      }),
    );
  });
});
