import { expect } from 'chai';
import fc from 'fast-check';
import { DATA_LEVELS_MAX, dataText, isTooDeep } from '../../../../runtime/store/sink/faithful-data.ts';

describe("The text of an event's data", () => {
  const textOf = (text: string): string => dataText(text, (JSON.parse(text) as { readonly data?: unknown }).data);

  it('says what the event says, whatever stands around it', () => {
    const around = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(around, around, fc.jsonValue(), fc.constantFrom(undefined, 2), (before, after, data, indent) => {
        const text = JSON.stringify({ ...before, data, ...after, data2: 1e30 }, undefined, indent);
        expect(JSON.parse(textOf(text))).to.deep.equal((JSON.parse(text) as { readonly data: unknown }).data);
      }),
    );
  });

  it('keeps numbers that a double does not hold, as they were written', () => {
    const data = '{"order":12345678901234567890,"rate":0.1234567890123456789,"huge":1e400, "none":-0.0e0}';
    expect(textOf(`{"id":"e1","data":${data},"time":"now"}`)).to.equal(data);
    expect(textOf(`{"data": 1 , "x\\"\\\\": {"data":[2]}, "d\\u0061ta" : ${data}\n}`), 'the last one counts').to.equal(
      data,
    );
  });

  it('is empty where there is none', () => {
    expect(textOf('{"id":12345678901234567890}')).to.equal('');
  });

  it('may be so deep and no deeper, whatever stands in its texts', () => {
    const deep = (levels: number): string => `${'[{"a{[\\"":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
    expect(isTooDeep(deep(DATA_LEVELS_MAX))).to.equal(false);
    expect(isTooDeep(`[${deep(DATA_LEVELS_MAX)}]`)).to.equal(true);
    expect(isTooDeep(JSON.stringify('['.repeat(10_000)))).to.equal(false);
    expect(isTooDeep(JSON.stringify(Array.from({ length: 2000 }, () => [{}])))).to.equal(false);
  });
});
