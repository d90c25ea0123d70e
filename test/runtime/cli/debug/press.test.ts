import { expect } from 'chai';
import { press, type Browsing, type Key } from '../../../../runtime/cli/debug/press.ts';

/** After keys, as `name` or a digit. */
function after(...keys: readonly (string | Key)[]): Browsing | 'quit' {
  let browsing: Browsing = { at: 1, of: 20, typed: undefined };
  for (const key of keys) {
    const pressed = typeof key === 'string' ? { name: key, sequence: /^\d$/.test(key) ? key : '' } : key;
    const next = press(browsing, pressed);
    if (next === 'quit') return next;
    browsing = next;
  }
  return browsing;
}

describe('keys while debugging', () => {
  it('step, and stay within what there is', () => {
    expect(after('right')).to.include({ at: 2 });
    expect(after('n', 'p', 'left', 'left')).to.include({ at: 0 });
    expect(after('end', 'down')).to.include({ at: 19 });
    expect(after('home')).to.include({ at: 0 });
  });

  it('go to a number, which may be corrected or given up', () => {
    expect(after('g', '1', '2', 'return')).to.eql({ at: 11, of: 20, typed: undefined });
    expect(after('g', '1', '2', 'backspace', 'return')).to.include({ at: 0 });
    expect(after('g', '9', '9', 'return')).to.include({ at: 19 });
    expect(after('g', '5', 'escape')).to.eql({ at: 1, of: 20, typed: undefined });
    expect(after('g', 'return')).to.eql({ at: 1, of: 20, typed: undefined });
  });

  it('end it', () => {
    expect(after('q')).to.equal('quit');
    expect(after('escape')).to.equal('quit');
    expect(after({ name: 'c', ctrl: true })).to.equal('quit');
    expect(after('x')).to.include({ at: 1 });
  });
});
