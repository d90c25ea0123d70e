import { expect } from 'chai';
import { showDuration } from '../../../dsl/text/show-duration.ts';

describe('a duration, for people', () => {
  it('is in their language, in its two greatest units', () => {
    expect(showDuration(93_600_000, 'en')).to.equal('1 day, 2 hours');
    expect(showDuration(93_600_000, 'es')).to.equal('1 día y 2 horas');
    expect(showDuration(90_061_000, 'en')).to.equal('1 day, 1 hour');
    expect(showDuration(0, 'en')).to.equal('0 minutes');
  });
});
